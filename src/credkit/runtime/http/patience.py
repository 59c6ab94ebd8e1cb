"""The time that is left, carried to the socket inside what httpcore believes to be a timeout."""

from __future__ import annotations

from ..clock import Deadline
from ..outcome import Phase

HEAD_PIECE = 8 * 1024


class Patience(float):
    """A timeout that shrinks: httpcore hands it on unread, our network backend asks it before every operation.

    It also notes how far the exchange came, because the backend is the one who knows when the first byte went out.
    """

    __slots__ = ("deadline", "phase")
    deadline: Deadline
    phase: Phase

    def __new__(cls, deadline: Deadline) -> Patience:
        self = super().__new__(cls, deadline.remaining())
        self.deadline = deadline
        self.phase = Phase.CONNECT
        return self


def seconds_left(timeout: float | None, limit: float | None = None) -> float | None:
    """How long one operation may take; 0.0 when time is up, None for as long as it likes."""
    left = timeout.deadline.remaining() if isinstance(timeout, Patience) else timeout
    if limit is None:
        return left
    return limit if left is None else min(left, limit)


def note_sending(timeout: float | None) -> None:
    """The first byte is about to go out."""
    if isinstance(timeout, Patience):
        timeout.phase = Phase.SEND


def note_waiting(timeout: float | None, max_bytes: int) -> int:
    """The answer is awaited. Returns how much to read: of a head little at a time, because the pool looks at the clock only
    between reads, and an endless row of interim answers takes long to parse."""
    if isinstance(timeout, Patience) and timeout.phase is not Phase.READ:
        timeout.phase = Phase.WAIT
        return min(max_bytes, HEAD_PIECE)
    return max_bytes
