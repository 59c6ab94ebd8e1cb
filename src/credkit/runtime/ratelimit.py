"""Waiting for the rate limit inside a call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .call import Call
from .clock import utc
from .effects import Run, Sleep, Steps
from .errors import RateLimitWait
from .limiter import Reservation

if TYPE_CHECKING:
    from .core import Core


def wait_for_turn(call: Call, core: Core) -> Steps:
    """Reserve a moment within the deadline and sleep until it; raises RateLimitWait when there is none."""
    limit = call.operation.rate_limit
    if limit is None:
        return
    store, clock = core.store, core.settings.clock

    def reserve() -> Reservation:
        return store.reserve(call.limit_key, limit, clock, call.deadline.remaining())

    reservation: Reservation = (yield Run(reserve)) if store.blocking else reserve()
    if not reservation.granted:
        reason = f"the rate limit of {limit.calls} calls in {limit.per:g} s leaves no room before the deadline"
        raise RateLimitWait(reason, retry_at=utc(clock.now() + reservation.wait))
    if reservation.wait > 0:
        try:
            yield Sleep(reservation.wait)
        except BaseException:
            store.release(call.limit_key, reservation)
            raise
