"""The time that is left, carried to the socket inside what httpcore believes to be a timeout."""

from __future__ import annotations

from ..clock import Deadline
from ..outcome import Phase


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


def note_phase(timeout: float | None, phase: Phase) -> None:
    if isinstance(timeout, Patience):
        timeout.phase = phase
