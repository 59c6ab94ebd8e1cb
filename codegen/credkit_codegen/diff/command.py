"""The command `credkit-codegen diff`: what with what, in which form; exit 0, 1 when something breaks that nobody accepted, 2."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ..commandline import FINDINGS, new_app, run_app
from ..diagnostics import Severity
from ..project import UsageError, find_root
from .accepted import NAME, load_accepted, render_entries, unused
from .compare import Wanted, compare
from .inputs import Comparison, comparisons, since
from .output import render
from .report import Report

app = new_app("Say what changed between two versions of an API, and what it means for callers.")


class Format(StrEnum):
    """Forms of the output."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"
    GITHUB = "github"


class FailOn(StrEnum):
    """What makes the exit 1."""

    BREAKING = "breaking"
    RISKY = "risky"
    NEVER = "never"


@app.command(epilog="Exit: 0 nothing breaks, 1 something does that nobody accepted, 2 usage or unreadable input.")
def diff(
    paths: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="OLD NEW", help="Documents, folders, or REVISION:PATH. With --base: vendors, or none for all."
        ),
    ] = None,
    base: Annotated[
        str | None, typer.Option(metavar="REVISION", help="Compare the project's vendors with a git revision.")
    ] = None,
    head: Annotated[
        str | None, typer.Option(metavar="REVISION", help="With --base: the new side, not the files.")
    ] = None,
    format_: Annotated[Format, typer.Option("--format", help="Form of the output.")] = Format.TEXT,
    output: Annotated[Path | None, typer.Option(metavar="FILE", help="Write there instead of printing.")] = None,
    fail_on: Annotated[FailOn, typer.Option(help="What makes the exit 1.")] = FailOn.BREAKING,
    python: Annotated[
        bool | None, typer.Option(help="Compare the generated packages, too (with --base: always).", show_default=False)
    ] = None,
    tests: Annotated[
        bool, typer.Option("--tests", help="Run the earlier package's tests against the new one, too.")
    ] = False,
    accepted: Annotated[
        Path | None, typer.Option(metavar="FILE", help=f"Accepted changes (with --base: the project's {NAME}).")
    ] = None,
    list_unaccepted: Annotated[
        bool, typer.Option("--list-unaccepted", help="Print entries for the file of accepted changes, without reasons.")
    ] = False,
    explain: Annotated[
        str | None, typer.Option(metavar="RULE", help="Say what a rule finds and why it matters.")
    ] = None,
    list_: Annotated[bool, typer.Option("--list", help="List all rules with their severities.")] = False,
    root: Annotated[Path | None, typer.Option(help="With --base: the folder that holds specs/.")] = None,
    within: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="With OLD NEW: references may lead to any file in DIR, which holds both."),
    ] = None,
) -> None:
    """Say what changed: on the wire, for Python code, and in what calls do."""
    if list_ or explain is not None:
        sys.stdout.write(_words(explain))
        return
    sides, folder = _sides(paths or [], base, head, root, within)
    known = _accepted(accepted, folder)
    wanted = Wanted(python=python if python is not None else base is not None, tests=tests)
    with sides as pairs:
        reports = [compare(pair, wanted, known) for pair in pairs]
    if list_unaccepted:
        sys.stdout.write(render_entries(item for report in reports for item in report.changes))
        return
    text = render(format_, reports)
    if output is not None:
        output.write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)
    _tell_unused(reports, known, is_whole=base is None or not paths)
    if fails(reports, fail_on):
        raise typer.Exit(FINDINGS)


def _words(explain: str | None) -> str:
    from . import catalogue

    if explain is None:
        return catalogue.listing()
    text = catalogue.explanation(explain)
    if text is None:
        raise UsageError(f"there is no rule {explain!r}", "`credkit-codegen diff --list` shows all")
    return text


def _sides(
    paths: Sequence[str], base: str | None, head: str | None, root: Path | None, within: Path | None
) -> tuple[AbstractContextManager[list[Comparison]], Path | None]:
    """What is compared, and the project's folder where it is one."""
    if base is not None:
        if within is not None:
            raise UsageError("expected OLD and NEW with --within; got --base", "name both documents")
        folder = find_root(root)
        return since(base, folder, tuple(paths), head), folder
    if head is not None or root is not None:
        raise UsageError("expected --base with --head or --root", "name the revision to compare with")
    if len(paths) != 2:
        raise UsageError(
            f"expected OLD and NEW, or --base REVISION; got {len(paths)} path{'' if len(paths) == 1 else 's'}",
            "for example: diff --base origin/main",
        )
    return comparisons(paths[0], paths[1], within), None


def _accepted(path: Path | None, folder: Path | None) -> dict[str, str]:
    if path is None and folder is not None and (folder / NAME).is_file():
        path = folder / NAME
    return load_accepted(path) if path is not None else {}


def _tell_unused(reports: Sequence[Report], known: Mapping[str, str], *, is_whole: bool) -> None:
    """An acceptance that matches nothing is told, so that the file does not grow for ever."""
    if is_whole:
        for mark in unused([item for report in reports for item in report.changes], known):
            print(f"note: accepted change {mark} matches nothing any more: take it out", file=sys.stderr)


def fails(reports: Sequence[Report], fail_on: FailOn) -> bool:
    """Whether a run of `diff` ends with exit 1."""
    levels = {
        FailOn.BREAKING: {Severity.ERROR},
        FailOn.RISKY: {Severity.ERROR, Severity.WARNING},
        FailOn.NEVER: set[Severity](),
    }[fail_on]
    return any(item.severity in levels and item.accepted is None for report in reports for item in report.changes)


def main(arguments: list[str]) -> int:
    """Run the command; the exit code."""
    return run_app(app, arguments, "credkit-codegen diff")
