"""What came of a run, counted: for the progress line, for machines, and as a text that can be mailed. No people in any of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from ..model import Issued, Rejected, Unknown
from .survey import Item, Standing
from .work import Round

_LINES = 20
"""Lines that a summary names for each reason."""


@dataclass(slots=True)
class Tally:
    """Rows of a cohort by what came of them.

    Attributes:
        issued: in this run; `before`: earlier.
        unknown: may have been issued; `person`: of these, those that only a person can settle.
        rejected, held: lines by reason; only the first `_LINES` of each are kept, and how many there were.
    """

    rows: int = 0
    issued: int = 0
    before: int = 0
    unknown: int = 0
    person: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    held: Counter[str] = field(default_factory=Counter)
    lines: dict[str, list[int]] = field(default_factory=dict)

    def add(self, part: Round) -> None:
        for item, result in part.done:
            self.rows += 1
            match result:
                case Issued():
                    self.issued += 1
                case Rejected(reason=reason):
                    self.rejected[reason.code] += 1
                    self._line(f"rejected:{reason.code}", item.line)
                case Unknown() as unknown:
                    self._open(item, unknown.needs_person)
                case None:
                    self._left(item)

    def _left(self, item: Item) -> None:
        match item.standing:
            case Standing.ISSUED:
                self.before += 1
            case Standing.OPEN:
                self._open(item, person=False)
            case _:
                self.held[item.standing.value] += 1
                self._line(f"held:{item.standing.value}", item.line)

    def _open(self, item: Item, person: bool) -> None:
        self.unknown += 1
        self.person += person
        self._line("unknown", item.line)

    def _line(self, group: str, line: int) -> None:
        lines = self.lines.setdefault(group, [])
        if len(lines) < _LINES:
            lines.append(line)

    @property
    def complete(self) -> bool:
        """Whether every row has its credential."""
        return self.issued + self.before == self.rows

    def as_json(self) -> dict[str, Any]:
        """For machines: counts, and the first lines of each group."""
        return {
            "rows": self.rows,
            "issued": self.issued,
            "issued_before": self.before,
            "unknown": self.unknown,
            "needs_person": self.person,
            "rejected": dict(sorted(self.rejected.items())),
            "held_back": dict(sorted(self.held.items())),
            "lines": {group: list(lines) for group, lines in sorted(self.lines.items())},
            "complete": self.complete,
        }


def summary(tally: Tally, *, name: str, vendor: str, file: str) -> str:
    """The run as plain text that can be mailed: counts, reasons, lines of the file, and what to do next."""
    lines = [
        f"Cohort {name} ({vendor}, {file}): {tally.rows:,} rows",
        f"  issued now      {tally.issued:>9,}",
        f"  issued before   {tally.before:>9,}",
    ]
    for code, number in sorted(tally.rejected.items()):
        lines.append(f"  rejected        {number:>9,}  {code}{_places(tally, f'rejected:{code}', number)}")
    for standing, number in sorted(tally.held.items()):
        lines.append(f"  held back       {number:>9,}  {standing}{_places(tally, f'held:{standing}', number)}")
    if tally.unknown:
        lines.append(f"  answer lost     {tally.unknown:>9,}  {_places(tally, 'unknown', tally.unknown).strip()}")
    lines += ["", *_next(tally)]
    return "\n".join(lines) + "\n"


def _places(tally: Tally, group: str, number: int) -> str:
    lines = tally.lines.get(group, [])
    more = ", …" if number > len(lines) else ""
    return f" (line{'s' if number > 1 else ''} {', '.join(map(str, lines))}{more})" if lines else ""


def _next(tally: Tally) -> list[str]:
    if tally.complete:
        return ["Every row has its credential."]
    steps = []
    if tally.unknown > tally.person:
        steps.append("An answer that was lost is settled by `credkit reconcile`; nothing is sent again before that.")
    if tally.person:
        steps.append("Where no look-up can settle it, look at the vendor, then say so with `credkit settle`.")
    if tally.rejected:
        steps.append("What was rejected does not exist: mend the cause, then `credkit resume`.")
    if tally.held:
        steps.append("What was held back was not sent: mend the rows, then plan again.")
    return steps
