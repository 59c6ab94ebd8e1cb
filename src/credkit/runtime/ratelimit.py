"""Waiting for the rate limit inside a call."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import TYPE_CHECKING

from .call import Call
from .clock import utc
from .effects import Run, Sleep, Steps
from .errors import ApiError, NotSent, RateLimitWait
from .limiter import RateLimitStore, Reservation
from .operation import RateLimit

if TYPE_CHECKING:
    from .core import Core


def wait_for_turn(call: Call, core: Core, limit: RateLimit) -> Steps:
    """Reserve a moment within the deadline and sleep until it; raises RateLimitWait when there is none."""
    store, clock = core.store, core.settings.clock

    def reserve() -> Reservation:
        return store.reserve(call.limit_key, limit, clock, call.deadline.remaining())

    try:
        reservation: object = (yield Run(reserve)) if store.blocking else reserve()
    except ApiError:
        raise
    except Exception as error:  # a store of the application
        raise NotSent(f"the rate limit store failed ({type(error).__name__})") from error
    if not isinstance(reservation, Reservation):
        raise NotSent(f"the rate limit store gave a {type(reservation).__name__}, no Reservation")
    if not reservation.granted:
        reason = f"the rate limit of {limit.calls} calls in {limit.per:g} s leaves no room before the deadline"
        raise RateLimitWait(reason, retry_at=utc(clock.now() + reservation.wait))
    if reservation.wait > 0:
        try:
            yield Sleep(reservation.wait)
        except BaseException:
            _give_back(store, call.limit_key, reservation)
            raise


def _give_back(store: RateLimitStore, key: str, reservation: Reservation) -> None:
    """Release a reservation. Whoever is being interrupted here can wait for nothing, an event loop least of all."""

    def release() -> None:
        with suppress(Exception):  # what the caller hears of is why the call ended
            store.release(key, reservation)

    if store.blocking:
        threading.Thread(target=release, name="credkit-rate-limit-release", daemon=True).start()
    else:
        release()
