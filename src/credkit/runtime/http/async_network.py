"""Connections of the asynchronous pool under a deadline: anyio's, asked for no more time than is left."""

from __future__ import annotations

import ssl
from collections.abc import Iterable
from types import ModuleType
from typing import Any

from ..outcome import Phase
from .patience import note_phase, seconds_left


class AsyncBackend:
    """Opens connections for an asynchronous pool of `core` (the module httpcore or httpcore2)."""

    def __init__(self, core: ModuleType, connect_timeout: float) -> None:
        self.core = core
        self.connect_timeout = connect_timeout
        self._backend: Any = core.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> AsyncStream:
        left = seconds_left(timeout, self.connect_timeout)
        if left is not None and left <= 0:
            raise self.core.ConnectTimeout("timed out")
        stream = await self._backend.connect_tcp(host, port, timeout=left, socket_options=socket_options)
        return AsyncStream(self, stream)

    async def sleep(self, seconds: float) -> None:
        await self._backend.sleep(seconds)


class AsyncStream:
    """One connection."""

    def __init__(self, backend: AsyncBackend, stream: Any) -> None:
        self._backend = backend
        self._stream = stream

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        note_phase(timeout, Phase.WAIT)
        left = seconds_left(timeout)
        if left is not None and left <= 0:
            raise self._backend.core.ReadTimeout("timed out")
        data: bytes = await self._stream.read(max_bytes, timeout=left)
        return data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        note_phase(timeout, Phase.SEND)
        left = seconds_left(timeout)
        if left is not None and left <= 0:
            raise self._backend.core.WriteTimeout("timed out")
        await self._stream.write(buffer, timeout=left)

    async def aclose(self) -> None:
        await self._stream.aclose()

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> AsyncStream:
        left = seconds_left(timeout, self._backend.connect_timeout)
        if left is not None and left <= 0:
            raise self._backend.core.ConnectTimeout("timed out")
        return AsyncStream(self._backend, await self._stream.start_tls(ssl_context, server_hostname, left))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
