"""Issuing without a ledger: requests are cut into sends, sent side by side, and answered in their order."""

from __future__ import annotations

import base64
import logging
import secrets
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from .adapters.base import Adapter, Send
from .adapters.sending import Item, lost, reason_of
from .model import Channel, Delivery, IssueRequest, kind_of
from .results import Issued, Rejected, Result, Results, Unknown
from .runtime.clock import Clock, utc
from .runtime.errors import ConfigurationError, InvalidArgument
from .steps import Flow, together

_MAX_LABEL = 100

_log = logging.getLogger("credkit.issuing")


def new_token() -> str:
    """A fresh name for one send: 80 random bits, in letters and digits that survive every vendor's form fields."""
    return "ck-" + base64.b32encode(secrets.token_bytes(10)).decode().lower()


def check_label(label: str) -> str:
    """Refuse a label that a vendor might not keep as it is: the token behind it has to be found again."""
    given: object = label
    if not isinstance(given, str):
        raise InvalidArgument(f"label: expected text; got {kind_of(given)}")
    if len(label) > _MAX_LABEL or not label.isprintable():
        raise InvalidArgument(f"a label is one line of at most {_MAX_LABEL} printable characters")
    return label.strip()


def check_references(adapter: Adapter[Any, Any], requests: Sequence[IssueRequest]) -> None:
    """Refuse requests that name one intent twice."""
    seen: dict[tuple[str, str], int] = {}
    for position, request in enumerate(requests):
        reference: object = request.reference
        if not isinstance(reference, str):  # None, or what the check of each request refuses
            continue
        first = seen.setdefault((adapter.template_id(request), reference), position)
        if first != position:
            raise InvalidArgument(f"requests {first} and {position} have the same template and reference")


def cut(adapter: Adapter[Any, Any], requests: Sequence[IssueRequest], positions: Iterable[int]) -> Iterator[list[int]]:
    """Positions of requests, in pieces that can be sent together: at most `batch_size`, of one `batch_key`."""
    groups: dict[Hashable, list[int]] = {}
    for position in positions:
        groups.setdefault(adapter.batch_key(requests[position]), []).append(position)
    for together_ in groups.values():
        for start in range(0, len(together_), adapter.batch_size):
            yield together_[start : start + adapter.batch_size]


def send_all(
    adapter: Adapter[Any, Any],
    requests: Sequence[IssueRequest],
    *,
    clock: Clock,
    label: str = "",
    deliver: Channel | None = None,
    account: str = "",
) -> Flow[Results]:
    """Issue all requests; one result for each, in their order.

    Raises:
        InvalidArgument: two requests with the same template and reference, or a label that cannot be used; nothing was sent.
        ConfigurationError: nothing was sent, and nothing can be.
    """
    label = check_label(label)
    check_references(adapter, requests)
    pieces = list(cut(adapter, requests, range(len(requests))))
    named: dict[str, Result] = {}

    def one(positions: list[int]) -> Flow[Results]:
        send = new_send(utc(clock.now()), label=label, deliver=deliver, account=account)
        results = yield from issue_once(adapter, [requests[position] for position in positions], send, clock)
        return (yield from hand_over_once(adapter, _each_its_own(adapter, results, send, clock, named), send))

    answers = yield from together((one(positions) for positions in pieces), adapter.concurrency)
    results = merged(requests, pieces, answers)
    return [results[position] for position in range(len(requests))]


def issue_once(adapter: Adapter[Any, Any], requests: Sequence[IssueRequest], send: Send, clock: Clock) -> Flow[Results]:
    """What an adapter says of one send. Raises ConfigurationError only: nothing was sent. The tickets of what is unknown say when the call
    ended: what was on its way then may still become a credential `settle_after` later."""
    return _ended((yield from _issued(adapter, requests, send)), clock)


