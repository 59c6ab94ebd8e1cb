"""A loopback HTTP server that keeps what it was sent and answers what it was told to."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TOKEN_PATH = "/judge-token"  # noqa: S105  # a path
MOST_BYTES = 64 * 1024 * 1024
NO_BODY = frozenset({204, 205, 304})
NO_LENGTH = NO_BODY - {205}  # of which one has to say that it ends


@dataclass(frozen=True, slots=True)
class Captured:
    """A request as it came over the wire. `target` is path and query, still percent-encoded."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes = b""

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        return self.target.partition("?")[2]

    def header(self, name: str) -> str | None:
        """A header's values, joined when it came more than once; None when it did not come."""
        found = [value for key, value in self.headers if key.lower() == name.lower()]
        return ", ".join(found) if found else None


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server answers. A body of None sends no body and no content type."""

    status: int
    media_type: str | None = None
    body: bytes | None = None
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class Wire:
    """The server's two ends for the judge: the answer to give next, and the requests that came."""

    base_url: str
    answer: Answer = field(default_factory=lambda: Answer(204))
    captured: list[Captured] = field(default_factory=list)

    def take(self) -> list[Captured]:
        """The requests that came since the last time."""
        found, self.captured = self.captured, []
        return found


@contextmanager
def serve(base_path: str) -> Iterator[Wire]:
    """Serve on a free port of 127.0.0.1 until the block ends. Token requests are answered and not kept."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    wire = Wire(f"http://127.0.0.1:{server.server_port}{base_path}")
    server.wire = wire  # type: ignore[attr-defined]  # the handler finds it there
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield wire
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 30

    def handle_one_request(self) -> None:
        self.raw_requestline = self.rfile.readline(65537)
        if not self.raw_requestline or not self.parse_request():
            self.close_connection = True
            return
        captured = Captured(self.command, self.path, tuple(self.headers.items()), self._body())
        wire: Wire = self.server.wire  # type: ignore[attr-defined]
        if captured.path == TOKEN_PATH:
            token = {"access_token": "judge", "token_type": "Bearer", "expires_in": 3600}
            self._send(Answer(200, "application/json", json.dumps(token).encode()))
            return
        wire.captured.append(captured)
        self._send(wire.answer)

    def _body(self) -> bytes:
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            pieces: list[bytes] = []
            while size := int(self.rfile.readline(100).partition(b";")[0], 16):
                pieces.append(self.rfile.read(size))
                self.rfile.readline(100)
            self.rfile.readline(100)
            return b"".join(pieces)
        return self.rfile.read(min(int(self.headers.get("Content-Length") or 0), MOST_BYTES))

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers:
            self.send_header(name, value)
        if answer.body is None:
            if answer.status not in NO_LENGTH:
                self.send_header("Content-Length", "0")
            self.end_headers()
            return
        if answer.media_type is not None:
            self.send_header("Content-Type", answer.media_type)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet: what is captured is the log."""
