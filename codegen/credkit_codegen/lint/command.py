"""The command `credkit-codegen lint`: which documents, which rules, which form; exit 0, 1 or 2.

0: nothing at or above `--fail-on`. 1: findings. 2: the command line, a configuration or a file cannot be used.
"""

from __future__ import annotations

import argparse
import gc
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..config import load_config
from ..diagnostics import Severity, SpecError, printable, render_text
from ..load import load_document
from ..overlay import overlaid
from ..project import UsageError, require_within
from .engine import Report, lint_document
from .output import FORMATS, render
from .rule import Profile
from .settings import Settings, load_settings

if TYPE_CHECKING:
    from .fix import Fixed

LEVELS = {
    "error": (Severity.ERROR,),
    "warning": (Severity.ERROR, Severity.WARNING),
    "info": tuple(Severity),
    "never": (),
}
SUFFIXES = (".yaml", ".yml", ".json")


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(
        prog="credkit-codegen lint",
        description="Lint OpenAPI 3.0, 3.1 and 3.2 documents.",
        epilog="Exit: 0 clean, 1 findings at or above --fail-on, 2 usage or unreadable input. Rules: docs/lint.md.",
    )
    made.add_argument(
        "paths", nargs="*", type=Path, metavar="PATH", help="a document, or a folder with openapi.yaml files below it"
    )
    made.add_argument("--profile", choices=list(Profile), type=str, help="how much is asked (default: recommended)")
    made.add_argument("--format", choices=FORMATS, default="text", help="form of the output (default: text)")
    made.add_argument("--output", type=Path, metavar="FILE", help="write there instead of printing")
    made.add_argument(
        "--fail-on", choices=list(LEVELS), default="error", help="lowest severity that fails (default: error)"
    )
    made.add_argument(
        "--overlay", action="append", default=[], type=Path, metavar="FILE",
        help="apply this overlay first, after those of client.toml; may be repeated",
    )  # fmt: skip
    made.add_argument(
        "--within", type=Path, metavar="DIR",
        help="references may lead to any file in DIR, not only to files beside the document or below",
    )  # fmt: skip
    made.add_argument("--rule", action="append", default=[], metavar="ID", help="run only this rule; may be repeated")
    made.add_argument("--rules", type=Path, metavar="FILE", help="a Python module with rules of your own")
    made.add_argument(
        "--fix", action="store_true", help="make the safe changes, keeping layout and comments, then lint again"
    )
    made.add_argument(
        "--diff", action="store_true", help="with or without --fix: show the safe changes and write nothing"
    )
    made.add_argument(
        "--baseline", type=Path, metavar="FILE", help="hide the findings listed there; what is over is told"
    )
    made.add_argument("--write-baseline", type=Path, metavar="FILE", help="write a new baseline from today's findings")
    made.add_argument(
        "--update-baseline", action="store_true", help="take out of the baseline what is over; nothing is added"
    )
    made.add_argument("--explain", metavar="RULE", help="say what a rule asks and why, with examples")
    made.add_argument("--list", action="store_true", help="list all rules with their severities")
    made.add_argument("--debug", action="store_true", help=argparse.SUPPRESS)
    return made


def main(arguments: Sequence[str]) -> int:
    """Run the command; the exit code."""
    gc.set_threshold(200_000, 50, 1_000)  # a document is one large tree without cycles: looking for some costs a tenth
    try:
        given = parser().parse_args(arguments)
    except SystemExit as stop:
        return 2 if stop.code else 0
    try:
        return _run(given)
    except SpecError as error:
        for item in error.diagnostics:
            print(render_text(item), file=sys.stderr)
        return 2
    except _Usage as fault:
        print(f"error: {printable(str(fault))}", file=sys.stderr)
        return 2
    except UsageError as fault:
        print(f"error: {printable(str(fault))}\n  help: {printable(fault.help)}", file=sys.stderr)
        return 2


class _Usage(Exception):
    """The command line or a configuration cannot be used."""


