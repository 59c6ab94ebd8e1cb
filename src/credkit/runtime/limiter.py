"""The vendor's rate limits, kept on this side: nobody is refused who could have waited.

A limit of `calls` in `per` seconds is a sliding window over the moments at which calls were let through. A caller reserves the
next free moment and sleeps until then, so callers are served in the order in which they came. Two calls can travel for
different times, so the window is kept a little longer than the vendor counts (2 %, at least 50 ms, at most 1 s).
"""

from __future__ import annotations

import threading
from bisect import insort
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from .clock import Clock
from .forks import reset_in_child
from .operation import RateLimit


@dataclass(frozen=True, slots=True)
class Reservation:
    """`wait` seconds from now a call may go. Not `granted`: that is later than asked for, and nothing is reserved."""

    wait: float
    granted: bool
    at: float


class RateLimitStore(Protocol):
    """Where reservations are kept. `blocking`: it may wait for a disk or another process, so async callers use a thread."""

    blocking: bool

    def reserve(self, key: str, limit: RateLimit, clock: Clock, within: float) -> Reservation:
        """Reserve the next free moment for `key`, if it lies within `within` seconds."""
        ...

    def release(self, key: str, reservation: Reservation) -> None:
        """Give a reservation back: its call will not be made."""
        ...


def window(limit: RateLimit) -> float:
    """How long a call counts, in seconds."""
    return limit.per + min(1.0, max(0.05, 0.02 * limit.per))


def next_free(moments: Iterable[float], limit: RateLimit, now: float) -> float:
    """The earliest moment from `now` on at which no window holds more than `limit.calls`; `moments` are sorted."""
    last = list(moments)[-limit.calls :]
    return now if len(last) < limit.calls else max(now, last[0] + window(limit))


@dataclass(slots=True)
class _Window:
    """The moments that were reserved for one key, sorted, and when the last of them counts no more."""

    moments: list[float]
    ends: float = 0.0


class MemoryStore:
    """Reservations of this process. Those who share it share a clock. Keys that nobody uses any more are forgotten."""

    blocking = False
    _FEW = 64

    def __init__(self) -> None:
        self._windows: dict[str, _Window] = {}
        self._look_at = self._FEW
        self._lock = threading.Lock()
        reset_in_child(self)

    def after_fork(self) -> None:
        self._lock = threading.Lock()

    def reserve(self, key: str, limit: RateLimit, clock: Clock, within: float) -> Reservation:
        now = clock.monotonic()
        with self._lock:
            window_of_key = self._windows.get(key) or _Window([])
            moments = window_of_key.moments
            while moments and moments[0] + window(limit) <= now:
                del moments[0]
            at = next_free(moments, limit, now)
            granted = at - now <= within
            if granted:
                insort(moments, at)
                window_of_key.ends = moments[-1] + window(limit)
                self._keep(key, window_of_key, now)
        return Reservation(at - now, granted, at)

    def _keep(self, key: str, window_of_key: _Window, now: float) -> None:
        """Remember a key; forget those whose moments have passed, each time the number of keys has doubled."""
        self._windows[key] = window_of_key
        if len(self._windows) > self._look_at:
            self._windows = {key: one for key, one in self._windows.items() if one.ends > now}
            self._look_at = max(self._FEW, 2 * len(self._windows))

    def release(self, key: str, reservation: Reservation) -> None:
        with self._lock:
            window_of_key = self._windows.get(key)
            if window_of_key is None or reservation.at not in window_of_key.moments:
                return
            window_of_key.moments.remove(reservation.at)
            if not window_of_key.moments:
                del self._windows[key]


SHARED = MemoryStore()
"""The store of all clients of this process that talk to real servers."""
