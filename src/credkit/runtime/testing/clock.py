"""A clock that stands still until somebody sleeps."""

from __future__ import annotations

import asyncio
import threading


class FakeClock:
    """A clock for tests: sleeping takes no time and moves it on. Pass it to a client as `clock=`.

    Attributes:
        slept: every wait, in seconds, in order.
    """

    def __init__(self, now: float = 1_750_000_000.0) -> None:
        self.slept: list[float] = []
        self._now = now
        self._monotonic = 0.0
        self._lock = threading.Lock()

    def monotonic(self) -> float:
        return self._monotonic

    def now(self) -> float:
        return self._now

    def advance(self, seconds: float) -> None:
        """Let time pass without anybody waiting."""
        with self._lock:
            self._monotonic += seconds
            self._now += seconds

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.advance(max(0.0, seconds))

    async def async_sleep(self, seconds: float) -> None:
        self.sleep(seconds)
        await asyncio.sleep(0)
