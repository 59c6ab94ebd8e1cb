"""A stub's transport: for sync and async clients, without network."""

from __future__ import annotations

from collections.abc import Callable

from ..clock import Deadline
from ..headers import Headers
from ..outcome import Phase
from ..transport import TransportFailure, WireRequest
from .received import Received
from .script import Reply

_PIECE = 64 * 1024


class StubResponse:
    """A reply as a client reads it; serves sync and async clients."""

    def __init__(self, reply: Reply) -> None:
        self.status = reply.status
        self.headers = (*reply.headers, ("content-length", str(len(reply.content))))
        self._left = reply.content if reply.cut is None else reply.content[: int(len(reply.content) * reply.cut)]
        self._breaks = reply.cut is not None

    def read(self) -> bytes:
        piece, self._left = self._left[:_PIECE], self._left[_PIECE:]
        if not piece and self._breaks:
            raise TransportFailure(Phase.READ, "the connection was closed in the middle of the body")
        return piece

    async def aread(self) -> bytes:
        return self.read()

    def close(self) -> None:
        self._left = b""

    async def aclose(self) -> None:
        self.close()


class StubTransport:
    """Hands requests to a stub instead of to the network."""

    def __init__(self, handle: Callable[[Received], Reply]) -> None:
        self._handle = handle

    def send(self, request: WireRequest) -> StubResponse:
        reply = self._handle(_received(request))
        wait, in_time = _wait(reply, request.deadline)
        if wait:
            request.deadline.clock.sleep(wait)
        return _response(reply, in_time)

    async def asend(self, request: WireRequest) -> StubResponse:
        reply = self._handle(_received(request))
        wait, in_time = _wait(reply, request.deadline)
        if wait:
            await request.deadline.clock.async_sleep(wait)
        return _response(reply, in_time)

    def close(self) -> None:
        """Nothing is open."""

    async def aclose(self) -> None:
        """Nothing is open."""


def _received(request: WireRequest) -> Received:
    content = b"".join(request.stream()) if request.stream is not None else request.content
    return Received(request.method, request.target, Headers(request.headers), content)


def _wait(reply: Reply, deadline: Deadline) -> tuple[float, bool]:
    """How long to wait, and whether the answer comes before the deadline."""
    left = deadline.remaining()
    return min(reply.delay, left), reply.delay == 0 or reply.delay < left


def _response(reply: Reply, in_time: bool) -> StubResponse:
    if reply.refused:
        raise TransportFailure(Phase.CONNECT, "the connection was refused")
    if not in_time:
        raise TransportFailure(Phase.WAIT, "no answer came in time", timed_out=True)
    if reply.lost:
        raise TransportFailure(Phase.WAIT, "the connection was closed without an answer")
    return StubResponse(reply)
