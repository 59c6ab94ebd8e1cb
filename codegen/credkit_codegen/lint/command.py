"""The command `credkit-codegen lint`: which documents, which rules, which form; exit 0, 1 or 2.

0: nothing at or above `--fail-on`. 1: findings. 2: the command line, a configuration or a file cannot be used.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from ..config import load_config
from ..diagnostics import Severity, SpecError, printable
from ..load import load_document
from .engine import Report, lint_document
from .output import FORMATS, render
from .rule import Profile
from .settings import Settings, load_settings

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
    made.add_argument("--rule", action="append", default=[], metavar="ID", help="run only this rule; may be repeated")
    made.add_argument("--rules", type=Path, metavar="FILE", help="a Python module with rules of your own")
    made.add_argument("--debug", action="store_true", help=argparse.SUPPRESS)
    return made


def main(arguments: Sequence[str]) -> int:
    """Run the command; the exit code."""
    try:
        given = parser().parse_args(arguments)
    except SystemExit as stop:
        return 2 if stop.code else 0
    try:
        return _run(given)
    except _Usage as fault:
        print(f"error: {printable(str(fault))}", file=sys.stderr)
        return 2


class _Usage(Exception):
    """The command line or a configuration cannot be used."""


def _run(given: argparse.Namespace) -> int:
    if not given.paths:
        raise _Usage("name at least one document; `credkit-codegen lint --help` says more")
    reports, unreadable = lint_paths(given.paths, settings_of(given))
    text = render(given.format, reports)
    if given.output is not None:
        given.output.write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)
    if unreadable:
        return 2
    failing = LEVELS[given.fail_on]
    return 1 if any(item.severity in failing for report in reports for item in report.diagnostics) else 0


def settings_of(given: argparse.Namespace) -> Settings:
    """What the command line says."""
    from .registry import known_ids

    for rule in given.rule:
        if rule not in known_ids() and given.rules is None:
            raise _Usage(f"there is no rule {rule!r}")
    profile = Profile(given.profile) if given.profile else None
    return Settings(profile=profile, rules=given.rules, only=frozenset(given.rule))


def lint_paths(paths: Sequence[Path], settings: Settings) -> tuple[list[Report], bool]:
    """Lint every document; one that cannot be read is a report of its own. True: some could not be read."""
    reports: list[Report] = []
    unreadable = False
    for path in documents_of(paths):
        try:
            document = load_document(path)
            chosen = load_settings(path, settings)
            config = load_config(path.parent / "client.toml") if chosen.file else None
        except SpecError as error:
            unreadable = True
            reports.append(Report(file=str(path), diagnostics=error.diagnostics))
            continue
        try:
            reports.append(lint_document(document, chosen, config))
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
