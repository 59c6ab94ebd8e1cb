"""A stub over HTTP: the same answers for a real client, another process, or curl."""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

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
    """

    def __init__(self, handle: Callable[[Received], Reply], port: int = 0) -> None:
        self._handle = handle
        self._port = port
        self._server: ThreadingHTTPServer | None = None
        self._thread: threading.Thread | None = None
        self.refused: list[StubRefused] = []

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
            body = json.dumps({"error": "the stub refuses the request", "problems": refusal.problems}).encode()
            return Reply(status=400, headers=(("content-type", "application/json"),), content=body)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, stub: StubServer, port: int) -> None:
        self.stub = stub
        super().__init__(("127.0.0.1", port), _Handler)

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
            time.sleep(min(reply.delay, _MAX_DELAY))
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
