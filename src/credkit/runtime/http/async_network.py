"""Connections of the asynchronous pool under a deadline.

On asyncio's own transports rather than a library's streams, because everything that has arrived has to be in sight here: bytes
behind the end of an answer must never be taken for the next answer (`AsyncStream.get_extra_info("is_readable")`).
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import weakref
from collections.abc import Iterable
from contextlib import suppress
from types import ModuleType
from typing import Any, cast

from .patience import note_sending, note_waiting, seconds_left

HIGH_WATER = 256 * 1024
WRITE_PIECE = 64 * 1024


class _Protocol(asyncio.Protocol):
    """Keeps what arrives until it is read."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self.arrived = bytearray()
        self.ended = False
        self.error: Exception | None = None
        self._paused = False
        self._news: asyncio.Future[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        self.transport.set_write_buffer_limits(high=1)  # "written" shall mean "handed to the system"; TLS stalls at 0

    def data_received(self, data: bytes) -> None:
        self.arrived += data
        if len(self.arrived) > HIGH_WATER and not self._paused and self.transport is not None:
            self._paused = True
            self.transport.pause_reading()
        self._wake()

    def eof_received(self) -> None:
        self.ended = True
        self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        self.ended, self.error = True, exc
        self._wake()

    def pause_writing(self) -> None:
        self.blocked = True

    def resume_writing(self) -> None:
        self.blocked = False
        self._wake()

    blocked = False

    def take(self, max_bytes: int) -> bytes:
        data = bytes(self.arrived[:max_bytes])
        del self.arrived[:max_bytes]
        if self._paused and len(self.arrived) <= HIGH_WATER // 2 and self.transport is not None:
            self._paused = False
            self.transport.resume_reading()
        return data

    async def news(self, left: float | None) -> None:
        """Wait until something changes; raises TimeoutError."""
        self._news = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(left):
                await self._news
        finally:
            self._news = None

    def _wake(self) -> None:
        if self._news is not None and not self._news.done():
            self._news.set_result(None)


def _in_time(timeout: float | None, limit: float | None = None) -> float | None:
    left = seconds_left(timeout, limit)
    if left is not None and left <= 0:
        raise TimeoutError("the deadline has passed")
    return left


class AsyncBackend:
    """Opens connections for an asynchronous pool of `core` (the module httpcore or httpcore2)."""

    def __init__(self, core: ModuleType, connect_timeout: float) -> None:
        self.core = core
        self.connect_timeout = connect_timeout
        self.closed = False
        self._loop = asyncio.get_running_loop()
        self._protocols: weakref.WeakSet[_Protocol] = weakref.WeakSet()

    def keep(self, protocol: _Protocol) -> AsyncStream:
        """Take care of an open connection, unless the backend was closed in the meantime."""
        if self.closed:
            assert protocol.transport is not None
            protocol.transport.abort()
            raise self.core.ConnectError("closed while connecting")
        self._protocols.add(protocol)
        return AsyncStream(self, protocol)

    def hang_up(self) -> None:
        """Close every connection from outside of their event loop: the peers hear of it at once, the loop when it runs."""
        self.closed = True
        for protocol in list(self._protocols):
            transport = protocol.transport
            if transport is None:
                continue
            with suppress(OSError):
                transport.get_extra_info("socket").shutdown(socket.SHUT_RDWR)
            with suppress(RuntimeError):  # the event loop is closed: what asyncio holds goes with it
                self._loop.call_soon_threadsafe(transport.abort)

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> AsyncStream:
        try:
            async with asyncio.timeout(_in_time(timeout, self.connect_timeout)):
                _, protocol = await asyncio.get_running_loop().create_connection(_Protocol, host, port)
        except TimeoutError as error:
            raise self.core.ConnectTimeout("timed out") from error
        except (OSError, UnicodeError) as error:
            raise self.core.ConnectError(str(error)) from error
        return self.keep(protocol)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class AsyncStream:
    """One connection."""

    def __init__(self, backend: AsyncBackend, protocol: _Protocol) -> None:
        self._backend = backend
        self._protocol = protocol
        self._spoilt = False

    def spoil(self) -> None:
        """Never use this connection for another request."""
        self._spoilt = True

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        core, protocol = self._backend.core, self._protocol
        max_bytes = note_waiting(timeout, max_bytes)
        try:
            left = _in_time(timeout)
            while not protocol.arrived and not protocol.ended:
                await protocol.news(left)
                left = _in_time(timeout)
        except TimeoutError as error:
            raise core.ReadTimeout("timed out") from error
        if not protocol.arrived and protocol.error is not None:
            raise core.ReadError(str(protocol.error)) from protocol.error
        return protocol.take(max_bytes)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        core, protocol = self._backend.core, self._protocol
        note_sending(timeout)
        view = memoryview(buffer)
        try:
            while view:
                if protocol.ended or protocol.transport is None:
                    raise core.WriteError("the connection is closed")
                left = _in_time(timeout)
                protocol.transport.write(view[:WRITE_PIECE])
                view = view[WRITE_PIECE:]
                while protocol.blocked and not protocol.ended:
                    await protocol.news(left)
                    left = _in_time(timeout)
        except TimeoutError as error:
            raise core.WriteTimeout("timed out") from error

    async def aclose(self) -> None:
        transport = self._protocol.transport
        if transport is None:
            return
        with suppress(RuntimeError):  # the event loop of the connection is closed
            if transport.get_extra_info("ssl_object") is None and not self._protocol.blocked:
                transport.close()
            else:
                transport.abort()  # waiting for the peer's goodbye could take as long as it likes
            await asyncio.sleep(0)

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> AsyncStream:
        core, plain = self._backend.core, self._protocol.transport
        assert plain is not None
        protocol = _Protocol()
        try:
            async with asyncio.timeout(_in_time(timeout, self._backend.connect_timeout)):
                transport = await asyncio.get_running_loop().start_tls(
                    plain, protocol, ssl_context, server_hostname=server_hostname
                )
        except TimeoutError as error:
            plain.abort()
            raise core.ConnectTimeout("timed out") from error
        except (OSError, ValueError) as error:
            plain.abort()
            raise core.ConnectError(str(error)) from error
        except BaseException:
            plain.abort()
            raise
        if transport is None:
            raise core.ConnectError("the connection was closed during the TLS handshake")
        protocol.connection_made(transport)
        return self._backend.keep(protocol)

    def get_extra_info(self, info: str) -> Any:
        transport = self._protocol.transport
        if info == "is_readable":
            return self._spoilt or self._protocol.ended or bool(self._protocol.arrived)
        return None if transport is None else transport.get_extra_info(info)
