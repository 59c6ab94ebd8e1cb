"""Settling what is not known by asking the vendor. Nothing here issues."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from ..adapters.base import Adapter
from ..model import IssueRequest, Person, Reason
from ..results import Rejected, Result, Results, Unknown
from ..runtime.clock import SYSTEM_CLOCK, Clock, utc
from ..runtime.errors import InvalidArgument
from ..steps import Flow, blocking
from .base import Entry, Kept, Ledger
from .fences import fence
from .records import UNREADABLE, is_under_way, outcomes_of, standing_result, ticket_of, with_news

_AT_ONCE = 1000
_NO_IDS: frozenset[str] = frozenset()


def reconcile(
    adapter: Adapter[Any, Any],
    ledger: Ledger,
    account: str,
    wanted: Sequence[IssueRequest | Unknown],
    *,
    clock: Clock = SYSTEM_CLOCK,
    known: Container[str] = _NO_IDS,
) -> Flow[Results]:
    """How these requests stand; what is unsettled is looked up at the vendor first.

    The ledger keeps no people, so the requests come from the caller, from the cohort's file say; like ones of one send can only be
    told apart together. An `Unknown` brings along what was found out since (`known_as`): such an id is looked up at once.

    Args:
        known: ids of credentials that belong to other requests; those in the ledger need not be named.

    Returns:
        One result for each, in their order: Issued, Rejected (`never_issued`: it may be sent again), or Unknown.

    Raises:
        ApiError: the vendor could not be asked; nothing has changed.
    """
    requests = [one.request if isinstance(one, Unknown) else one for one in wanted]
    fences = yield from blocking(lambda: [_fence(adapter, ledger, account, request) for request in requests])
    entries = yield from blocking(lambda: ledger.lookup(fences))
    now = utc(clock.now())
    results: dict[int, Result] = {}
    due: dict[int, Unknown] = {}
    for position, one in enumerate(wanted):
        entry = entries.get(fences[position])
        result = _standing(adapter, one, entry)
        if isinstance(result, Unknown) and (_is_named(result) or not is_under_way(entry, now)):
            due[position] = result
        else:
            results[position] = result
    if due:
        others = _Others(ledger, account, known)
        answers = yield from adapter.reconcile(list(due.values()), now, others)
        of_entries = {
            fences[position]: answer
            for position, answer in zip(due, answers, strict=True)
            if fences[position] in entries  # what was sent without this ledger is not for it to settle
            and not _is_hearsay(adapter, entries[fences[position]], due[position], answer)
        }
        settled = yield from _write(adapter, ledger, entries, of_entries, now)
        for position, answer in zip(due, answers, strict=True):
            results[position] = settled.get(fences[position], answer)
    return [results[position] for position in range(len(requests))]


def _fence(adapter: Adapter[Any, Any], ledger: Ledger, account: str, request: IssueRequest) -> bytes:
    """The fence of a request; that of nothing for one that has none, and so was never sent."""
    try:
        return fence(adapter, ledger, account, request)
    except (TypeError, ValueError):
        return b""


def _standing(adapter: Adapter[Any, Any], one: IssueRequest | Unknown, entry: Entry | None) -> Result:
    """How a request stands before anybody is asked."""
    news = one.ticket if isinstance(one, Unknown) else None
    request = one.request if isinstance(one, Unknown) else one
    if entry is None:
        reason = Reason("never_issued", "the ledger knows of no such send", retryable=True)
        if isinstance(one, Unknown) and one.reason.code != UNREADABLE:
            return one  # sent without this ledger
        return Rejected(request, reason)
    result = standing_result(adapter, request, entry)
    if isinstance(result, Unknown):
        return Unknown(request, with_news(result.ticket, news), result.reason)
    return result


def _is_named(unknown: Unknown) -> bool:
    """Whether somebody has named the credential. It is looked up even while an answer may come: that it exists does not change then, nothing
    is sent because of it, and an answer with another one is noted as a late answer."""
    return unknown.ticket.credential_id is not None


def _is_hearsay(adapter: Adapter[Any, Any], entry: Entry, asked: Unknown, answer: Result) -> bool:
    """Whether an id that somebody named has settled nothing: it may be mistyped, so that the ledger goes on without it."""
    return isinstance(answer, Unknown) and asked.ticket != ticket_of(adapter, entry)


def _write(
    adapter: Adapter[Any, Any],
    ledger: Ledger,
    entries: Mapping[bytes, Entry],
    answers: Mapping[bytes, Result],
    now: datetime,
) -> Flow[dict[bytes, Result]]:
    """Settle entries by what the vendor says, send by send; returns how they stand then, as somebody may have been faster."""
    by_token: dict[str, dict[bytes, Result]] = {}
    for key, answer in answers.items():
        by_token.setdefault(entries[key].token, {})[key] = _in_time(adapter, entries[key], answer, now)
    settled: dict[bytes, Result] = {}
    for token, some in by_token.items():
        outcomes = outcomes_of(some.values(), some)
        written = yield from blocking(partial(ledger.settle, token, outcomes))
        overtaken = [key for key, done in zip(some, written, strict=True) if not done]
        settled |= some
        if overtaken:
            latest = yield from blocking(partial(ledger.lookup, overtaken))
            for key, entry in latest.items():
                settled[key] = standing_result(adapter, some[key].request, entry)
    return settled


def _in_time(adapter: Adapter[Any, Any], entry: Entry, answer: Result, now: datetime) -> Result:
    """An answer, or that it is too early for it: until `settles_at` what is not there may still come."""
    if isinstance(answer, Unknown) and answer.not_before is not None and answer.not_before < entry.settles_at:
        return replace(answer, reason=replace(answer.reason, retry_at=entry.settles_at))
    if not isinstance(answer, Rejected) or now >= entry.settles_at:
        return answer
    message = "the vendor has no such credential yet, and the request may still be under way"
    reason = Reason("too_early", message, retryable=True, retry_at=entry.settles_at)
    return Unknown(answer.request, ticket_of(adapter, entry), reason)


class _Others:
    """Ids of credentials that belong to other requests: those that the caller names, and all of the ledger's. `newest` is what a vendor's list
    has to have, if it is the whole list of this account."""

    def __init__(self, ledger: Ledger, account: str, named: Container[str]) -> None:
        self._ledger, self._account, self._named = ledger, account, named

    def __contains__(self, id_: object) -> bool:
        if not isinstance(id_, str):
            return False
        return id_ in self._named or self._ledger.has_credential(self._account, id_)

    @property
    def newest(self) -> Kept | None:
        """As `Ledger.newest`."""
        return self._ledger.newest(self._account)


# --- without the requests --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Settlement:
    """How many intents were settled, and how many are left: `later` may be looked up again, `person` has to be looked at."""

    issued: int = 0
    never_issued: int = 0
    later: int = 0
    person: int = 0

    def __add__(self, other: Settlement) -> Settlement:
        return Settlement(
            self.issued + other.issued,
            self.never_issued + other.never_issued,
            self.later + other.later,
            self.person + other.person,
        )


def reconcile_open(
    adapter: Adapter[Any, Any],
    ledger: Ledger,
    account: str,
    *,
    cohort: str | None = None,
    clock: Clock = SYSTEM_CLOCK,
) -> Flow[Settlement]:
    """Settle every unsettled intent of an account, for vendors where the ticket is enough.

    Raises:
        InvalidArgument: this vendor's credentials are told apart by whom they are about: use `reconcile` with the requests.
        ApiError: the vendor could not be asked; what was settled before is kept.
    """
    if not adapter.reconciles_by_ticket:
        raise InvalidArgument(
            f"{adapter.vendor} tells credentials apart by their subjects: reconcile needs the requests"
        )
    now, settlement = utc(clock.now()), Settlement()
    for some in _sends(ledger.unsettled(account, cohort)):
        due = [entry for entry in some if not is_under_way(entry, now)]
        settlement += Settlement(later=len(some) - len(due))
        if due:
            settlement += yield from _settle_open(adapter, ledger, account, due, now)
    return settlement


def _settle_open(
    adapter: Adapter[Any, Any], ledger: Ledger, account: str, due: Sequence[Entry], now: datetime
) -> Flow[Settlement]:
    unknown = [
        Unknown(
            IssueRequest(entry.template, Person(""), reference=entry.reference),
            ticket_of(adapter, entry),
            Reason(entry.code or "answer_lost", "its answer was lost", retryable=True),
        )
        for entry in due
    ]
    answers = yield from adapter.reconcile(unknown, now, _Others(ledger, account, _NO_IDS))
    entries = {entry.fence: entry for entry in due}
    settled = yield from _write(adapter, ledger, entries, dict(zip(entries, answers, strict=True)), now)
    return sum((_count(one) for one in settled.values()), Settlement())


def _count(result: Result) -> Settlement:
    match result:
        case Unknown():
            return Settlement(person=1) if result.needs_person else Settlement(later=1)
        case Rejected():
            return Settlement(never_issued=1)
        case _:
            return Settlement(issued=1)


def _sends(entries: Iterator[Entry]) -> Iterator[list[Entry]]:
    """Entries in pieces that keep those of one send together, as they were claimed together."""
    piece: list[Entry] = []
    for entry in entries:
        if len(piece) >= _AT_ONCE and entry.token != piece[-1].token:
            yield piece
            piece = []
        piece.append(entry)
    if piece:
        yield piece
