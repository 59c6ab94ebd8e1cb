"""Time: a clock that tests can replace, and the one deadline of a call."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import NamedTuple, Protocol


class Clock(Protocol):
    """What the runtime asks of time. `monotonic` measures, `now` dates (Unix seconds); both are in seconds."""

    def monotonic(self) -> float: ...

    def now(self) -> float: ...

    def sleep(self, seconds: float) -> None: ...

    async def async_sleep(self, seconds: float) -> None: ...


class SystemClock:
    """The machine's clock."""

    def monotonic(self) -> float:
        return time.monotonic()

    def now(self) -> float:
        return time.time()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)

    async def async_sleep(self, seconds: float) -> None:
        import asyncio  # thirty modules that a synchronous client never needs

        await asyncio.sleep(seconds)


SYSTEM_CLOCK = SystemClock()


class Deadline(NamedTuple):
    """A moment on a clock's monotonic scale that no step of a call may pass."""

    clock: Clock
    at: float

    @classmethod
    def after(cls, clock: Clock, seconds: float) -> Deadline:
        return cls(clock, clock.monotonic() + seconds)

    def remaining(self) -> float:
        """Seconds left; 0.0 when it has passed."""
        return max(0.0, self.at - self.clock.monotonic())


def utc(seconds: float) -> datetime:
    """A Unix time as an aware datetime."""
    return datetime.fromtimestamp(seconds, UTC)
