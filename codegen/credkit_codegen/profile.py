"""How long each stage of a run took."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager


class Profile:
    """Seconds by stage, in the order in which stages first ran."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Add the time that the block takes to `name`."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - start

    def lines(self) -> Iterator[str]:
        """`models  1.23 s  61%`, the slowest first."""
        total = sum(self.seconds.values()) or 1.0
        for name, seconds in sorted(self.seconds.items(), key=lambda item: -item[1]):
            yield f"{name:24} {seconds:7.2f} s {100 * seconds / total:4.0f}%"
        yield f"{'all':24} {sum(self.seconds.values()):7.2f} s"