def _run(given: argparse.Namespace) -> int:
    from . import catalogue

    if given.list:
        sys.stdout.write(catalogue.listing())
        return 0
    if given.explain is not None:
        text = catalogue.explanation(given.explain)
        if text is None:
            raise _Usage(f"there is no rule {given.explain!r}; --list shows all")
        sys.stdout.write(text)
        return 0
    if not given.paths:
        raise _Usage("name at least one document; `credkit-codegen lint --help` says more")
    settings = settings_of(given)
    reports, unreadable = lint_paths(given.paths, settings, given.overlay, given.within)
    if given.diff:
        sys.stdout.write("".join(printable_diff(fixed.diff()) for report in reports for fixed in fixes(report)))
        return 2 if unreadable else 0
    if given.fix:
        for fixed in [fixed for report in reports for fixed in fixes(report)]:
            with fixed.document.path.open("w", encoding="utf-8", newline="") as handle:
                handle.write(fixed.text)
        reports, unreadable = lint_paths(given.paths, settings, given.overlay, given.within)
    reports = _with_baselines(reports, given)
    text = render(given.format, reports)
    if given.output is not None:
        given.output.write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)
    if unreadable:
        return 2
    failing = LEVELS[given.fail_on]
    return 1 if any(item.severity in failing for report in reports for item in report.diagnostics) else 0


def fixes(report: Report) -> Iterator[Fixed]:
    """The safe changes of each file of a report."""
    if report.edits:
        from .fix import fix_document

        for document in report.documents:
            edits = [edit for file, edit in report.edits if file == document.file]
            if edits and (fixed := fix_document(document, edits)).applied:
                yield fixed


def printable_diff(text: str) -> str:
    """A diff as a terminal may show it."""
    return "".join(f"{printable(line)}\n" for line in text.split("\n")[:-1])


def _with_baselines(reports: list[Report], given: argparse.Namespace) -> list[Report]:
    from .baseline import apply_baseline, findings_of, load_baseline, shrink, write_baseline

    if given.write_baseline is not None:
        if given.write_baseline.exists():
            raise _Usage(f"{given.write_baseline} exists: a baseline only shrinks (--update-baseline)")
        write_baseline(
            given.write_baseline, {mark: what for report in reports for mark, what in findings_of(report).items()}
        )
        return [apply_baseline(report, given.write_baseline, findings_of(report)) for report in reports]
    found: list[Report] = []
    for report in reports:
        path = report.baseline
        if path is None:
            found.append(report)
            continue
        known = load_baseline(path)
        if given.update_baseline:
            known = shrink(known, report)
            write_baseline(path, known)
        found.append(apply_baseline(report, path, known))
    return found


def settings_of(given: argparse.Namespace) -> Settings:
    """What the command line says."""
    from .registry import known_ids

    for rule in given.rule:
        if rule not in known_ids() and given.rules is None:
            raise _Usage(f"there is no rule {rule!r}")
    profile = Profile(given.profile) if given.profile else None
    return Settings(profile=profile, rules=given.rules, baseline=given.baseline, only=frozenset(given.rule))


def lint_paths(
    paths: Sequence[Path], settings: Settings, overlays: Sequence[Path] = (), within: Path | None = None
) -> tuple[list[Report], bool]:
    """Lint every document; one that cannot be read is a report of its own. True: some could not be read."""
    reports: list[Report] = []
    unreadable = False
    for path in documents_of(paths):
        require_within(path, within)
        try:
            document = load_document(path)
            chosen = load_settings(path, settings)
            config = load_config(path.parent / "client.toml") if chosen.file else None
            document = overlaid(document, (*(config.overlays if config is not None else ()), *overlays))
        except SpecError as error:
            unreadable = True
            reports.append(Report(file=str(path), diagnostics=error.diagnostics))
            continue
        try:
            reports.append(lint_document(document, chosen, config, within))
        except ValueError as fault:
            raise _Usage(str(fault)) from None
    return reports, unreadable


def documents_of(paths: Sequence[Path]) -> Iterator[Path]:
    """The documents that paths name: files as they are, folders by their `openapi.*` files."""
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        found = sorted(item for suffix in SUFFIXES for item in path.rglob(f"openapi{suffix}"))
        if not found:
            raise _Usage(f"{path}: expected openapi.yaml below this folder; there is none")
        yield from found
