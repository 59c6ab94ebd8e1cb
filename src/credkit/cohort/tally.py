"""What came of a run, counted: for the progress line, for machines and for the summary. No people in any of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ..ledger.moments import whole_second
from ..model import DeliveryStatus, Reason
from ..results import Issued, Rejected, Result, Unknown
from .delivering import delivery_of, undelivered
from .job import Round
from .masking import Mask
from .ranges import Ranges
from .survey import Standing, SurveyedRow

UNDELIVERED = "undelivered"
"""The group of rows whose offer the holder is not known to have got."""


@dataclass(slots=True)
class Tally:
    """Rows of a cohort by what came of them.

    Attributes:
        total: rows of the file, as planned; `ended`: whether the run came to its end.
        key_of: the account, by its name in the ledger, where the run ended because the vendor did not take the API key.
        issued: in this run; `before`: earlier, `revoked`: of these.
        undelivered: of both, those whose offer the holder is not known to have got, where that was asked for.
        unknown: may have been issued; `person`: of these, those that only a person can settle; `again_at`: when the others can be
            looked up for certain.
        rejected, held: rows by reason; `passing` of the rejected may be sent again as they are.
        why, said: of the rejected by code, and of the undelivered as `undelivered`. `why` they were not sent or delivered is in our own
            words. `said` is in the vendor's words, without what was sent of people: the first few. It is for who runs the command, and in
            no file, log or progress.
        lines: by reason.
    """

    total: int
    delivers: bool = False
    ended: bool = False
    key_of: str | None = None
    rows: int = 0
    undelivered: int = 0
    issued: int = 0
    before: int = 0
    revoked: int = 0
    unknown: int = 0
    person: int = 0
    again_at: datetime | None = None
    rejected: Counter[str] = field(default_factory=Counter)
    passing: int = 0
    why: dict[str, str] = field(default_factory=dict)
    said: dict[str, list[str]] = field(default_factory=dict, repr=False)
    held: Counter[str] = field(default_factory=Counter)
    lines: dict[str, Ranges] = field(default_factory=dict)

    def add(self, part: Round) -> None:
        self.hear(part)
        for item, result in part.done:
            self.rows += 1
            match result:
                case Issued() as issued:
                    self.issued += 1
                    told = delivery_of(issued)
                    if self.delivers and (told is None or told.status is not DeliveryStatus.SENT):
                        self._undelivered(item)
                case Rejected(reason=reason):
                    self.rejected[reason.code] += 1
                    self.passing += reason.retryable
                    self._line(f"rejected:{reason.code}", item.line)
                case Unknown() as unknown:
                    self._open(item, unknown.needs_person, unknown.not_before)
                case None:
                    self._left(item)

    def hear(self, part: Round) -> None:
        """Keep why rows were rejected or not delivered, without counting them."""
        told: dict[tuple[str, str], None] = {}
        for _, result in part.done:
            group, reason = _blamed(result)
            if reason is not None and (group == UNDELIVERED or reason.code == "not_sent"):
                self.why.setdefault(group, reason.message)
            if reason is not None and reason.detail:
                told.setdefault((group, reason.detail))
        if not told:
            return
        mask = Mask(item.request for item, _ in part.done if item.request is not None)
        for group, detail in told:
            texts = self.said.setdefault(group, [])
            if len(texts) < _SAID and (text := mask(detail)) not in texts:
                texts.append(text)

    def _left(self, item: SurveyedRow) -> None:
        match item.standing:
            case Standing.ISSUED:
                self.before += 1
                self.revoked += item.is_revoked
                if self.delivers and undelivered(item):
                    self._undelivered(item)
            case Standing.OPEN:
                person = item.needs_person
                self._open(item, person, None if person or item.entry is None else item.entry.settles_at)
            case _:
                self.held[item.standing.value] += 1
                self._line(f"held:{item.standing.value}", item.line)

    def _undelivered(self, item: SurveyedRow) -> None:
        self.undelivered += 1
        self._line(UNDELIVERED, item.line)

    def _open(self, item: SurveyedRow, person: bool, again_at: datetime | None) -> None:
        self.unknown += 1
        self.person += person
        if again_at is not None and (self.again_at is None or again_at > self.again_at):
            self.again_at = again_at
        self._line("unknown", item.line)

    def _line(self, group: str, line: int) -> None:
        self.lines.setdefault(group, Ranges()).add(line)

    @property
    def complete(self) -> bool:
        """Whether the run went through the whole file, and every row has its credential, delivered where that was asked for."""
        issued = self.issued + self.before
        return self.ended and issued == self.rows == self.total > 0 and not self.undelivered

    def in_words(self) -> str:
        return f"{self.issued:,} issued, {sum(self.rejected.values()):,} rejected, {self.unknown:,} unknown"

    def as_json(self) -> dict[str, Any]:
        """For machines: counts, and the first ranges of lines of each group."""
        return {
            "rows": self.rows,
            "of": self.total,
            "ended": self.ended,
            "issued": self.issued,
            "issued_before": self.before,
            "revoked": self.revoked,
            "unknown": self.unknown,
            "needs_person": self.person,
            "settled_from": whole_second(self.again_at).isoformat() if self.again_at else None,
            "undelivered": self.undelivered,
            "rejected": dict(sorted(self.rejected.items())),
            "why": dict(sorted(self.why.items())),
            "held_back": dict(sorted(self.held.items())),
            "lines": {group: ranges.kept for group, ranges in sorted(self.lines.items())},
            "complete": self.complete,
        }


_SAID = 3
"""Different words of the vendor that are kept of one code."""


def _blamed(result: Result | None) -> tuple[str, Reason | None]:
    """Why a row has no credential, or its holder no offer, and under which name that is kept."""
    match result:
        case Rejected(reason=reason):
            return reason.code, reason
        case Issued() as issued if (told := delivery_of(issued)) is not None:
            return UNDELIVERED, told.reason
        case _:
            return "", None
