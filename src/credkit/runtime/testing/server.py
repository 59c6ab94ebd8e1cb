"""A stub over HTTP: the same answers for a real client, another process, or curl."""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self, cast

from ..headers import Headers
from .received import Received
from .refusals import StubRefused
from .script import Reply

_MAX_BODY = 64 * 1024 * 1024
_MAX_DELAY = 60.0
_IDLE = 30.0


class StubServer:
    """Serves on 127.0.0.1 while its `with` block runs.

    Attributes:
        base_url: where, from the beginning of the block.
        refused: requests that the document does not allow; the client gets status 400 and the list.
        errors: what functions given to `answers` raised; the client gets status 500.
    """

    def __init__(self, handle: Callable[[Received], Reply], port: int = 0) -> None:
        self._handle = handle
        self._port = port
        self._server: ThreadingHTTPServer | None = None
        self._thread: threading.Thread | None = None
        self.refused: list[StubRefused] = []
        self.errors: list[Exception] = []

    @property
    def base_url(self) -> str:
        if self._server is None:
            raise RuntimeError("the server runs inside of its `with` block")
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._server = _Server(self, self._port)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        assert self._thread is not None
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        self._server = None

    def reply_to(self, received: Received) -> Reply:
        try:
            return self._handle(received)
        except StubRefused as refusal:
            self.refused.append(refusal)
            return _problem(400, "the stub refuses the request", refusal.problems)
        except Exception as error:
            self.errors.append(error)
            return _problem(500, "the stub's own script failed", [f"{type(error).__name__}: {error}"])


def _problem(status: int, what: str, problems: list[str]) -> Reply:
    body = json.dumps({"error": what, "problems": problems}).encode()
    return Reply(status=status, headers=(("content-type", "application/json"),), content=body)


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # `server_close` waits for them
    block_on_close = True

    def __init__(self, stub: StubServer, port: int) -> None:
        self.stub = stub
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self.stopping = threading.Event()
        super().__init__(("127.0.0.1", port), _Handler)

    def get_request(self) -> tuple[socket.socket, object]:
        connection, address = super().get_request()
        with self._lock:
            self._open.add(connection)
        return connection, address

    def shutdown_request(self, request: socket.socket | tuple[bytes, socket.socket]) -> None:
        with self._lock:
            self._open.discard(cast("socket.socket", request))
        super().shutdown_request(request)

    def server_close(self) -> None:
        """Close the port and every connection that a client keeps open; wait until their threads have ended."""
        self.stopping.set()
        with self._lock:
            connections = list(self._open)
        for connection in connections:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        super().server_close()

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away is part of the game."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server  # pyright: ignore[reportIncompatibleVariableOverride]  # the only server that makes handlers of it
    protocol_version = "HTTP/1.1"
    timeout = _IDLE
    server_version = "credkit-stub"
    sys_version = ""

    def handle_one_request(self) -> None:
        self.raw_requestline = self.rfile.readline(65537)
        if not self.raw_requestline or not self.parse_request():
            self.close_connection = True
            return
        content = self._body()
        if content is None:
            self.close_connection = True
            self.send_error(413)
            return
        received = Received(self.command, self.path, Headers(self.headers.items()), content)
        self._answer(self.server.stub.reply_to(received))

    def _body(self) -> bytes | None:
        """The request's body; None when it is too large."""
        if "chunked" in self.headers.get("transfer-encoding", "").lower():
            return self._chunks()
        length = self.headers.get("content-length", "0")
        if not length.isdigit() or int(length) > _MAX_BODY:
            return None
        return self.rfile.read(int(length))

    def _chunks(self) -> bytes | None:
        whole = bytearray()
        while size := int(self.rfile.readline(64).split(b";")[0].strip() or b"0", 16):
            if size < 0 or len(whole) + size > _MAX_BODY:
                return None
            whole += self.rfile.read(size)
            self.rfile.readline(8)
        while self.rfile.readline(1024).strip():
            pass
        return bytes(whole)

    def _answer(self, reply: Reply) -> None:
        if reply.delay:
            self.server.stopping.wait(min(reply.delay, _MAX_DELAY))
        if reply.lost or reply.refused:
            self._reset()
            return
        self.send_response(reply.status)
        for name, value in reply.headers:
            self.send_header(name, value)
        bodyless = reply.status in (204, 304) or self.command == "HEAD"
        if reply.status not in (204, 304):
            self.send_header("content-length", str(len(reply.content)))
        self.end_headers()
        content = reply.content if reply.cut is None else reply.content[: int(len(reply.content) * reply.cut)]
        self.wfile.write(b"" if bodyless else content)
        if reply.cut is not None:
            self.wfile.flush()
            self._close()

    def _reset(self) -> None:
        """End the connection with a reset, as a crashed peer does."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._close()

    def _close(self) -> None:
        self.close_connection = True
        self.connection.close()

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is logged: targets may hold secrets."""
