"""Clocks for tests: one that skips waits, one that stands still."""

from __future__ import annotations

import asyncio
import threading
import time


class SkippingClock:
    """Real time in which waiting costs nothing: a sleep moves the clock forward instead.

    Network waits are real, waits between retries are not, and a deadline sees both.
    """

    def __init__(self) -> None:
        self.slept: list[float] = []
        self._skipped = 0.0
        self._lock = threading.Lock()

    def monotonic(self) -> float:
        return time.monotonic() + self._skipped

    def now(self) -> float:
        return time.time() + self._skipped

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.slept.append(seconds)
            self._skipped += max(0.0, seconds)

    async def async_sleep(self, seconds: float) -> None:
        self.sleep(seconds)
        await asyncio.sleep(0)


class StoppedClock(SkippingClock):
    """Time that passes only by sleeping: for exact assertions."""

    def monotonic(self) -> float:
        return 1000.0 + self._skipped

    def now(self) -> float:
        return 1_800_000_000.0 + self._skipped
