"""Annotations of GitHub Actions: one workflow command for each change, at its new place."""

from __future__ import annotations

from collections.abc import Sequence

from ...diagnostics import Severity, printable
from ..change import Change
from ..report import Report
from .text import place_of, summary

COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def render(reports: Sequence[Report]) -> str:
    """The commands, then a line of counts. What is accepted is a notice."""
    lines = [_command(item) for report in reports for item in report.changes]
    return "\n".join([*lines, summary(reports)]) + "\n"


def _command(item: Change) -> str:
    spot = place_of(item)
    place = []
    if spot is not None and item.new is not None:
        place.append(f"file={_property(spot.file)}")
        place.extend(f"{key}={value}" for key, value in (("line", spot.line), ("col", spot.column)) if value)
    place.append(f"title={_property(item.rule)}")
    kind = COMMANDS[item.severity] if item.accepted is None else "notice"
    text = "\n".join(printable(part) for part in (item.message, f"means: {item.means}", item.accepted or "") if part)
    return f"::{kind} {','.join(place)}::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(printable(text)).replace(":", "%3A").replace(",", "%2C")
