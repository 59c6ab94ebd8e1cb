"""Annotations of GitHub Actions: one workflow command for each finding."""

from __future__ import annotations

from collections.abc import Sequence

from ...diagnostics import Diagnostic
from ...escapes import workflow_command
from ..engine import Report
from .text import summary


def render(reports: Sequence[Report]) -> str:
    """The commands, then a line of counts."""
    lines = [_command(item) for report in reports for item in report.diagnostics]
    return "\n".join([*lines, summary(reports)]) + "\n"


def _command(item: Diagnostic) -> str:
    lines = (item.message, f"help: {item.help}" if item.help else "")
    return workflow_command(item.severity, lines, title=item.rule, file=item.file, line=item.line, column=item.column)