def abandoned(
    adapter: Adapter[Any, Any],
    requests: Sequence[IssueRequest],
    send: Send,
    clock: Clock,
    *,
    code: str = "answer_lost",
    message: str = "the answer was not waited for",
) -> Results:
    """Of a send that was cancelled or interrupted: nobody waits for its answer any more, and that is all that is known."""
    items = [Item(request, adapter.ticket(send, at, len(requests))) for at, request in enumerate(requests)]
    return _ended([item.unknown(code, message) for item in items], clock)


def _ended(results: Results, clock: Clock) -> Results:
    """Results whose tickets, where they are unknown, say that the call ended now."""
    if not any(isinstance(one, Unknown) for one in results):
        return results
    ended_at = utc(clock.now())
    return [
        replace(one, ticket=replace(one.ticket, ended_at=ended_at)) if isinstance(one, Unknown) else one
        for one in results
    ]


def _each_its_own(
    adapter: Adapter[Any, Any], results: Results, send: Send, clock: Clock, named: dict[str, Result]
) -> Results:
    """Results; unknown where the answer names a credential that the answer to another send has `named`, so that nobody gets it twice. With
    a ledger, the transaction that settles looks for the same."""
    own = [not isinstance(one, Issued) or named.setdefault(str(one.parts()[1]), one) is one for one in results]
    if all(own):
        return results
    _log.error("the answer to the send %s names a credential that belongs to another request", send.token)
    items = [Item(one.request, adapter.ticket(send, at, len(results))) for at, one in enumerate(results)]
    return _ended(
        [one if mine else item.unanswered() for one, mine, item in zip(results, own, items, strict=True)], clock
    )


def _issued(adapter: Adapter[Any, Any], requests: Sequence[IssueRequest], send: Send) -> Flow[Results]:
    results: Results
    try:
        results = yield from adapter.issue(requests, send)
        if len(results) != len(requests):
            raise RuntimeError("not one result for each request")
    except ConfigurationError:
        raise
    except Exception as error:  # a fault of the adapter: nobody knows how far it came
        count = len(requests)
        return lost([Item(request, adapter.ticket(send, at, count)) for at, request in enumerate(requests)], error)
    return results


def hand_over_once(adapter: Adapter[Any, Any], results: Results, send: Send) -> Flow[Results]:
    """What an adapter makes of the offers of one send; each result as it was where that fails, as the credentials exist all the same."""
    try:
        handed = yield from adapter.hand_over(results, send)
        if handed is results:
            return results
        return [after if _is_same(before, after) else before for before, after in zip(results, handed, strict=True)]
    except Exception as error:  # a fault of the adapter
        _log.error("the offers of the send %s could not be handed over: %s", send.token, type(error).__name__)
        return results


def _is_same(before: Result, after: Result) -> bool:
    """Whether a result is about the same request and credential, and can be read."""
    if before is after or not isinstance(before, Issued) or not isinstance(after, Issued):
        return before is after
    delivery: object = after.credential.delivery
    known = delivery is None or isinstance(delivery, Delivery)
    return known and after.request is before.request and after.credential.id == before.credential.id


def merged(
    requests: Sequence[IssueRequest], pieces: Sequence[Sequence[int]], answers: Sequence[Results | Exception]
) -> dict[int, Result]:
    """Results by position. An error came before its piece was sent; it is raised when it came before all of them."""
    failures = [answer for answer in answers if isinstance(answer, Exception)]
    if failures and len(failures) == len(answers):
        raise failures[0]
    results: dict[int, Result] = {}
    for positions, answer in zip(pieces, answers, strict=True):
        if isinstance(answer, Exception):  # what others have sent must not be forgotten
            reason = reason_of(answer)
            results |= {position: Rejected(requests[position], reason) for position in positions}
        else:
            results |= dict(zip(positions, answer, strict=True))
    return results


def new_send(sent_at: datetime, *, label: str = "", deliver: Channel | None = None, account: str = "") -> Send:
    return Send(token=new_token(), label=label, sent_at=sent_at, deliver=deliver, account=account)
