"""A file's rows beside what the ledger knows of them: what is new, what is done, what is open, who stands there twice.

Whatever goes through a file looks at its rows through this one place, so that what was planned is what is sent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from ..ledger.base import Entry, Kept, Ledger, State
from ..model import CredentialStatus, IssueRequest, Reason
from .requests import Recipient
from .rows import BadRow
from .seen import Seen

_LOOKUP = 500


class Standing(StrEnum):
    """How a row stands before sending."""

    NEW = "new"
    AGAIN = "again"
    """Refused earlier for a reason that may have passed, or found never to have been issued."""
    ISSUED = "issued"
    OPEN = "open"
    """Under way or unknown: to be reconciled, not sent."""
    REFUSED = "refused"
    """Refused earlier for a reason that does not pass."""
    REPEAT = "repeat"
    """The same person stands on an earlier line, or on one that the ledger knows; or the same reference does."""
    INVALID = "invalid"

    @property
    def sendable(self) -> bool:
        """Whether `apply` sends it."""
        return self in (Standing.NEW, Standing.AGAIN)


@dataclass(frozen=True, slots=True)
class SurveyedRow:
    """A row and how it stands. `request` is None of an invalid row, which may still be `named` by its reference; `reason` says why a row is
    invalid, refused or a repeat."""

    line: int
    standing: Standing
    request: IssueRequest | None = None
    fence: bytes | None = None
    entry: Entry | None = None
    reason: str = ""
    named: str | None = None

    @property
    def reference(self) -> str | None:
        """The application's own key of it."""
        return self.named if self.request is None else self.request.reference

    @property
    def kept(self) -> Kept | None:
        """What the ledger has of its credential."""
        return None if self.entry is None else self.entry.credential

    @property
    def needs_person(self) -> bool:
        """Whether it is open, and was looked up in vain: asking the vendor again does not help."""
        return self.entry is not None and is_for_person(self.entry)

    @property
    def is_revoked(self) -> bool:
        """Whether its credential was revoked, or its offer taken back before anybody claimed it."""
        return self.kept is not None and self.kept.status in (CredentialStatus.REVOKED, CredentialStatus.CANCELLED)


def is_for_person(entry: Entry) -> bool:
    """Whether an intent is open, and only somebody who looks at the vendor can settle it."""
    return entry.state is State.UNKNOWN and not entry.retryable


@dataclass(frozen=True, slots=True)
class _Looking:
    """What looking at a file's rows takes."""

    ledger: Ledger
    fence: Callable[[IssueRequest], bytes]
    check: Callable[[IssueRequest], Reason | None]

    def at(self, rows: Iterable[Recipient | BadRow]) -> Iterator[SurveyedRow]:
        """Each row by itself: how the ledger knows it, and otherwise whether it can be sent."""
        remaining = iter(rows)
        while some := list(islice(remaining, _LOOKUP)):
            looked = [self._unknown(row) for row in some]
            entries = self.ledger.lookup([row.fence for row in looked if row.fence is not None])
            yield from (_known(row, entries.get(row.fence)) if row.fence is not None else row for row in looked)

    def _unknown(self, row: Recipient | BadRow) -> SurveyedRow:
        if isinstance(row, BadRow):
            return SurveyedRow(row.line, Standing.INVALID, reason=row.reason, named=row.reference)
        refusal = self.check(row.request)
        if refusal is None:
            return SurveyedRow(row.line, Standing.NEW, row.request, self.fence(row.request))
        try:
            known = self.fence(row.request)
        except (TypeError, ValueError):  # with such claims it never was an intent
            return SurveyedRow(row.line, Standing.INVALID, row.request, reason=refusal.message)
        return SurveyedRow(row.line, Standing.INVALID, row.request, known, reason=refusal.message)


def survey(
    rows: Callable[[], Iterable[Recipient | BadRow]],
    *,
    ledger: Ledger,
    fence: Callable[[IssueRequest], bytes],
    check: Callable[[IssueRequest], Reason | None],
) -> Iterator[SurveyedRow]:
    """The rows in their order, each with its standing. A repeat is a second row of one person, whatever its reference, or of
    one reference: it is held back, because one of the two is a mistake that only a person can see. What the ledger knows comes first,
    wherever it stands: a row that has a credential, or may have one, is no repeat, and another row of the same person is.

    Args:
        rows: reads the file; called twice and, when somebody stands there twice, three times.
        fence: how the ledger knows a request.
        check: what the vendor's adapter refuses before sending.
    """
    looking = _Looking(ledger, fence, check)
    with Seen() as seen:
        for row in rows():
            if isinstance(row, Recipient):
                seen.meet(row.request.subject, row.line)
        if seen.repeats:
            for found in looking.at(_repeated(rows(), seen)):
                if found.request is not None:
                    seen.prefer(found.request.subject, found.line, _RANKS.get(found.standing, _IN_LEDGER))
        for found in looking.at(rows()):
            yield _beside_others(found, seen)


_IN_LEDGER = 1
_RANKS = {Standing.INVALID: -1, Standing.NEW: 0, Standing.OPEN: 2, Standing.ISSUED: 2}
"""Which of a person's rows is not a repeat: one that has a credential or may have one, else one that was refused, else the first."""


def _repeated(rows: Iterable[Recipient | BadRow], seen: Seen) -> Iterator[Recipient]:
    for row in rows:
        if isinstance(row, Recipient) and seen.foremost(row.request.subject) is not None:
            yield row


def _known(row: SurveyedRow, entry: Entry | None) -> SurveyedRow:
    """A row with what the ledger says of it. Whether it could be sent matters only as long as it was not."""
    if entry is None:
        return row
    standing, reason = _of(entry)
    if row.standing is Standing.INVALID and standing not in (Standing.ISSUED, Standing.OPEN):
        return row
    return SurveyedRow(row.line, standing, row.request, row.fence, entry, reason)


def _beside_others(row: SurveyedRow, seen: Seen) -> SurveyedRow:
    """A row, or the repeat that it is."""
    if row.standing is Standing.INVALID or row.request is None or row.fence is None:
        return row
    same = seen.first(row.fence, row.line)
    foremost = seen.foremost(row.request.subject)
    if foremost == row.line:
        foremost = None
    if same is None and (foremost is None or row.standing in (Standing.ISSUED, Standing.OPEN)):
        return row
    reason = f"the same reference as on line {same}" if foremost is None else f"the same person as on line {foremost}"
    # The entry of one reference is the first row's: nothing is to be revoked or delivered twice.
    return SurveyedRow(row.line, Standing.REPEAT, row.request, row.fence, row.entry if same is None else None, reason)


def _of(entry: Entry) -> tuple[Standing, str]:
    match entry.state:
        case State.ISSUED:
            return Standing.ISSUED, ""
        case State.REJECTED if entry.retryable:
            return Standing.AGAIN, ""
        case State.REJECTED:
            return Standing.REFUSED, f"refused earlier: {entry.code or 'no code'}"
        case _:
            return Standing.OPEN, "under way, or its answer was lost"
