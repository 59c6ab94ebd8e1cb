"""Handing over offers once more that no holder is known to have got. It stays the same offer, however often."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import islice

from ..ledger.records import kept_of
from ..model import Channel, Credential, Delivery, DeliveryStatus
from ..results import Issued
from ..runtime.clock import Clock, utc
from ..runtime.errors import AuthenticationError, ConfigurationError, PermissionDeniedError
from ..sending import hand_over_once, new_send
from ..steps import Flow, blocking, emit, together
from .job import Job, Round, entry_of
from .survey import SurveyedRow

_CALLS = 40
"""How often the offers of one send are handed over in one run, at most; then the rest of them once more each."""
_LONGEST_WAIT = 120.0
"""Seconds that a run waits for a vendor's rate limit, as a call does."""
_KEY_FAULTS = (ConfigurationError, AuthenticationError, PermissionDeniedError)


def undelivered(item: SurveyedRow) -> bool:
    """Whether the row has an offer of which nobody knows that its holder was told."""
    kept = item.kept
    if kept is None or not kept.id or item.is_revoked:  # nobody is told of what has ended
        return False
    return not (kept.delivery or "").endswith(f":{DeliveryStatus.SENT.value}")


def deliver(job: Job) -> Flow[None]:
    """Hand over the offers that no holder is known to have got; emits a `Round` for every part of the file.

    As many go together as are sent together, in one call where the vendor takes many. What became of it is in the ledger afterwards,
    without the reasons.
    """
    channel = job.channel
    if channel is None or channel is Channel.OFFER:
        return
    size = job.adapter.batch_size
    items = (item for item in job.items() if undelivered(item) and job.can_be_sent(item))
    while part := (yield from blocking(lambda: list(islice(items, job.at_once)))):
        pieces = [part[start : start + size] for start in range(0, len(part), size)]
        outcomes = yield from together((_deliver(job, piece, channel) for piece in pieces), job.adapter.concurrency)
        done: list[tuple[SurveyedRow, Issued]] = []
        for outcome in outcomes:
            if isinstance(outcome, Exception):  # of the ledger: what the vendor said is in the delivery
                raise outcome
            done += outcome
        yield from emit(Round(done))


def _deliver(job: Job, items: Sequence[SurveyedRow], channel: Channel) -> Flow[list[tuple[SurveyedRow, Issued]]]:
    """Hand over some offers and note what came of it. One that the vendor does not want to hand over does not keep the others from their
    holders: what is refused for good is tried by halves, up to a number of calls that finds a single one. A rate limit is waited for.
    """
    pieces, calls = [items], 0
    done: list[tuple[SurveyedRow, Issued]] = []
    while pieces:
        piece = pieces.pop()
        send = new_send(utc(job.clock.now()), deliver=channel, account=job.plan.account)
        handed = yield from hand_over_once(job.adapter, [job.issued(item) for item in piece], send)
        issued = [one for one in handed if isinstance(one, Issued)]
        told = [one.credential for one in issued]
        calls += 1
        if calls < _CALLS and (seconds := _wait(told, job.clock)) is not None:
            yield from blocking(partial(job.clock.sleep, seconds))
            pieces.append(piece)
            continue
        if calls < _CALLS and len(piece) > 1 and all(_is_refused(one.delivery) for one in told):
            middle = len(piece) // 2
            pieces += [piece[middle:], piece[:middle]]
            continue
        news = [
            (entry_of(item)[0].fence, kept_of(one))
            for item, one in zip(piece, told, strict=True)
            if one.delivery is not None
        ]
        yield from blocking(partial(job.ledger.refresh_all, news))
        done += zip(piece, issued, strict=True)
    return done


def _wait(told: Sequence[Credential], clock: Clock) -> float | None:
    """For how long to wait, in seconds, where the rate limit left no room for the call; None where that is not the reason, or it is long."""
    moments = [
        one.delivery.reason.retry_at for one in told if one.delivery is not None and one.delivery.reason is not None
    ]
    known = [moment for moment in moments if moment is not None]
    if not known or len(known) < len(told):
        return None
    seconds = (max(known) - utc(clock.now())).total_seconds()
    return max(seconds, 0.0) if seconds <= _LONGEST_WAIT else None


def _is_refused(delivery: Delivery | None) -> bool:
    """Whether the vendor said no to what it was asked, and would again; a key that it does not take is another matter."""
    reason = None if delivery is None else delivery.reason
    return reason is not None and not reason.retryable and not isinstance(reason.error, _KEY_FAULTS)
