"""From ASGI to a simulator and back, broken connections included."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import traceback
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, TypeAlias, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from ..runtime.headers import Headers
from ..runtime.testing.received import Received
from ..runtime.testing.script import Reply
from .answers import SandboxBug
from .faults import HEADER
from .simulator import Simulator

Scope: TypeAlias = MutableMapping[str, Any]
Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
_Ends: TypeAlias = tuple[Any, Any]

MAX_BODY = 32 * 1024 * 1024

_transports: dict[_Ends, asyncio.Transport] = {}
"""Open connections by their two ends: ASGI has no word for breaking one."""


class BreakableProtocol(HttpToolsProtocol):
    """uvicorn's protocol, whose connections a fault can break, and which sends head and body of an answer together."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn declares it
        super().connection_made(cast("asyncio.Transport", Gathering(transport, self.loop)))
        self._ends = (tuple(self.client or ()), tuple(self.server or ()))
        _transports[self._ends] = self.transport

    def connection_lost(self, exc: Exception | None) -> None:
        _transports.pop(self._ends, None)
        super().connection_lost(exc)


class Gathering:
    """A transport that writes once what is written within one turn of the loop: half the system calls for an answer."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._pieces: list[bytes] = []

    def write(self, data: bytes) -> None:
        if not self._pieces:
            self._loop.call_soon(self._flush)
        self._pieces.append(data)

    def close(self) -> None:
        self._flush()
        self._transport.close()

    def _flush(self) -> None:
        if self._pieces and not self._transport.is_closing():
            self._transport.write(b"".join(self._pieces))
        self._pieces.clear()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


async def answer(simulator: Simulator[Any], scope: Scope, receive: Receive, send: Send) -> None:
    """Serve one request of a vendor."""
    content = await _body(receive)
    if content is None:
        await _start(send, 413, [(b"content-length", b"0"), (b"connection", b"close")])
        await send({"type": "http.response.body", "body": b""})
        return
    reply = _reply(simulator, _received(scope, content))
    if reply.delay:
        await asyncio.sleep(reply.delay)
    if reply.lost or reply.refused:
        await _break(scope, receive, reset=True)
        return
    await _send(reply, scope, receive, send)


def _reply(simulator: Simulator[Any], received: Received) -> Reply:
    try:
        return simulator.handle(received)
    except Exception as error:  # a fault of the sandbox: say so, and go on serving
        traceback.print_exc()
        text = str(error) if isinstance(error, SandboxBug) else f"the sandbox failed: {type(error).__name__}"
        headers = (("content-type", "text/plain; charset=utf-8"), (HEADER, "bug"))
        return Reply(status=500, headers=headers, content=text.encode())


def _received(scope: Scope, content: bytes) -> Received:
    query = scope["query_string"]
    target = (scope["raw_path"] + (b"?" + query if query else b"")).decode("latin-1")
    headers = Headers((name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"])
    return Received(scope["method"], target, headers, content)


async def _body(receive: Receive) -> bytes | None:
    """The request's body; None when it is too large."""
    pieces: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return b"".join(pieces)
        piece = message.get("body", b"")
        size += len(piece)
        if size > MAX_BODY:
            return None
        pieces.append(piece)
        if not message.get("more_body"):
            return pieces[0] if len(pieces) == 1 else b"".join(pieces)


async def _send(reply: Reply, scope: Scope, receive: Receive, send: Send) -> None:
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in reply.headers]
    if reply.status not in (204, 304):
        headers.append((b"content-length", str(len(reply.content)).encode()))
    await _start(send, reply.status, headers)
    if reply.cut is None:
        await send({"type": "http.response.body", "body": reply.content})
        return
    part = reply.content[: int(len(reply.content) * reply.cut)]
    await send({"type": "http.response.body", "body": part, "more_body": True})
    await _break(scope, receive, reset=False)


async def _start(send: Send, status: int, headers: list[tuple[bytes, bytes]]) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})


async def _break(scope: Scope, receive: Receive, *, reset: bool) -> None:
    """End the connection: with a reset, as a crashed peer does, or after what was written."""
    transport = _transports.get((tuple(scope["client"] or ()), tuple(scope["server"] or ())))
    if transport is not None and reset:
        with contextlib.suppress(OSError):
            transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
    elif transport is not None:
        transport.close()
    while (await receive())["type"] != "http.disconnect":
        pass
