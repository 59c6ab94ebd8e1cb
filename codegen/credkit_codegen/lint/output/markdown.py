"""A summary in Markdown, for a pull request or a job's page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ...diagnostics import Diagnostic, Severity, place
from ...escapes import markdown_cell
from ..engine import Report
from .text import summary

MOST = 50


def render(reports: Sequence[Report]) -> str:
    """A line of counts, and a table for each document that has findings; at most fifty rows, errors first."""
    parts = ["## Lint", "", f"{summary(reports)}.", ""]
    for report in reports:
        if report.diagnostics:
            parts.extend(_table(report))
    return "\n".join(parts).rstrip("\n") + "\n"


def _table(report: Report) -> list[str]:
    order = {severity: index for index, severity in enumerate(Severity)}
    ranked = sorted(report.diagnostics, key=lambda item: order[item.severity])
    lines = [f"### {markdown_cell(report.file)}", "", "| place | severity | rule | finding |", "|---|---|---|---|"]
    lines.extend(_row(item) for item in ranked[:MOST])
    if len(ranked) > MOST:
        rest = Counter(item.rule for item in ranked[MOST:])
        lines.extend(
            (
                "",
                f"And {len(ranked) - MOST} more: {', '.join(f'{rule} {count}' for rule, count in sorted(rest.items()))}.",
            )
        )
    return [*lines, ""]


def _row(item: Diagnostic) -> str:
    return f"| {markdown_cell(place(item))} | {item.severity} | {item.rule} | {markdown_cell(f'{item.message}; {item.help}')} |"
