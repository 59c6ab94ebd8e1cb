"""`HttpTransport` and `AsyncHttpTransport`."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Generator, Iterator
from importlib import import_module
from importlib.util import find_spec
from ssl import SSLContext
from types import ModuleType
from typing import Any, Literal, TypeAlias

from ..clock import Deadline
from ..errors import ConfigurationError
from ..forks import reset_in_child
from ..outcome import Phase
from ..transport import Origin, TransportFailure, WireRequest
from .async_network import AsyncBackend
from .failures import failure_of, quiet, silence
from .network import SocketBackend
from .patience import Patience
from .proxy import environment_proxy, split_proxy
from .tls import default_context

Library: TypeAlias = Literal["httpx", "httpx2"]
_CORE: dict[Library, str] = {"httpx": "httpcore", "httpx2": "httpcore2"}


def installed_library() -> Library:
    """`httpx2` when the extra brought it, else `httpx`."""
    return "httpx2" if find_spec(_CORE["httpx2"]) else "httpx"


class _Pools:
    """What both transports share: settings, and one pool for each way to a server (plain, TLS, through a proxy)."""

    def __init__(
        self,
        library: Library | None,
        ssl_context: SSLContext | None,
        proxy: str | None,
        connect_timeout: float,
        max_connections: int,
        keepalive_seconds: float,
    ) -> None:
        try:
            self.core: ModuleType = import_module(_CORE[library or installed_library()])
        except ImportError:
            raise ConfigurationError(f"{library} is not installed (extra credkit[{library}])") from None
        silence(self.core)
        self.ssl_context = ssl_context
        self.proxy = proxy
        self.connect_timeout = connect_timeout
        self._settings: dict[str, Any] = {
            "max_connections": max_connections,
            "max_keepalive_connections": max_connections,
            "keepalive_expiry": keepalive_seconds,
        }

    def way(self, origin: Origin) -> tuple[bool, str | None]:
        return origin.scheme == "https", self.proxy or environment_proxy(origin)

    def pool(self, kind: str, way: tuple[bool, str | None], backend: object) -> Any:
        tls, proxy = way
        settings = dict(self._settings, network_backend=backend)
        if tls:
            settings["ssl_context"] = self.ssl_context or default_context()
        if proxy:
            url, auth = split_proxy(proxy)
            settings["proxy"] = self.core.Proxy(url=url, auth=auth)
        return getattr(self.core, kind)(**settings)

    def request(self, request: WireRequest, patience: Patience, content: object) -> Any:
        origin = request.origin
        return self.core.Request(
            method=request.method,
            url=self.core.URL(
                scheme=origin.scheme.encode("ascii"),
                host=origin.host.encode("ascii"),
                port=origin.port,
                target=request.target.encode("ascii"),
            ),
            headers=[(name.encode("ascii"), value.encode("latin-1")) for name, value in request.headers],
            content=content,
            extensions={"timeout": dict.fromkeys(("connect", "read", "write", "pool"), patience)},
        )


def _header_text(headers: list[tuple[bytes, bytes]]) -> tuple[tuple[str, str], ...]:
    return tuple((name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in headers)


class HttpTransport:
    """Sends requests over HTTP/1.1 with kept connections; safe to share between threads, starts afresh after a fork.

    Args:
        library: whose connection pool to use; default: httpx2 when it is installed, else httpx.
        ssl_context: for private authorities and client certificates; default: one shared by the whole process.
        proxy: `http://user:password@host:port`; default: what the environment names.
        connect_timeout: seconds for one attempt to connect, within the deadline of the call.
        max_connections: most connections at once; further calls wait within their deadline.
        keepalive_seconds: how long an idle connection is kept.
    """

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
        self._shared = _Pools(library, ssl_context, proxy, connect_timeout, max_connections, keepalive_seconds)
        self._start()
        reset_in_child(self)

    def _start(self) -> None:
        self._lock = threading.Lock()
        self._backend = SocketBackend(self._shared.core, self._shared.connect_timeout)
        self._pools: dict[tuple[bool, str | None], Any] = {}

    def after_fork(self) -> None:
        self._backend.abandon()
        self._start()

    def _pool(self, origin: Origin) -> Any:
        way = self._shared.way(origin)
        pool = self._pools.get(way)
        if pool is None:
            with self._lock:
                pool = self._pools.get(way)
                if pool is None:
                    pool = self._pools[way] = self._shared.pool("ConnectionPool", way, self._backend)
        return pool

    def send(self, request: WireRequest) -> _Response:
        """See `credkit.runtime.transport.Transport`."""
        patience = Patience(request.deadline)
        content = request.content if request.stream is None else _Chunks(request.stream())
        token = quiet.set(True)
        try:
            pool = self._pool(request.origin)
            response = pool.handle_request(self._shared.request(request, patience, content))
        except Exception as error:
            failure = failure_of(self._shared.core, error, patience)
        else:
            return _Response(self._shared.core, response, patience)
        finally:
            quiet.reset(token)
        raise failure

    def close(self) -> None:
        """Close every connection. The transport can still be used; it then connects anew."""
        with self._lock:
            pools, self._pools = list(self._pools.values()), {}
        token = quiet.set(True)
        try:
            for pool in pools:
                pool.close()
        finally:
            quiet.reset(token)


class _Chunks:
    """An iterable body; httpcore tells bytes from streams by `__iter__`."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks

    def __iter__(self) -> Iterator[bytes]:
        return self._chunks


