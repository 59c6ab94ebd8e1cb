"""Annotations of GitHub Actions: one workflow command for each finding."""

from __future__ import annotations

from collections.abc import Sequence

from ...diagnostics import Diagnostic, Severity, printable
from ..engine import Report
from .text import summary

COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def render(reports: Sequence[Report]) -> str:
    """The commands, then a line of counts."""
    lines = [_command(item) for report in reports for item in report.diagnostics]
    return "\n".join([*lines, summary(reports)]) + "\n"


def _command(item: Diagnostic) -> str:
    place = [f"file={_property(item.file)}"]
    if item.line:
        place.append(f"line={item.line}")
    if item.column:
        place.append(f"col={item.column}")
    place.append(f"title={_property(item.rule)}")
    text = "\n".join(printable(part) for part in (item.message, f"help: {item.help}" if item.help else "") if part)
    return f"::{COMMANDS[item.severity]} {','.join(place)}::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(printable(text)).replace(":", "%3A").replace(",", "%2C")
