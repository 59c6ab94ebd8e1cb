"""Annotations of GitHub Actions: one workflow command for each change, at its new place."""

from __future__ import annotations

from collections.abc import Sequence

from ...diagnostics import Severity
from ...escapes import workflow_command
from ..change import Change
from ..report import Report
from .text import place_of, summary


def render(reports: Sequence[Report]) -> str:
    """The commands, then a line of counts. What is accepted is a notice."""
    lines = [_command(item) for report in reports for item in report.changes]
    return "\n".join([*lines, summary(reports)]) + "\n"


def _command(item: Change) -> str:
    severity = item.severity if item.accepted is None else Severity.INFO
    lines = (item.message, f"means: {item.means}", item.accepted or "")
    spot = place_of(item)
    if spot is None or item.new is None:
        return workflow_command(severity, lines, title=item.rule)
    return workflow_command(severity, lines, title=item.rule, file=spot.file, line=spot.line, column=spot.column)
