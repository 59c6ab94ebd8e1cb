"""A file's rows beside what the ledger knows of them: what is new, what is done, what is open, who stands there twice.

`plan`, `apply`, `resume` and `reconcile` look at the rows through this one place, so that what was planned is what is sent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from ..ledger.base import Entry, Ledger, State
from ..model import IssueRequest, Reason
from .requests import Recipient
from .rows import BadRow
from .seen import Seen, identity

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
    """The same person stands on an earlier line."""
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


def survey(
    rows: Iterable[Recipient | BadRow],
    *,
    ledger: Ledger,
    fence: Callable[[IssueRequest], bytes],
    check: Callable[[IssueRequest], Reason | None],
) -> Iterator[SurveyedRow]:
    """The rows in their order, each with its standing. A repeat is a second row of one person, whatever its reference, or of
    one reference: it is held back, because one of the two is a mistake that only a person can see.

    Args:
        fence: how the ledger knows a request.
        check: what the vendor's adapter refuses before sending.
    """
    with Seen() as seen:
        remaining = iter(rows)
        while some := list(islice(remaining, _LOOKUP)):
            items = [_first_look(row, fence, check, seen) for row in some]
            entries = ledger.lookup([item.fence for item in items if item.fence is not None])
            yield from (
                _second_look(item, entries.get(item.fence) if item.fence is not None else None) for item in items
            )


def _first_look(
    row: Recipient | BadRow,
    fence: Callable[[IssueRequest], bytes],
    check: Callable[[IssueRequest], Reason | None],
    seen: Seen,
) -> SurveyedRow:
    if isinstance(row, BadRow):
        return SurveyedRow(row.line, Standing.INVALID, reason=row.reason, named=row.reference)
    refusal = check(row.request)
    if refusal is not None:
        return SurveyedRow(row.line, Standing.INVALID, reason=refusal.message, named=row.request.reference)
    known = fence(row.request)
    same = seen.first(b"fence:" + known, row.line)
    person = seen.first(identity(row.request.subject), row.line)
    if person is not None:
        return SurveyedRow(row.line, Standing.REPEAT, row.request, known, reason=f"the same person as on line {person}")
    if same is not None:
        return SurveyedRow(
            row.line, Standing.REPEAT, row.request, known, reason=f"the same reference as on line {same}"
        )
    return SurveyedRow(row.line, Standing.NEW, row.request, known)


def _second_look(item: SurveyedRow, entry: Entry | None) -> SurveyedRow:
    if entry is None or item.standing is not Standing.NEW:
        return item
    standing, reason = _of(entry)
    return SurveyedRow(item.line, standing, item.request, item.fence, entry, reason)


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
