"""The one finding model: lint, loading, building and checking all speak through `Diagnostic`.

A diagnostic prints as `file:line:column: severity: message [rule]`, then the line with a caret, then `help: …`.
Everything that came from a document passes `printable` on its way to a terminal.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

CONFIG_UNMATCHED = "config-unmatched"
"""The rule of `unmatched`, which lint tells in every profile; here so that lint need not load the generator to know it."""


class Severity(StrEnum):
    """How much a finding matters. `ERROR` makes a run fail; `WARNING` and `INFO` are told."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """One finding. Line and column start at 1; 0 means that the place is the file as a whole."""

    rule: str
    severity: Severity
    message: str
    help: str
    file: str
    line: int = 0
    column: int = 0
    pointer: str = ""


class SpecError(Exception):
    """A document that cannot be used; `diagnostics` says everything that is wrong with it, first fault first."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(diagnostics)
        super().__init__("\n".join(f"{place(item)}: {item.message} [{item.rule}]" for item in self.diagnostics))


def printable(text: str) -> str:
    """`text` with everything escaped that could steer a terminal or break a line (controls, bidi marks, surrogates)."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode("ascii") for char in text)


def count(number: int, word: str) -> str:
    """`1 file`, `2 files`."""
    return f"{number} {word}{'' if number == 1 else 's'}"


def place(diagnostic: Diagnostic) -> str:
    """`file:line:column` with only the parts that are known."""
    parts = [printable(diagnostic.file)]
    if diagnostic.line:
        parts.append(str(diagnostic.line))
        if diagnostic.column:
            parts.append(str(diagnostic.column))
    return ":".join(parts)


def render_text(diagnostic: Diagnostic, source_line: str | None = None) -> str:
    """The text form of one finding; with `source_line`, the line and a caret under the fault."""
    head = f"{place(diagnostic)}: {diagnostic.severity}: {printable(diagnostic.message)} [{diagnostic.rule}]"
    lines = [head, *_excerpt(diagnostic, source_line)]
    if diagnostic.help:
        lines.append(f"  help: {printable(diagnostic.help)}")
    return "\n".join(lines)


EXCERPT_WIDTH = 110


def _excerpt(diagnostic: Diagnostic, source_line: str | None) -> list[str]:
    """The source line and the caret line, cut around the fault when the line is long."""
    if source_line is None or not diagnostic.line or not diagnostic.column:
        return []
    column = min(diagnostic.column - 1, len(source_line))
    start = max(0, column - EXCERPT_WIDTH // 2) if len(source_line) > EXCERPT_WIDTH else 0
    shown = printable(source_line[start : start + EXCERPT_WIDTH].replace("\t", " "))
    offset = len(printable(source_line[start:column].replace("\t", " ")))
    number = str(diagnostic.line)
    return [f"  {number} | {shown.rstrip()}", f"  {' ' * len(number)} | {' ' * offset}^"]