class _Response:
    """See `credkit.runtime.transport.WireResponse`."""

    def __init__(self, core: ModuleType, response: Any, patience: Patience) -> None:
        self.status: int = response.status
        self.headers = _header_text(response.headers)
        self._core = core
        self._response = response
        self._pieces: Generator[bytes] = response.stream.__iter__()
        self._patience = patience

    def extend(self, deadline: Deadline) -> None:
        """Read on under another deadline (a stream has one for each piece)."""
        self._patience.deadline = deadline

    def read(self) -> bytes:
        self._patience.phase = Phase.READ
        if self._patience.deadline.remaining() <= 0:  # pieces may be ready faster than they are asked for
            raise TransportFailure(Phase.READ, "the deadline passed", timed_out=True)
        token = quiet.set(True)
        try:
            return next(self._pieces, b"")
        except Exception as error:
            failure = failure_of(self._core, error, self._patience)
        finally:
            quiet.reset(token)
        raise _in_body(failure)

    def close(self) -> None:
        token = quiet.set(True)
        try:
            self._pieces.close()
            spoil_if_more_came(self._response)
            self._response.close()
        finally:
            quiet.reset(token)


def spoil_if_more_came(response: Any) -> None:
    """Keep a connection from being used again when something follows the answer that was asked for.

    Whoever can put a second answer behind the first would otherwise answer the next request, of another call. What the
    parser holds back can only be seen inside of the pool; where that has changed its form, the connection is not used again.
    """
    try:
        trailing = response.stream._stream._connection._h11_state.trailing_data[0]
    except AttributeError:
        trailing = b"?"
    if trailing:
        response.extensions["network_stream"].spoil()


def _in_body(failure: TransportFailure) -> TransportFailure:
    return TransportFailure(Phase.READ, failure.reason, timed_out=failure.timed_out)


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
        self._shared = _Pools(library, ssl_context, proxy, connect_timeout, max_connections, keepalive_seconds)
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
        content = request.content if request.stream is None else _AsyncChunks(request.stream())
        token = quiet.set(True)
        try:
            pool = self._pool(request.origin)
            response = await pool.handle_async_request(self._shared.request(request, patience, content))
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
    """An iterable body whose pieces are made in a thread: they may come from a file."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while True:
            piece = await asyncio.to_thread(next, self._chunks, None)
            if piece is None:
                return
            yield piece


class _AsyncResponse:
    """See `credkit.runtime.transport.AsyncWireResponse`."""

    def __init__(self, core: ModuleType, response: Any, patience: Patience) -> None:
        self.status: int = response.status
        self.headers = _header_text(response.headers)
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
        raise _in_body(failure)

    async def aclose(self) -> None:
        token = quiet.set(True)
        try:
            await self._pieces.aclose()
            spoil_if_more_came(self._response)
            await self._response.aclose()
        finally:
            quiet.reset(token)
