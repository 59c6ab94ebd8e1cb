"""`AsyncHttpTransport`: requests over kept connections, from the tasks of an event loop."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from ssl import SSLContext
from types import ModuleType
from typing import Any

from ..clock import Deadline
from ..errors import ClientClosed, ConfigurationError
from ..forks import reset_in_child
from ..outcome import Phase
from ..transport import Origin, TransportFailure, WireRequest
from .async_network import AsyncBackend
from .failures import failure_of, quiet
from .patience import Patience
from .pools import Library, Pools, header_text, in_body, spoil_if_more_came


class AsyncHttpTransport:
    """The async twin of `HttpTransport`, for asyncio. Connections belong to the event loop that they were opened in; in another
    one, or after a fork, the transport starts afresh."""

    def __init__(
        self,
        library: Library | None = None,
        *,
        ssl_context: SSLContext | None = None,
        proxy: str | None = None,
        connect_timeout: float = 10.0,
        max_connections: int = 100,
        keepalive_seconds: float = 5.0,
    ) -> None:
        self._shared = Pools(library, ssl_context, proxy, connect_timeout, max_connections, keepalive_seconds)
        if find_spec("sniffio") is None:  # httpcore looks for it ten times a call; a search of the disk takes 0.3 ms
            sys.modules.setdefault("sniffio", None)  # type: ignore[arg-type]  # "not there", as the import system writes it
        self._retired = False
        self._lock = threading.Lock()
        self._loops: dict[asyncio.AbstractEventLoop, _Connections] = {}
        self._inherited: list[Any] = []
        reset_in_child(self)

    def after_fork(self) -> None:
        self._inherited.append(self._loops)  # kept, because to collect it would close what the parent uses
        self._lock, self._loops = threading.Lock(), {}

    def _pool(self, origin: Origin) -> Any:
        way = self._shared.way(origin)
        with self._lock:
            self._check_open()
            mine = self._loops.get(asyncio.get_running_loop()) or self._begin()
            if way not in mine.pools:
                mine.pools[way] = self._shared.pool("AsyncConnectionPool", way, mine.backend)
            return mine.pools[way]

    def _begin(self) -> _Connections:
        """The first call in an event loop. What is left of loops that have ended is closed."""
        for loop in [loop for loop in self._loops if loop.is_closed()]:
            self._loops.pop(loop).backend.hang_up()
        backend = AsyncBackend(self._shared.core, self._shared.connect_timeout)
        return self._loops.setdefault(asyncio.get_running_loop(), _Connections(backend, {}))

    def _check_open(self) -> None:
        if self._retired:
            raise ClientClosed("the client was closed during the call")

    async def asend(self, request: WireRequest) -> _AsyncResponse:
        """See `credkit.runtime.transport.AsyncTransport`."""
        patience = Patience(request.deadline)
        content = (
            request.content
            if request.stream is None
            else _AsyncChunks(self._shared.core, request.stream(), request.deadline)
        )
        token = quiet.set(True)
        try:
            pool = self._pool(request.origin)
            response = await pool.handle_async_request(self._shared.request(request, patience, content))
        except ConfigurationError:  # a proxy that is none: trying again would not help
            raise
        except Exception as error:
            failure = failure_of(self._shared.core, error, patience)
        else:
            return _AsyncResponse(self._shared.core, response, patience)
        finally:
            quiet.reset(token)
        if failure.phase is Phase.CONNECT:
            self._check_open()
        raise failure

    async def aclose(self) -> None:
        """Close every connection, also those of other event loops. The transport can still be used; it then connects anew."""
        with self._lock:
            mine, others = self._loops.pop(asyncio.get_running_loop(), None), list(self._loops.values())
            self._loops = {}
        for other in others:
            other.backend.hang_up()
        if mine is None:
            return
        mine.backend.closed = True
        token = quiet.set(True)
        try:
            for pool in mine.pools.values():
                await pool.aclose()
        finally:
            quiet.reset(token)

    async def retire(self) -> None:
        """Close for good: what is sent from now on, by calls that are under way, raises ClientClosed."""
        self._retired = True
        await self.aclose()


@dataclass(frozen=True, slots=True)
class _Connections:
    """What belongs to one event loop: its connections, and a pool of them for each way to a server."""

    backend: AsyncBackend
    pools: dict[tuple[bool, str | None], Any]


class _AsyncChunks:
    """An iterable body whose pieces are made in a thread: they may come from a file, or from something that never comes."""

    def __init__(self, core: ModuleType, chunks: Iterator[bytes], deadline: Deadline) -> None:
        self._core = core
        self._chunks = chunks
        self._deadline = deadline

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while True:
            waiting = asyncio.timeout(self._deadline.remaining())
            try:
                async with waiting:
                    piece = await asyncio.to_thread(next, self._chunks, None)
            except TimeoutError as error:
                if not waiting.expired():
                    raise  # the source's own
                raise self._core.WriteTimeout("timed out") from error
            if piece is None:
                return
            yield piece


class _AsyncResponse:
    """See `credkit.runtime.transport.AsyncWireResponse`."""

    def __init__(self, core: ModuleType, response: Any, patience: Patience) -> None:
        self.status: int = response.status
        self.headers = header_text(response.headers)
        self._core = core
        self._response = response
        self._pieces: AsyncGenerator[bytes] = response.stream.__aiter__()
        self._patience = patience

    def extend(self, deadline: Deadline) -> None:
        self._patience.deadline = deadline

    async def aread(self) -> bytes:
        self._patience.phase = Phase.READ
        if self._patience.deadline.remaining() <= 0:  # pieces may be ready faster than they are asked for
            raise TransportFailure(Phase.READ, "the deadline passed", timed_out=True)
        token = quiet.set(True)
        try:
            return await anext(self._pieces, b"")
        except Exception as error:
            failure = failure_of(self._core, error, self._patience)
        finally:
            quiet.reset(token)
        raise in_body(failure)

    async def aclose(self) -> None:
        token = quiet.set(True)
        try:
            await self._pieces.aclose()
            spoil_if_more_came(self._response)
            await self._response.aclose()
        finally:
            quiet.reset(token)
