"""What the commands print. Nothing of a document reaches a terminal without `printable`."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from .diagnostics import Diagnostic, count, printable, render_text

if TYPE_CHECKING:
    from .ir import JSON
    from .pipeline import GenerateResult

MAX_DIFF_LINES = 40
MAX_ALL_DIFF_LINES = 400


def error(message: str, help_: str, rule: str = "usage") -> None:
    """One clear line on stderr, and what to do."""
    print(f"credkit-codegen: error: {printable(message)} [{rule}]\n  help: {printable(help_)}", file=sys.stderr)


def diagnostics(found: Iterable[Diagnostic]) -> None:
    """Findings on stderr, each with its source line where it can be read."""
    lines: dict[str, list[str]] = {}
    for item in found:
        print(render_text(replace(item, file=near(item.file)), source_line(item, lines)), file=sys.stderr)


def near(path: str | Path) -> str:
    """A path as it is seen from the working folder, where it leads below it."""
    try:
        return str(Path(path).relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def source_line(item: Diagnostic, lines: dict[str, list[str]]) -> str | None:
    """The line that a finding is about, where its file can be read; `lines` keeps what was read."""
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
    operations = count(result.operations, "operation")
    if report.is_current:
        print(f"{name}: current ({operations})")
    elif check:
        _stale(name, result)
    else:
        done = f"{count(len(report.changes), 'file')} written, {len(report.removed)} removed"
        print(f"{name}: {operations}; {done}; formatted by {result.formatter}")
        for path in report.edited:
            print(f"{near(result.target.out / path)}: written over, although it was edited by hand", file=sys.stderr)
    for item in result.degraded:
        print(render_text(replace(item, file=near(item.file))), file=sys.stderr)
    if result.degraded_count > len(result.degraded):
        more = count(result.degraded_count - len(result.degraded), "more reason")
        print(f"{name}: {more}; `credkit-codegen inspect --json` lists all [degraded]", file=sys.stderr)


def _stale(name: str, result: GenerateResult) -> None:
    """Every file that is not current with the difference, then how many of each kind and what mends them."""
    report, out = result.report, result.target.out
    room = MAX_ALL_DIFF_LINES
    for change in report.changes:
        print(f"{near(out / change.path)}: {change.kind}", file=sys.stderr)
        room -= _show_diff(change.diff, min(MAX_DIFF_LINES, max(room, 0)))
    edited = set(report.edited)
    for path in report.removed:
        if path not in edited:
            print(f"{near(out / path)}: no longer generated", file=sys.stderr)
    kinds = Counter(str(change.kind) for change in report.changes)
    kinds["no longer generated"] = len(set(report.removed) - edited)
    listed = ", ".join(f"{number} {kind}" for kind, number in kinds.items() if number)
    print(f"{name}: not current: {listed}", file=sys.stderr)
    for help_ in _mend(result.target.command, kinds):
        print(f"  help: {help_}", file=sys.stderr)


def _mend(command: str, kinds: Mapping[str, int]) -> Iterator[str]:
    from .write import ChangeKind

    if kinds.get(ChangeKind.EXTRA):
        yield "delete what is not generated, or keep it outside of this folder"
    if kinds.get(ChangeKind.EDITED):
        yield "move what was edited by hand into the spec, client.toml or templates/; `generate --overwrite` then undoes the edit"
    if any(number for kind, number in kinds.items() if kind not in (ChangeKind.EXTRA, ChangeKind.EDITED)):
        yield f"run `{printable(command)}` and commit what it changes"


def _show_diff(diff: str, most: int) -> int:
    """Print the first lines of a difference; how many."""
    lines = diff.splitlines()
    for line in lines[:most]:
        print(f"  {printable(line)}", file=sys.stderr)
    if len(lines) > most:
        print(f"  … {count(len(lines) - most, 'more line')}", file=sys.stderr)
    return min(len(lines), most)


def orphans(folders: Iterable[Path]) -> None:
    """Generated packages that no spec makes any more."""
    for folder in folders:
        print(f"{near(folder)}: no spec makes it any more\n  help: delete the folder", file=sys.stderr)


def account(data: dict[str, JSON]) -> None:
    """The account of `inspect` for people: one line for each operation."""
    operations = data["operations"]
    assert isinstance(operations, list)
    rows = [item for item in operations if isinstance(item, dict)]
    width = max((len(str(row["python"])) for row in rows), default=0)
    print(f"{data['package']}: {data['client']}, {data['async_client']}; {count(len(rows), 'operation')}")
    for row in rows:
        call = f"{row['method']} {row['path']}"
        print(printable(f"  {row['python']!s:{width}}  {call}  -> {row['returns']}"))
