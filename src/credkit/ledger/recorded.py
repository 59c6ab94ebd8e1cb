"""Issuing with a ledger: every intent is written down before it is sent, so that a crash or a lost answer ends in "issued once" or in
"not known, and here is how to settle it".

    claim (committed) ──▶ the adapter sends ──▶ settle (committed)
         │ not granted: issued already, or somebody's send is not settled
         ▼
    the answer is in the ledger; nothing is sent

A crash between the two commits leaves `sending`. Nobody sends that again: from `settles_at` on it is looked up at the vendor like
any lost answer (`reconcile`). Nothing here depends on what the process remembers.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from ..adapters.base import Adapter, Send
from ..adapters.sending import bare, reason_of
from ..model import Channel, IssueRequest, Rejected, Result, Results
from ..runtime.clock import SYSTEM_CLOCK, Clock, utc
from ..runtime.errors import ConfigurationError, InvalidArgument, NotSent
from ..runtime.options import DEFAULT_TIMEOUT
from ..sending import check_label, check_references, cut, new_send
from ..steps import Flow, blocking, together
from .base import Attempt, Intent, Ledger, Outcome, State
from .fences import fence
from .reconciling import decide, reconcile, reconcile_open
from .records import lost_results, outcome_of, standing_result

LEASE = timedelta(seconds=60)
"""How long after its claim a send may begin. A process that was suspended in between finds the claim too old and does not send."""

CALLS = 3
"""How many calls one send makes at most, each with a deadline of its own (nChain: a collection, its offers, their e-mails)."""

__all__ = ["decide", "fence", "issue", "reconcile", "reconcile_open"]

_log = logging.getLogger("credkit.ledger")


def issue(
    adapter: Adapter[Any, Any],
    ledger: Ledger,
    account: str,
    requests: Sequence[IssueRequest],
    *,
    label: str = "",
    deliver: Channel | None = None,
    cohort: str | None = None,
    clock: Clock = SYSTEM_CLOCK,
    timeout: float = DEFAULT_TIMEOUT,
) -> Flow[Results]:
    """Issue what is neither issued nor unsettled; one result for each request, in their order.

    Args:
        account: as `Ledger.account` names it.
        cohort: to which the new intents belong; made with `Ledger.create_cohort`.
        timeout: the client's, in seconds: until when a call can be under way.

    Raises:
        InvalidArgument: two requests mean the same credential, or a label that cannot be used; nothing was sent.
        ConfigurationError: nothing was sent, and nothing can be.
        LedgerBusy: others held the ledger for too long; nothing was sent.
    """
    label = check_label(label)
    check_references(adapter, requests)
    fences = yield from blocking(lambda: [fence(adapter, ledger, account, request) for request in requests])
    _check_repeats(fences)
    known = yield from blocking(lambda: ledger.lookup(fences))
    results: dict[int, Result] = {}
    for position, request in enumerate(requests):
        entry = known.get(fences[position])
        if entry is not None and entry.state is not State.REJECTED:
            results[position] = standing_result(adapter, request, entry)
    open_ = [position for position in range(len(requests)) if position not in results]
    pieces = [[open_[at] for at in piece] for piece in cut(adapter, [requests[position] for position in open_])]
    sending = _Sending(adapter, ledger, account, label, deliver, cohort, clock, timeout)
    answers = yield from together(
        (sending.send([(requests[at], fences[at]) for at in piece]) for piece in pieces), adapter.concurrency
    )
    failures = [answer for answer in answers if isinstance(answer, Exception)]
    if failures and len(failures) == len(answers):
        raise failures[0]
    for piece, answer in zip(pieces, answers, strict=True):
        if isinstance(answer, Exception):  # it came before this send; what others have sent must not be forgotten
            reason = reason_of(answer)
            results |= {position: Rejected(requests[position], reason) for position in piece}
        else:
            results |= dict(zip(piece, answer, strict=True))
    return [results[position] for position in range(len(requests))]


def _check_repeats(fences: Sequence[bytes]) -> None:
    seen: dict[bytes, int] = {}
    for position, one in enumerate(fences):
        if (first := seen.setdefault(one, position)) != position:
            raise InvalidArgument(f"requests {first} and {position} mean the same credential; give them references")


class _Sending:
    """What all sends of one call have in common."""

    def __init__(
        self,
        adapter: Adapter[Any, Any],
        ledger: Ledger,
        account: str,
        label: str,
        deliver: Channel | None,
        cohort: str | None,
        clock: Clock,
        timeout: float,
    ) -> None:
        self.adapter = adapter
        self.ledger = ledger
        self.account = account
        self.label = label
        self.deliver = deliver
        self.cohort = cohort
        self.clock = clock
        self.settle_after = LEASE + CALLS * timedelta(seconds=timeout) + adapter.settle_after

    def send(self, items: Sequence[tuple[IssueRequest, bytes]]) -> Flow[Results]:
        """One send: claim, send what was granted, settle. Raises only when nothing of it was sent."""
        send = new_send(utc(self.clock.now()), label=self.label, deliver=self.deliver, account=self.account)
        claimed = yield from blocking(lambda: self.ledger.claim(self._attempt(send), self._intents(items)))
        granted = [item for item, entry in zip(items, claimed, strict=True) if entry is None]
        sent = iter((yield from self._send(send, granted)) if granted else ())
        return [
            next(sent) if entry is None else standing_result(self.adapter, request, entry)
            for (request, _), entry in zip(items, claimed, strict=True)
        ]

    def _send(self, send: Send, granted: Sequence[tuple[IssueRequest, bytes]]) -> Flow[Results]:
        requests = [request for request, _ in granted]
        failure: Exception | None = None
        try:
            if not timedelta(0) <= utc(self.clock.now()) - send.sent_at <= LEASE:
                raise NotSent("the process stood still, or the clock was set, between claiming and sending")
            results = yield from self.adapter.issue(requests, send)
            if len(results) != len(requests):
                raise RuntimeError(
                    "the adapter did not answer every request"
                )  # as any fault of an adapter
        except (ConfigurationError, NotSent) as error:
            failure, reason = error, reason_of(error)
            results = [Rejected(request, reason) for request in requests]
        except Exception as error:
            bare(error)
            results = lost_results(self.adapter, requests, send, error)
        yield from self._settle(
            send.token, [outcome_of(one, key) for one, (_, key) in zip(results, granted, strict=True)]
        )
        if isinstance(failure, ConfigurationError):
            raise failure
        return results

    def _settle(self, token: str, outcomes: Sequence[Outcome]) -> Flow[None]:
        """Write down what came of a send. If that fails, what the vendor said is true all the same: the results go to the caller, and the
        ledger keeps `sending`, which is looked up later and not sent again."""
        try:
            yield from blocking(lambda: self.ledger.settle(token, outcomes))
        except (ConfigurationError, NotSent) as error:
            _log.error("what came of the send %s could not be written down: %s", token, error)

    def _attempt(self, send: Send) -> Attempt:
        return Attempt(
            token=send.token,
            account=self.account,
            operation=self.adapter.ticket(send, 0, 1).operation,
            sent_at=send.sent_at,
            settles_at=send.sent_at + self.settle_after,
            label=send.label,
            cohort=self.cohort,
        )

    def _intents(self, items: Sequence[tuple[IssueRequest, bytes]]) -> list[Intent]:
        return [Intent(key, self.adapter.template_id(request), request.reference) for request, key in items]
