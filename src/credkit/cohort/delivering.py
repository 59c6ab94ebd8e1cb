"""Handing over offers that no holder is known to have got. It stays the same offer, however often."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from itertools import islice
from typing import TypeAlias

from ..ledger.records import kept_of
from ..model import Channel, Delivery, DeliveryStatus
from ..results import Issued, Result
from ..runtime.clock import Clock, utc
from ..runtime.errors import ConfigurationError
from ..sending import hand_over_once, new_send
from ..steps import Flow, blocking, emit
from .job import Job, Round
from .survey import SurveyedRow

_CALLS = 40
"""How often the offers of one part of the file are handed over in one run, at most; then the rest of them once more each."""
_LONGEST_WAIT = 120.0
"""Seconds that a run waits for a vendor's rate limit, as a call does."""

_Offer: TypeAlias = tuple[SurveyedRow, Issued]
"""A row with what was issued for it."""

_log = logging.getLogger("credkit.cohort")


def undelivered(item: SurveyedRow) -> bool:
    """Whether the row has an offer of which nobody knows that its holder was told."""
    kept = item.kept
    if kept is None or not kept.id or item.is_revoked:  # nobody is told of what has ended
        return False
    return not (kept.delivery or "").endswith(f":{DeliveryStatus.SENT.value}")


def delivery_of(result: Issued) -> Delivery | None:
    """What came of handing an offer to its holder. A batch says that once for all of its credentials, so none is made for the question."""
    return result.parts()[0].delivery


def deliver(job: Job) -> Flow[None]:
    """Hand over the offers that no holder is known to have got; emits a `Round` for every part of the file.

    As many go together as are looked at together, in one call where the vendor takes many. What became of it is in the ledger afterwards,
    without the reasons.
    """
    channel = job.channel
    if channel is None or channel is Channel.OFFER:
        return
    items = (item for item in job.items() if undelivered(item) and job.can_be_sent(item))
    while part := (yield from blocking(lambda: list(islice(items, job.at_once)))):
        yield from emit(Round((yield from _hand_over(job, [(item, job.issued(item)) for item in part], channel))))


def with_late_offers(job: Job, items: Sequence[SurveyedRow], results: Sequence[Result]) -> Flow[Sequence[Result]]:
    """Results of issuing; the offers that a rate limit kept from their holders are handed over together, when there is room again."""
    channel = job.channel
    if channel is None or channel is Channel.OFFER:
        return results
    late = [
        (item, one)
        for item, one in zip(items, results, strict=True)
        if isinstance(one, Issued) and _room_at(delivery_of(one)) is not None
    ]
    if not late or not (yield from _waited(job, [delivery_of(one) for _, one in late])):
        return results
    told = yield from _hand_over(job, late, channel)
    after = {item.line: one for item, one in told}
    return [after.get(item.line, one) for item, one in zip(items, results, strict=True)]


def _hand_over(job: Job, offers: Sequence[_Offer], channel: Channel) -> Flow[list[_Offer]]:
    """Hand over some offers and note what came of it. One that the vendor does not want to hand over does not keep the others from their
    holders: what is refused for good is tried by halves, up to a number of calls that finds a single one. A rate limit is waited for.
    """
    pieces, calls = [offers], 0
    done: list[_Offer] = []
    while pieces:
        piece = pieces.pop()
        send = new_send(utc(job.clock.now()), deliver=channel, account=job.plan.account)
        handed = yield from hand_over_once(job.adapter, [one for _, one in piece], send)
        issued = [one for one in handed if isinstance(one, Issued)]
        told = [*map(delivery_of, issued)]
        calls += 1
        if calls < _CALLS and (yield from _waited(job, told)):
            pieces.append(piece)
            continue
        if calls < _CALLS and len(piece) > 1 and all(map(_is_refused, told)):
            middle = len(piece) // 2
            pieces += [piece[middle:], piece[:middle]]
            continue
        after = [(item, one) for (item, _), one in zip(piece, issued, strict=True)]
        news = [kept_of(one.credential) for _, one in after if delivery_of(one) is not None]
        yield from blocking(partial(job.ledger.refresh_all, job.plan.account, news))
        done += after
    return done


def _waited(job: Job, told: Sequence[Delivery | None]) -> Flow[bool]:
    """Whether a rate limit is why nothing was delivered; then the moment that the vendor named has come, if it was not far away."""
    seconds = _wait(told, job.clock)
    if seconds is None:
        return False
    _log.warning("waiting %.0f s for %s's rate limit", seconds, job.plan.vendor)
    yield from blocking(partial(job.clock.sleep, seconds))
    return True


def _wait(told: Sequence[Delivery | None], clock: Clock) -> float | None:
    """For how long to wait, in seconds, where the rate limit left no room for the call; None where that is not the reason, or it is long."""
    known = [moment for one in told if (moment := _room_at(one)) is not None]
    if not known or len(known) < len(told):
        return None
    seconds = (max(known) - utc(clock.now())).total_seconds()
    return max(seconds, 0.0) if seconds <= _LONGEST_WAIT else None


def _room_at(delivery: Delivery | None) -> datetime | None:
    """When there is room again, where a rate limit is why nothing was delivered."""
    return None if delivery is None or delivery.reason is None else delivery.reason.retry_at


def _is_refused(delivery: Delivery | None) -> bool:
    """Whether the vendor said no to what it was asked, and would again; a key that it does not take is another matter."""
    reason = None if delivery is None else delivery.reason
    return reason is not None and not reason.retryable and not isinstance(reason.error, ConfigurationError)
