"""For people: place, severity, message, rule, the line with a caret, and what to write."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ...diagnostics import Severity, render_text
from ...report import source_line
from ..engine import Report
from ..secrets import redact

MOST_PER_RULE = 20


def render(reports: Sequence[Report]) -> str:
    """Every finding, then one line of counts. Of one rule in one file at most twenty are shown in full."""
    parts: list[str] = []
    for report in reports:
        parts.extend(_report(report))
    return "\n".join([*parts, summary(reports)]) + "\n"


def _report(report: Report) -> list[str]:
    documents = {document.file: document.text.split("\n") for document in report.documents}
    shown: Counter[str] = Counter()
    parts: list[str] = []
    for item in report.diagnostics:
        shown[item.rule] += 1
        if shown[item.rule] > MOST_PER_RULE:
            continue
        source = source_line(item, documents)  # a file that is no document, as its YAML is broken, is read for this
        parts.append(render_text(item, redact(source) if source is not None else None))
    for rule, count in sorted(shown.items()):
        if count > MOST_PER_RULE:
            parts.append(f"{report.file}: and {count - MOST_PER_RULE} more of [{rule}]; `--format json` lists all")
    return parts


def summary(reports: Sequence[Report]) -> str:
    """`2 documents: 1 error, 3 warnings, 0 infos`, with what exceptions hid."""
    counts = Counter(item.severity for report in reports for item in report.diagnostics)
    words = ", ".join(_count(counts[severity], str(severity)) for severity in Severity)
    hidden = sum(report.hidden for report in reports)
    return f"{_count(len(reports), 'document')}: {words}" + (
        f" ({hidden} hidden by exceptions or the baseline)" if hidden else ""
    )


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"
