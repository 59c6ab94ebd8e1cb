"""Text of documents where the host of a repository reads it: cells of Markdown tables, commands of GitHub Actions."""

from __future__ import annotations

from collections.abc import Iterable

from .diagnostics import Severity, printable

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def markdown_cell(text: str) -> str:
    """Text that stays in its cell and is shown as it is."""
    shown = printable(text)
    for char in "\\`*_[]<>|":
        shown = shown.replace(char, f"\\{char}")
    return shown


def workflow_command(
    severity: Severity, lines: Iterable[str], *, title: str, file: str = "", line: int = 0, column: int = 0
) -> str:
    """An annotation of GitHub Actions: `::error file=…,line=…::text`. Parts of the place that are not known are left out."""
    place = {"file": _property(file), "line": line, "col": column, "title": _property(title)}
    known = ",".join(f"{key}={value}" for key, value in place.items() if value)
    text = "\n".join(printable(item) for item in lines if item)
    return f"::{_COMMANDS[severity]} {known}::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(printable(text)).replace(":", "%3A").replace(",", "%2C")
