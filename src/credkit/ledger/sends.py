"""The sends of one call with a ledger: claimed, sent, settled, handed over, side by side and one after the other (`recorded` says why)."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from ..adapters.base import Adapter, Send
from ..adapters.sending import STOOD_STILL, reason_of
from ..model import Channel, IssueRequest, Reason
from ..results import Issued, Rejected, Result, Results, Unknown
from ..runtime.clock import Clock, utc
from ..runtime.errors import ConfigurationError, NotSent
from ..sending import abandoned, hand_over_once, issue_once, new_send
from ..steps import Flow, blocking, together
from .base import Attempt, Entry, Ledger
from .pieces import Left, Piece, Sent
from .records import UNREADABLE, kept_of, outcomes_of, standing_result, ticket_of

LEASE = timedelta(seconds=60)
"""How long after its claim a send may begin. A process that was suspended in between finds the claim too old and does not send."""

CALLS = 2
"""How many calls one send makes before it is settled, at most, each with a deadline of its own (nChain: a collection, its offers)."""

_INTERRUPTED = "the run was interrupted before it could send"

_log = logging.getLogger("credkit.ledger")


@dataclass(frozen=True, slots=True)
class Sends:
    """The sends of one call, and what they have in common."""

    adapter: Adapter[Any, Any]
    ledger: Ledger
    account: str
    label: str
    deliver: Channel | None
    cohort: str | None
    clock: Clock
    timeout: float
    _left: Left = field(init=False, default_factory=Left)
    _answers: dict[int, Results] = field(init=False, default_factory=dict)
    _failures: dict[int, Exception] = field(init=False, default_factory=dict)
    """By piece: a result for each of its requests; and why nothing of it was sent."""

    @property
    def begins_within(self) -> timedelta:
        """How long after its claim the last call of a send may begin."""
        return LEASE + (CALLS - 1) * timedelta(seconds=self.timeout)

    @property
    def settle_after(self) -> timedelta:
        """How long after its claim an answer to a send may still be under way."""
        return self.begins_within + timedelta(seconds=self.timeout) + self.adapter.settle_after

    @property
    def hands_over(self) -> bool:
        return self.adapter.hands_over(self.deliver)

    def send_all(self, pieces: Sequence[Piece]) -> Flow[list[Results]]:
        """Send pieces, side by side: a result for each request of each.

        Raises:
            ConfigurationError, LedgerBusy, …: the first of the errors that came before its piece was sent, when one came before every piece.
        """
        self._left.put(pieces)
        limit = max(1, min(self.adapter.concurrency, len(pieces)))
        faults = yield from together((self._work() for _ in range(limit)), limit, stop=self._left.stop)
        if pieces and len(self._failures) == len(pieces):
            raise self._failures[min(self._failures)]
        for fault in faults:  # what others have sent must not be forgotten
            if fault is not None:
                _log.error("sends were not gone through to their end: %s", type(fault).__name__)
        return [self._answers[at] if at in self._answers else self._open(piece) for at, piece in enumerate(pieces)]

    def _work(self) -> Flow[None]:
        """Send what is left, piece by piece. To settle one and to claim the next is one commit, if it can be."""
        sent: Sent | None = None
        while (taken := self._left.take()) is not None:
            at, piece = taken
            send = self._new_send()
            if sent is not None and (yield from self._settle_and_claim(sent, send, piece)):
                self._answers[sent.at] = sent.answer(sent.results)
                standing: list[Result | None] = [None] * len(piece.requests)
            else:
                if sent is not None:
                    yield from self._finish(sent)
                    send, sent = self._new_send(), None
                try:
                    standing = yield from self._claim(send, piece)
                except Exception as error:
                    yield from self._unclaimed(at, piece, error)
                    continue
            sent = yield from self._send(at, piece, send, standing)
            if self.hands_over or sent.failure or not sent.fences:
                yield from self._finish(sent)
                sent = None
        if sent is not None:
            yield from self._finish(sent)

    def _new_send(self) -> Send:
        return new_send(utc(self.clock.now()), label=self.label, deliver=self.deliver, account=self.account)

    def _claim(self, send: Send, piece: Piece) -> Flow[list[Result | None]]:
        """For each request what the ledger says of it, or None: it is granted."""
        try:
            claimed = yield from blocking(lambda: self.ledger.claim(self._attempt(send), piece.intents))
        except (Exception, GeneratorExit):
            raise
        except BaseException:
            yield from self._release(send, piece)
            raise
        return [
            None if entry is None else standing_result(self.adapter, request, entry)
            for request, entry in zip(piece.requests, claimed, strict=True)
        ]

    def _settle_and_claim(self, sent: Sent, send: Send, piece: Piece) -> Flow[bool]:
        """Write down what came of a send and that the next begins. False: nothing was written; each by itself shows why."""
        try:
            token, outcomes = sent.send.token, outcomes_of(sent.results, sent.fences)
            attempt, intents = self._attempt(send), piece.intents
            return (yield from blocking(lambda: self.ledger.settle_and_claim(token, outcomes, attempt, intents)))
        except Exception:
            yield from self._release(send, piece)  # it may have failed after all was written
            return False
        except GeneratorExit:
            raise
        except BaseException:
            yield from self._settle(sent.send.token, sent.results, sent.fences)
            yield from self._release(send, piece)
            raise

    def _release(self, send: Send, piece: Piece) -> Flow[None]:
        """Free what was claimed, or may have been, for a send that is not begun any more."""
        reason = Reason("not_sent", _INTERRUPTED, retryable=True)
        never = [Rejected(request, reason) for request in piece.requests]
        try:
            outcomes = outcomes_of(never, [intent.fence for intent in piece.intents])
            yield from blocking(lambda: self.ledger.settle(send.token, outcomes))
        except Exception as error:  # nothing was claimed, usually
            _log.debug("the claim %s was not freed: %s", send.token, type(error).__name__)

    def _unclaimed(self, at: int, piece: Piece, error: Exception) -> Flow[None]:
        """Say of a piece that could not be claimed, and so was not sent, how it stands; unknown where that cannot be read either."""
        self._failures[at] = error
        try:
            fences = [intent.fence for intent in piece.intents]
            found = yield from blocking(lambda: self.ledger.lookup(fences))
            entries = [found.get(fence) for fence in fences]
            self._answers[at] = [
                Rejected(request, reason_of(error)) if entry is None else standing_result(self.adapter, request, entry)
                for request, entry in zip(piece.requests, entries, strict=True)
            ]
        except Exception:
            self._answers[at] = self._open(piece)

    def _open(self, piece: Piece) -> Results:
        """Of a piece of which nobody can tell now whether it was issued before."""
        how = {"code": UNREADABLE, "message": "how it stands could not be read from the ledger"}
        return abandoned(self.adapter, piece.requests, self._new_send(), self.clock, **how)

    def _send(self, at: int, piece: Piece, send: Send, standing: Sequence[Result | None]) -> Flow[Sent]:
        """Send what was granted. Raises nothing but what cancels or interrupts: then it is written down first that the answer was lost."""
        requests = [one for one, stands in zip(piece.requests, standing, strict=True) if stands is None]
        fences = [one.fence for one, stands in zip(piece.intents, standing, strict=True) if stands is None]
        failure: ConfigurationError | None = None
        results: Results = []
        try:
            if requests:
                results = yield from self._issue(requests, send)
        except ConfigurationError as error:
            failure, reason = error, reason_of(error)
            results = [Rejected(request, reason) for request in requests]
        except GeneratorExit:
            raise
        except BaseException:  # nobody is sending any more, so that it can be looked up at once
            yield from self._settle(send.token, abandoned(self.adapter, requests, send, self.clock), fences)
            raise
        return Sent(at, send, standing, fences, results, failure)

    def _finish(self, sent: Sent) -> Flow[None]:
        """Settle a send by itself and hand over what it made."""
        results = sent.results
        if sent.failure is not None:
            self._failures[sent.at] = sent.failure
        if sent.fences:
            written = yield from self._settle(sent.send.token, results, sent.fences)
            if written is not None and sent.failure is None:  # nobody is told of what is not on disk
                if all(written):
                    results = yield from self._hand_over(results, sent.send)
                else:
                    results = yield from self._hand_over_some(results, sent.fences, sent.send, written)
        self._answers[sent.at] = sent.answer(results)

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
        stood_still = not timedelta(0) <= utc(self.clock.now()) - send.sent_at <= LEASE
        if stood_still or self._left.stopped:
            message = STOOD_STILL if stood_still else _INTERRUPTED
            return [Rejected(request, Reason("not_sent", message, retryable=True)) for request in requests]
        begins_until = send.sent_at + self.begins_within

        def may_begin() -> bool:
            return not self._left.stopped and send.sent_at <= utc(self.clock.now()) <= begins_until

        return (yield from issue_once(self.adapter, requests, replace(send, may_begin=may_begin), self.clock))

    def _settle(self, token: str, results: Results, fences: Sequence[bytes]) -> Flow[list[bool] | None]:
        """Write down what came of a send; gives what `Ledger.settle` says. None: it failed. What the vendor said is true all the same: the
        results go to the caller, and the ledger keeps `sending`, which is looked up later and not sent again."""

        def settle() -> list[bool]:
            return self.ledger.settle(token, outcomes_of(results, fences))

        try:
            return (yield from blocking(settle))
        except (ConfigurationError, NotSent) as error:
            _log.error("what came of the send %s could not be written down: %s", token, error)
        except Exception as error:  # its words may hold what was sent
            _log.error("what came of the send %s could not be written down: %s", token, type(error).__name__)
        except GeneratorExit:
            raise
        except BaseException:  # an answer that was heard is kept, also by who is interrupted while it is written down
            with suppress(Exception):
                yield from blocking(settle)
            raise
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
