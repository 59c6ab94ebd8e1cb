"""What the commands print. Nothing of a document reaches a terminal without `printable`."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from .diagnostics import Diagnostic, printable, render_text

if TYPE_CHECKING:
    from .ir import JSON
    from .pipeline import GenerateResult

MAX_DEGRADED = 20
MAX_DIFF_LINES = 40


def error(message: str, help_: str, rule: str = "usage") -> None:
    """One clear line on stderr, and what to do."""
    print(f"credkit-codegen: error: {printable(message)} [{rule}]\n  help: {printable(help_)}", file=sys.stderr)


def diagnostics(found: Iterable[Diagnostic]) -> None:
    """Findings on stderr, each with its source line where it can be read."""
    lines: dict[str, list[str]] = {}
    for item in found:
        print(render_text(item, _line(item, lines)), file=sys.stderr)


def _line(item: Diagnostic, lines: dict[str, list[str]]) -> str | None:
    if not item.line:
        return None
    if item.file not in lines:
        try:
            lines[item.file] = Path(item.file).read_text(encoding="utf-8", errors="replace").split("\n")
        except (OSError, ValueError):
            lines[item.file] = []
    text = lines[item.file]
    return text[item.line - 1].rstrip("\r") if item.line <= len(text) else None


def generated(name: str, result: GenerateResult, *, check: bool) -> None:
    """What one run did, or with `check` what is not as it would be generated."""
    report = result.report
    if result.was_current and report.is_current:
        print(f"{name}: current ({result.operations} operations)")
    elif check:
        _stale(name, result)
    else:
        counts = f"{len(report.changes)} files written, {len(report.removed)} removed"
        print(f"{name}: {result.operations} operations; {counts}")
    _degraded(name, result.degraded)


def _stale(name: str, result: GenerateResult) -> None:
    report, out = result.report, result.target.out
    if report.is_current:
        print(f"{name}: current ({result.operations} operations)")
        return
    for change in report.changes:
        print(f"{out / change.path}: {change.kind}", file=sys.stderr)
        lines = change.diff.splitlines()
        for line in lines[:MAX_DIFF_LINES]:
            print(f"  {printable(line)}", file=sys.stderr)
        if len(lines) > MAX_DIFF_LINES:
            print(f"  … {len(lines) - MAX_DIFF_LINES} more lines", file=sys.stderr)
    for path in report.removed:
        print(f"{out / path}: no longer generated", file=sys.stderr)
    from .write import ChangeKind

    kinds = {change.kind for change in report.changes}
    if ChangeKind.EXTRA in kinds:
        print("  help: delete what is not generated, or keep it outside of this folder", file=sys.stderr)
    if kinds - {ChangeKind.EXTRA} or report.removed:
        print(f"  help: run `{result.target.command}` and commit what it changes", file=sys.stderr)


def _degraded(name: str, degraded: tuple[tuple[str, str], ...]) -> None:
    """Where the types are wider than the document: each reason once, with the first operation that meets it."""
    first: dict[str, str] = {}
    for operation, reason in degraded:
        first.setdefault(reason, operation)
    for reason, operation in list(first.items())[:MAX_DEGRADED]:
        print(f"{name}: degraded: {printable(reason)} (in {printable(operation)})", file=sys.stderr)
    if len(first) > MAX_DEGRADED:
        print(f"{name}: degraded: {len(first) - MAX_DEGRADED} more; `inspect --json` lists all", file=sys.stderr)


def account(data: dict[str, JSON]) -> None:
    """The account of `inspect` for people: one line for each operation."""
    operations = data["operations"]
    assert isinstance(operations, list)
    rows = [item for item in operations if isinstance(item, dict)]
    width = max((len(str(row["python"])) for row in rows), default=0)
    print(f"{data['package']}: {data['client']}, {data['async_client']}; {len(rows)} operations")
    for row in rows:
        call = f"{row['method']} {row['path']}"
        print(printable(f"  {row['python']!s:{width}}  {call}  -> {row['returns']}"))
