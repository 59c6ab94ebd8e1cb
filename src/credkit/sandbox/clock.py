"""The sandbox's time: it begins at a fixed moment and moves when a test says so, or is real time, moved forward."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

START = datetime(2025, 7, 1, 9, 0, tzinfo=UTC)
_TICK = timedelta(milliseconds=1)


@dataclass(slots=True)
class SandboxClock:
    """A movable clock.

    Attributes:
        running: whether real time is added. A frozen clock moves by a millisecond for every request, so that no two things
            carry the same time, and otherwise only by `advance`.
        moment: begins at a fixed time; of a clock that runs, at the present, as applications go by their own clocks.
    """

    running: bool = False
    moment: datetime = field(default=START, init=False)
    _since: float = field(default=0.0, init=False)

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """Put the clock to where it begins."""
        self.set(datetime.now(UTC) if self.running else START)

    def now(self) -> datetime:
        """The present moment (UTC, whole milliseconds)."""
        moment = self.moment
        if self.running:
            moment += timedelta(seconds=time.monotonic() - self._since)
        beyond = moment.microsecond % 1000
        return moment - timedelta(microseconds=beyond) if beyond else moment

    def advance(self, seconds: float = 0.0, *, days: float = 0.0) -> datetime:
        """Move forward and return the new moment."""
        if seconds < 0 or days < 0:
            raise ValueError("the sandbox's clock does not go back")
        self.moment += timedelta(days=days, seconds=seconds)
        return self.now()

    def tick(self) -> None:
        """Called for every request."""
        if not self.running:
            self.moment += _TICK

    def set(self, moment: datetime) -> None:
        """Put the clock to a moment, as `restore` does."""
        self.moment = moment
        self._since = time.monotonic()


@dataclass(frozen=True, slots=True)
class ClientClock:
    """The sandbox's time as a client's (`credkit.runtime.clock.Clock`). To wait moves the sandbox's clock and takes no real time."""

    sandbox: SandboxClock

    def now(self) -> float:
        """Unix seconds."""
        return self.sandbox.now().timestamp()

    def monotonic(self) -> float:
        return self.now()

    def sleep(self, seconds: float) -> None:
        self.sandbox.advance(max(0.0, seconds))

    async def async_sleep(self, seconds: float) -> None:
        self.sleep(seconds)
        await asyncio.sleep(0)


def epoch_ms(moment: datetime) -> int:
    """Milliseconds since 1970."""
    return int(moment.timestamp() * 1000)
