"""What the sends of one call hand to each other: what is to be sent, what was sent, what is left."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ..adapters.base import Send
from ..model import IssueRequest
from ..results import Result, Results
from ..runtime.errors import ConfigurationError
from .base import Intent


class Piece(NamedTuple):
    """What is claimed together, and what of it is granted sent together."""

    requests: Sequence[IssueRequest]
    intents: Sequence[Intent]


class Sent(NamedTuple):
    """A piece that was sent, and what came of it; that is not written down yet.

    Attributes:
        at: which piece.
        standing: for each request, what the ledger says of it; None: it was granted.
        fences, results: of the granted ones.
        failure: why nothing could be sent.
    """

    at: int
    send: Send
    standing: Sequence[Result | None]
    fences: Sequence[bytes]
    results: Results
    failure: ConfigurationError | None

    def answer(self, results: Results) -> Results:
        """A result for each request of the piece."""
        if len(results) == len(self.standing):
            return results
        granted = iter(results)
        return [one or next(granted) for one in self.standing]


class Left:
    """Pieces that are not begun; threads share it."""

    def __init__(self) -> None:
        self._pieces: deque[tuple[int, Piece]] = deque()
        self.stopped = False

    def put(self, pieces: Iterable[Piece]) -> None:
        self._pieces.extend(enumerate(pieces))

    def take(self) -> tuple[int, Piece] | None:
        try:
            return None if self.stopped else self._pieces.popleft()
        except IndexError:
            return None

    def stop(self) -> None:
        self.stopped = True
