"""Issuing with a ledger: every intent is written down before it is sent, so that a crash or a lost answer ends in "issued once" or in
"not known, and here is how to settle it".

    claim (committed) ──▶ the adapter sends ──▶ settle (committed) ──▶ offers to their holders ──▶ noted
         │ not granted: issued already, or somebody's send is not settled
         ▼
    the answer is in the ledger; nothing is sent

Of sends that follow one another, settling one and claiming the next are one commit, where no offer is to be handed over in between.

A crash between the two commits leaves `sending`. Nobody sends that again: from `settles_at` on it is looked up at the vendor like
any lost answer (`reconcile`). Nothing here depends on what the process remembers.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, NamedTuple

from ..adapters.base import Adapter, Send
from ..adapters.sending import reason_of
from ..model import Channel, Credential, IssueRequest, Reason
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
    places = list(cut(adapter, requests, intents))
    pieces = [_Piece([requests[at] for at in some], [intents[at] for at in some]) for some in places]
    answers = yield from sending.send_all(pieces)
    results = merged(requests, places, answers)
    for position, request in enumerate(requests):
        if position not in intents:
            reason = adapter.check(request, deliver)
            results[position] = Rejected(
                request, reason or Reason("invalid_request", "a claim or attribute has no JSON form")
            )
    return [results[position] for position in range(len(requests))]


def changed(ledger: Ledger, account: str, change: Flow[Credential]) -> Flow[Credential]:
    """A change of a credential at the vendor (`deliver`, `revoke`, `cancel`), and what is new of it written down. Where that fails, the
    change was made all the same: the log says so, and a look-up of the credential shows it."""
    credential = yield from change
    try:
        yield from blocking(lambda: ledger.refresh(account, kept_of(credential)))
    except Exception as error:
        _log.error("a change of a credential could not be written down: %s", type(error).__name__)
    return credential


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


class _Piece(NamedTuple):
    """What is claimed together, and what of it is granted sent together."""

    requests: Sequence[IssueRequest]
    intents: Sequence[Intent]


class _Sent(NamedTuple):
    """A piece that was sent, and what came of it; that is not written down yet.

    Attributes:
        at: which piece.
        standing: for each request, what the ledger says of it; None: it was granted.
        fences, results: of the granted ones.
        failure: why nothing could be sent.
    """

    at: int
    send: Send
    standing: Sequence[Result | None]
    fences: Sequence[bytes]
    results: Results
    failure: ConfigurationError | None

    def answer(self, results: Results) -> Results:
        """A result for each request of the piece."""
        if len(results) == len(self.standing):
            return results
        granted = iter(results)
        return [one or next(granted) for one in self.standing]


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
        self.hands_over = adapter.hands_over(deliver)
        self.begins_within = LEASE + (CALLS - 1) * timedelta(seconds=timeout)  # the last of the calls
        self.settle_after = self.begins_within + timedelta(seconds=timeout) + adapter.settle_after

    def send_all(self, pieces: Sequence[_Piece]) -> Flow[list[Results | Exception]]:
        """Send pieces, side by side: of each the results, or the error that came before it was sent."""
        left = deque(enumerate(pieces))
        answers: dict[int, Results | Exception] = {}
        workers = [self._work(left, answers) for _ in range(min(self.adapter.concurrency, len(pieces)))]
        for fault in (yield from together(workers, len(workers), stop=left.clear)):
            if isinstance(fault, Exception):
                raise fault
        return [answers[at] for at in range(len(pieces))]

    def _work(self, left: deque[tuple[int, _Piece]], answers: dict[int, Results | Exception]) -> Flow[None]:
        """Send what is left, piece by piece. To settle one and to claim the next is one commit, if it can be."""
        sent: _Sent | None = None
        while (taken := _first(left)) is not None:
            at, piece = taken
            send = self._new_send()
            if sent is not None and (yield from self._settle_and_claim(sent, send, piece)):
                answers[sent.at] = sent.answer(sent.results)
                claimed: list[Entry | None] = [None] * len(piece.intents)
            else:
                if sent is not None:
                    answers[sent.at] = yield from self._finish(sent)
                    send = self._new_send()
                try:
                    claimed = yield from self._claim(send, piece)
                except Exception as error:
                    answers[at], sent = error, None
                    continue
            sent = yield from self._send(at, piece, send, claimed)
            if self.hands_over or sent.failure or not sent.fences:
                answers[at], sent = (yield from self._finish(sent)), None
        if sent is not None:
            answers[sent.at] = yield from self._finish(sent)

    def _new_send(self) -> Send:
        return new_send(utc(self.clock.now()), label=self.label, deliver=self.deliver, account=self.account)

    def _claim(self, send: Send, piece: _Piece) -> Flow[list[Entry | None]]:
        return blocking(lambda: self.ledger.claim(self._attempt(send), piece.intents))

    def _settle_and_claim(self, sent: _Sent, send: Send, piece: _Piece) -> Flow[bool]:
        """Write down what came of a send and that the next begins. False: nothing was written; each by itself shows why."""
        try:
            token, outcomes = sent.send.token, outcomes_of(sent.results, sent.fences)
            attempt, intents = self._attempt(send), piece.intents
            return (yield from blocking(lambda: self.ledger.settle_and_claim(token, outcomes, attempt, intents)))
        except Exception:
            return False

    def _send(self, at: int, piece: _Piece, send: Send, claimed: Sequence[Entry | None]) -> Flow[_Sent]:
        """Send what was granted. Raises nothing."""
        standing: list[Result | None] = [None] * len(claimed)
        requests, intents = piece
        if any(claimed):
            standing = [
                None if entry is None else standing_result(self.adapter, request, entry)
                for request, entry in zip(requests, claimed, strict=True)
            ]
            requests = [request for request, entry in zip(requests, claimed, strict=True) if entry is None]
            intents = [intent for intent, entry in zip(intents, claimed, strict=True) if entry is None]
        failure: ConfigurationError | None = None
        results: Results = []
        try:
            if requests:
                results = yield from self._issue(requests, send)
        except ConfigurationError as error:
            failure, reason = error, reason_of(error)
            results = [Rejected(request, reason) for request in requests]
        return _Sent(at, send, standing, [intent.fence for intent in intents], results, failure)

    def _finish(self, sent: _Sent) -> Flow[Results | Exception]:
        """Settle a send by itself and hand over what it made: its results, or why nothing of it was sent."""
        if not sent.fences:
            return sent.answer([])
        written = yield from self._settle(sent.send.token, sent.results, sent.fences)
        if sent.failure is not None:
            return sent.failure
        if written is None:  # nobody is told of what is not on disk
            return sent.answer(sent.results)
        if all(written):
            return sent.answer((yield from self._hand_over(sent.results, sent.send)))
        return sent.answer((yield from self._hand_over_some(sent.results, sent.fences, sent.send, written)))

    def _hand_over_some(
        self, results: Results, fences: Sequence[bytes], send: Send, written: Sequence[bool]
    ) -> Flow[Results]:
        """The same where some intents stand otherwise: of those the ledger keeps another credential, or none, and no holder is told."""
        latest = yield from self._latest(fences, send)
        sound = [at for at, done in enumerate(written) if done]
        told = iter((yield from self._hand_over([results[at] for at in sound], send)))
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

    def _hand_over(self, results: Results, send: Send) -> Flow[Results]:
        """The offers to their holders, once it is on disk which there are: a process that dies here leaves nothing to find out but whether
        the holder was told, and telling again makes no second offer."""
        if not self.hands_over:
            return results
        handed = yield from hand_over_once(self.adapter, results, send)
        try:
            news = [
                kept
                for before, after in zip(results, handed, strict=True)
                if isinstance(before, Issued) and isinstance(after, Issued) and before is not after
                if (kept := kept_of(after.credential)) != kept_of(before.credential)
            ]
            if news:
                yield from blocking(lambda: self.ledger.refresh_all(self.account, news))
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


def _first(left: deque[tuple[int, _Piece]]) -> tuple[int, _Piece] | None:
    """Take the first of what is left; threads share it."""
    try:
        return left.popleft()
    except IndexError:
        return None
