"""A summary in Markdown, for a pull request or a job's page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...diagnostics import Severity
from ...escapes import markdown_cell
from ..change import Change, Verdict
from ..report import Report, severity_word
from .text import place_of, reach, summary

MOST = 50


def render(reports: Sequence[Report]) -> str:
    """A line of counts, and for each report its verdicts and a table; at most fifty rows, the worst first."""
    parts = ["## API changes", "", f"{summary(reports)}.", ""]
    for report in reports:
        parts.extend(_report(report))
    return "\n".join(parts).rstrip("\n") + "\n"


def _report(report: Report) -> Iterator[str]:
    yield f"### {markdown_cell(report.name)}"
    yield ""
    yield "| verdict | |"
    yield "|---|---|"
    yield from (f"| {verdict} | {report.verdict_word(verdict)} |" for verdict in Verdict)
    yield f"| version | {report.bump.label} |"
    yield ""
    yield from (f"{markdown_cell(note)}\n" for note in report.notes)
    if not report.changes:
        return
    ranked = sorted(report.changes, key=lambda item: list(Severity).index(item.severity))
    yield "| | change | means | reaches | place | rule |"
    yield "|---|---|---|---|---|---|"
    yield from (_row(item) for item in ranked[:MOST])
    yield ""
    if len(ranked) > MOST:
        yield f"And {len(ranked) - MOST} more.\n"


def _row(item: Change) -> str:
    word = severity_word(item.severity) + (" (accepted)" if item.accepted is not None else "")
    way = {"request": "in requests: ", "response": "in answers: "}.get(item.direction or "", "")
    spot = place_of(item)
    cells = (word, way + item.message, item.means, reach(item), str(spot) if spot is not None else "", item.rule)
    return f"| {' | '.join(markdown_cell(text) for text in cells)} |"
