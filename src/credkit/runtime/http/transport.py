"""`HttpTransport`: requests over kept connections, from threads."""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterator
from ssl import SSLContext
from types import ModuleType
from typing import Any

from ..clock import Deadline
from ..errors import ClientClosed, ConfigurationError
from ..forks import reset_in_child
from ..outcome import Phase
from ..transport import Origin, TransportFailure, WireRequest
from .failures import failure_of, quiet_thread
from .network import SocketBackend
from .patience import Patience
from .pools import Library, Pools, header_text, in_body, spoil_if_more_came


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
        self._shared = Pools(library, ssl_context, proxy, connect_timeout, max_connections, keepalive_seconds)
        self._retired = False
        self._lock = threading.Lock()
        self._start()
        reset_in_child(self)

    def _start(self) -> None:
        self._backend = SocketBackend(self._shared.core, self._shared.connect_timeout)
        self._pools: dict[tuple[bool, str | None], Any] = {}

    def after_fork(self) -> None:
        self._backend.abandon()
        self._lock = threading.Lock()
        self._start()

    def _pool(self, origin: Origin) -> Any:
        way = self._shared.way(origin)
        with self._lock:
            self._check_open()
            pool = self._pools.get(way)
            if pool is None:
                pool = self._pools[way] = self._shared.pool("ConnectionPool", way, self._backend)
        return pool

    def _check_open(self) -> None:
        if self._retired:
            raise ClientClosed("the client was closed during the call")

    def send(self, request: WireRequest) -> _Response:
        """See `credkit.runtime.transport.Transport`."""
        patience = Patience(request.deadline)
        content = request.content if request.stream is None else _Chunks(request.stream())
        with quiet_thread:
            try:
                pool = self._pool(request.origin)
                response = pool.handle_request(self._shared.request(request, patience, content))
            except ConfigurationError:  # a proxy that is none: trying again would not help
                raise
            except Exception as error:
                failure = failure_of(self._shared.core, error, patience)
            else:
                return _Response(self._shared.core, response, patience)
        if failure.phase is Phase.CONNECT:
            self._check_open()
        raise failure

    def close(self) -> None:
        """Close every connection, also those in use. The transport can still be used; it then connects anew."""
        with self._lock:
            backend, pools = self._backend, list(self._pools.values())
            self._start()
        with quiet_thread:
            backend.close()
            for pool in pools:
                pool.close()

    def retire(self) -> None:
        """Close for good: what is sent from now on, by calls that are under way, raises ClientClosed."""
        self._retired = True
        self.close()


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
        self.headers = header_text(response.headers)
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
        with quiet_thread:
            try:
                return next(self._pieces, b"")
            except Exception as error:
                failure = failure_of(self._core, error, self._patience)
        raise in_body(failure)

    def close(self) -> None:
        with quiet_thread:
            self._pieces.close()
            spoil_if_more_came(self._response)
            self._response.close()
