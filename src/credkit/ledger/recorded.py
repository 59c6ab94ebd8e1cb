"""Issuing with a ledger: every intent is written down before it is sent, so that a crash or a lost answer ends in "issued once" or in
"not known, and here is how to settle it".

    claim (committed) ──▶ the adapter sends ──▶ settle (committed) ──▶ offers to their holders ──▶ noted
         │ not granted: issued already, or somebody's send is not settled
         ▼
    the answer is in the ledger; nothing is sent

A crash between the two commits leaves `sending`. Nobody sends that again: from `settles_at` on it is looked up at the vendor like
any lost answer (`reconcile`). Nothing here depends on what the process remembers.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from ..adapters.base import Adapter, Send
from ..adapters.sending import reason_of
from ..model import Channel, IssueRequest, Reason
from ..results import Issued, Rejected, Result, Results, Unknown
from ..runtime.clock import SYSTEM_CLOCK, Clock, utc
from ..runtime.errors import ConfigurationError, InvalidArgument, NotSent
from ..runtime.options import DEFAULT_TIMEOUT
from ..sending import check_label, cut, hand_over_once, issue_once, merged, new_send
from ..steps import Flow, blocking, together
from .base import Attempt, Entry, Intent, Ledger
from .fences import fence, intent_of
from .reconciling import Settlement, decide, reconcile, reconcile_open
from .records import kept_of, outcomes_of, standing_result, ticket_of

LEASE = timedelta(seconds=60)
"""How long after its claim a send may begin. A process that was suspended in between finds the claim too old and does not send."""

CALLS = 2
"""How many calls one send makes before it is settled, at most, each with a deadline of its own (nChain: a collection, its offers)."""

__all__ = ["Settlement", "decide", "fence", "issue", "reconcile", "reconcile_open"]

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
    fences: Sequence[bytes] | None = None,
) -> Flow[Results]:
    """Issue what is neither issued nor unsettled; one result for each request, in their order.

    Args:
        account: as `Ledger.account` names it.
        cohort: to which the new intents belong; made with `Ledger.create_cohort`.
        timeout: the client's, in seconds: until when a call can be under way.
        fences: of the requests, from a caller who has just looked them up and leaves out what need not be sent; a claim is made of each
            all the same.

    Raises:
        InvalidArgument: two requests mean the same credential, or a label that cannot be used; nothing was sent.
        ConfigurationError: nothing was sent, and nothing can be.
        LedgerBusy: others held the ledger for too long; nothing was sent.
    """
    label = check_label(label)
    sending = _Sending(adapter, ledger, account, label, deliver, cohort, clock, timeout)
    if fences is None:
        intents = yield from blocking(lambda: _intents(adapter, ledger, account, requests))
    else:
        claimed = zip(fences, map(adapter.template_id, requests), (one.reference for one in requests), strict=True)
        intents = dict(enumerate(map(Intent._make, claimed)))
    _check_repeats(intents)
    pieces = list(cut(adapter, requests, intents))
    answers = yield from together(
        (sending.send([requests[at] for at in piece], [intents[at] for at in piece]) for piece in pieces),
        adapter.concurrency,
    )
    results = merged(requests, pieces, answers)
    for position in range(len(requests)):
        if position not in intents:
            request = requests[position]
            reason = adapter.check(request, deliver)
            results[position] = Rejected(
                request, reason or Reason("invalid_request", "a claim or attribute has no JSON form")
            )
    return [results[position] for position in range(len(requests))]


def _intents(
    adapter: Adapter[Any, Any], ledger: Ledger, account: str, requests: Sequence[IssueRequest]
) -> dict[int, Intent]:
    """Intents by position; those are left out that have members of which no fence can be made, and no request."""
    intents: dict[int, Intent] = {}
    for position, request in enumerate(requests):
        try:
            intents[position] = intent_of(adapter, ledger, account, request)
        except (AttributeError, TypeError, ValueError):
            continue
    return intents


def _check_repeats(intents: Mapping[int, Intent]) -> None:
    if len({intent.fence for intent in intents.values()}) == len(intents):
        return
    seen: dict[bytes, int] = {}
    for position, intent in intents.items():
        if (first := seen.setdefault(intent.fence, position)) != position:
            why = "give them references" if intent.reference is None else "they have the same template and reference"
            raise InvalidArgument(f"requests {first} and {position} mean the same credential: {why}")


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
        self.begins_within = LEASE + (CALLS - 1) * timedelta(seconds=timeout)  # the last of the calls
        self.settle_after = self.begins_within + timedelta(seconds=timeout) + adapter.settle_after

    def send(self, requests: Sequence[IssueRequest], intents: Sequence[Intent]) -> Flow[Results]:
        """One send: claim, send what was granted, settle. Raises only when nothing of it was sent."""
        send = new_send(utc(self.clock.now()), label=self.label, deliver=self.deliver, account=self.account)
        claimed = yield from blocking(lambda: self.ledger.claim(self._attempt(send), intents))
        if not any(claimed):
            return (yield from self._send(send, requests, [intent.fence for intent in intents]))
        standing = [
            None if entry is None else standing_result(self.adapter, request, entry)
            for request, entry in zip(requests, claimed, strict=True)
        ]
        granted = [at for at, entry in enumerate(claimed) if entry is None]
        fences = [intents[at].fence for at in granted]
        sent = iter((yield from self._send(send, [requests[at] for at in granted], fences)) if granted else ())
        return [one or next(sent) for one in standing]

    def _send(self, send: Send, requests: Sequence[IssueRequest], fences: Sequence[bytes]) -> Flow[Results]:
        """Send what was granted, settle, hand over."""
        failure: ConfigurationError | None = None
        results: Results
        try:
            results = yield from self._issue(requests, send)
        except ConfigurationError as error:
            failure, reason = error, reason_of(error)
            results = [Rejected(request, reason) for request in requests]
        written = yield from self._settle(send.token, results, fences)
        if failure is not None:
            raise failure
        if written is None:  # nobody is told of what is not on disk
            return results
        if all(written):
            return (yield from self._hand_over(results, fences, send))
        return (yield from self._hand_over_some(results, fences, send, written))

    def _hand_over_some(
        self, results: Results, fences: Sequence[bytes], send: Send, written: Sequence[bool]
    ) -> Flow[Results]:
        """The same where some intents stand otherwise: of those the ledger keeps another credential, or none, and no holder is told."""
        latest = yield from self._latest(fences, send)
        sound = [at for at, done in enumerate(written) if done]
        told = iter((yield from self._hand_over([results[at] for at in sound], [fences[at] for at in sound], send)))
        return [
            next(told) if done else self._overtaken(result, at, latest, fences, send)
            for at, (result, done) in enumerate(zip(results, written, strict=True))
        ]

    def _latest(self, fences: Sequence[bytes], send: Send) -> Flow[Mapping[bytes, Entry] | None]:
        """How intents of a send stand now; None where that cannot be read: the send was made all the same, and nothing may look as if not."""
        try:
            return (yield from blocking(lambda: self.ledger.lookup(fences)))
        except Exception as error:
            what = type(error).__name__
            _log.error("how what came of the send %s stands could not be read: %s", send.token, what)
            return None

    def _overtaken(
        self, result: Result, at: int, latest: Mapping[bytes, Entry] | None, fences: Sequence[bytes], send: Send
    ) -> Result:
        """A result that the ledger did not take: unknown if its credential is another intent's, or may be, else it is true all the same."""
        entry = None if latest is None else latest.get(fences[at])
        settled = latest is not None and (entry is None or entry.token != send.token or entry.state.settled)
        if settled or not isinstance(result, Issued):
            return result
        _log.error("the answer to the send %s names a credential that belongs to another intent", send.token)
        message = "the vendor answered with a credential that belongs to another request"
        ticket = self.adapter.ticket(send, at, len(fences)) if entry is None else ticket_of(self.adapter, entry)
        settles_at = send.sent_at + self.settle_after if entry is None else entry.settles_at
        return Unknown(result.request, ticket, Reason("not_in_answer", message, retryable=True, retry_at=settles_at))

    def _hand_over(self, results: Results, fences: Sequence[bytes], send: Send) -> Flow[Results]:
        """The offers to their holders, once it is on disk which there are: a process that dies here leaves nothing to find out but whether
        the holder was told, and telling again makes no second offer."""
        handed = yield from hand_over_once(self.adapter, results, send)
        if handed is results:
            return results
        try:
            news = [
                (fence, kept)
                for fence, before, after in zip(fences, results, handed, strict=True)
                if isinstance(before, Issued) and isinstance(after, Issued) and before is not after
                if (kept := kept_of(after.credential)) != kept_of(before.credential)
            ]
            if news:
                yield from blocking(lambda: self.ledger.refresh_all(news))
        except Exception as error:
            what = type(error).__name__
            _log.error("what came of handing over the send %s could not be written down: %s", send.token, what)
        return handed

    def _issue(self, requests: Sequence[IssueRequest], send: Send) -> Flow[Results]:
        """What the adapter says. Raises ConfigurationError only: nothing was sent."""
        if not timedelta(0) <= utc(self.clock.now()) - send.sent_at <= LEASE:
            reason = Reason("not_sent", "the process stood still, or the clock was set, before it could send", True)
            return [Rejected(request, reason) for request in requests]
        begins_until = send.sent_at + self.begins_within
        timely = replace(send, may_begin=lambda: send.sent_at <= utc(self.clock.now()) <= begins_until)
        return (yield from issue_once(self.adapter, requests, timely, self.clock))

    def _settle(self, token: str, results: Results, fences: Sequence[bytes]) -> Flow[list[bool] | None]:
        """Write down what came of a send; gives what `Ledger.settle` says. None: it failed. What the vendor said is true all the same: the
        results go to the caller, and the ledger keeps `sending`, which is looked up later and not sent again."""
        try:
            outcomes = outcomes_of(results, fences)
            return (yield from blocking(lambda: self.ledger.settle(token, outcomes)))
        except (ConfigurationError, NotSent) as error:
            _log.error("what came of the send %s could not be written down: %s", token, error)
        except Exception as error:  # its words may hold what was sent
            _log.error("what came of the send %s could not be written down: %s", token, type(error).__name__)
        return None

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
