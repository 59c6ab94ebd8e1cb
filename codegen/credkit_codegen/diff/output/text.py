"""For people: the three verdicts, then every change with its places, what it means, and what it reaches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from ...diagnostics import Severity, printable
from ..change import Change, Spot, Verdict
from ..report import Report, severity_word

MOST_OPERATIONS = 3
MOST_PER_RULE = 20


def render(reports: Sequence[Report]) -> str:
    """A block for each report, then one line of counts."""
    lines: list[str] = []
    for report in reports:
        lines.extend((*_report(report), ""))
    return "\n".join([*lines, summary(reports)]) + "\n"


def _report(report: Report) -> Iterator[str]:
    yield printable(f"{report.name}: {report.old} -> {report.new}")
    for verdict in Verdict:
        yield f"  {verdict:10}{report.verdict_word(verdict)}"
    yield f"  {'version':10}{report.bump.label}"
    for note in report.notes:
        yield f"  note: {printable(note)}"
    for verdict in Verdict:
        changes = report.of(verdict)
        if changes:
            yield ""
            yield f"{verdict}:"
        yield from _changes(changes)


def _changes(changes: Sequence[Change]) -> Iterator[str]:
    """Every change, of one rule at most twenty."""
    shown: Counter[str] = Counter()
    for change in changes:
        shown[change.rule] += 1
        if shown[change.rule] <= MOST_PER_RULE:
            yield from _change(change)
    for rule, count in sorted(shown.items()):
        if count > MOST_PER_RULE:
            yield f"and {count - MOST_PER_RULE} more of [{rule}]; `--format json` lists all"


def _change(change: Change) -> Iterator[str]:
    spot = change.new or change.old
    place = f"{printable(str(spot))}: " if spot is not None else ""
    way = {"request": "in requests: ", "response": "in answers: "}.get(change.direction or "", "")
    yield f"{place}{severity_word(change.severity)}: {way}{printable(change.message)} [{change.rule}]"
    if change.old is not None and change.new is not None:
        yield f"  was: {printable(str(change.old))}"
    if change.operations:
        yield f"  in: {printable(reach(change))}"
    if change.severity is not Severity.INFO:
        yield f"  means: {change.means}"
    if change.accepted is not None:
        yield f"  accepted: {printable(change.accepted)}"
    elif change.severity is Severity.ERROR:
        yield f"  fingerprint: {change.fingerprint}"


def reach(change: Change) -> str:
    """The operations that a change reaches: the first few, and how many more."""
    shown = ", ".join(change.operations[:MOST_OPERATIONS])
    more = len(change.operations) - MOST_OPERATIONS
    return f"{shown} and {more} more" if more > 0 else shown


def place_of(change: Change) -> Spot | None:
    """Where a person looks first."""
    return change.new or change.old


def summary(reports: Sequence[Report]) -> str:
    """`2 comparisons: 1 breaking, 0 risky, 3 compatible (1 accepted)`."""
    changes = [item for report in reports for item in report.changes]
    counts = Counter(item.severity for item in changes)
    words = ", ".join(f"{counts[severity]} {severity_word(severity)}" for severity in Severity)
    accepted = sum(item.accepted is not None for item in changes)
    noun = "comparison" if len(reports) == 1 else "comparisons"
    return f"{len(reports)} {noun}: {words}" + (f" ({accepted} accepted)" if accepted else "")
