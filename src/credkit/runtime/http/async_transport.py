"""`AsyncHttpTransport`: requests over kept connections, from the tasks of an event loop."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from importlib.util import find_spec
from ssl import SSLContext
from types import ModuleType
from typing import Any

from ..clock import Deadline
from ..errors import ConfigurationError
from ..forks import reset_in_child
from ..outcome import Phase
from ..transport import Origin, TransportFailure, WireRequest
from .async_network import AsyncBackend
from .failures import failure_of, quiet
from .patience import Patience
from .pools import Library, Pools, header_text, in_body, spoil_if_more_came


class AsyncHttpTransport:
    """The async twin of `HttpTransport`, for asyncio. Belongs to the event loop that it is used in; in another one, or after a
    fork, it starts afresh."""

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
        self._loop: asyncio.AbstractEventLoop | None = None
        self._pools: dict[tuple[bool, str | None], Any] = {}
        self._inherited: list[Any] = []
        reset_in_child(self)

    def after_fork(self) -> None:
        self._inherited.append(self._pools)  # kept, because to collect it would close what the parent uses
        self._loop, self._pools = None, {}

    def _pool(self, origin: Origin) -> Any:
        loop = asyncio.get_running_loop()
        if loop is not self._loop:
            self._loop, self._pools = loop, {}
        way = self._shared.way(origin)
        if way not in self._pools:
            backend = AsyncBackend(self._shared.core, self._shared.connect_timeout)
            self._pools[way] = self._shared.pool("AsyncConnectionPool", way, backend)
        return self._pools[way]

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
        raise failure

    async def aclose(self) -> None:
        """Close every connection of the running event loop."""
        pools, self._pools = list(self._pools.values()), {}
        if self._loop is not asyncio.get_running_loop():
            return
        token = quiet.set(True)
        try:
            for pool in pools:
                await pool.aclose()
        finally:
            quiet.reset(token)


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
