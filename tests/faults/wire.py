"""One accepted connection of the fault server, as the plays see it."""

from __future__ import annotations

import contextlib
import select
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

CHUNK = 65536
PLAY_SECONDS = 5.0
"""No play lasts longer than this, whatever the client does."""

IDLE_SECONDS = 30.0
"""How long a connection is kept for another request. Longer than a client keeps it, so that a connection that a play does not
end is never taken away under a request: what the server counts as lost, a test has asked for."""


@dataclass(slots=True)
class Received:
    """What arrived of one request: `attempt` counts from 1 over the whole server, `head` ends with the empty line, `at` is
    when it was read (monotonic)."""

    connection: int
    attempt: int
    head: bytes = b""
    body: bytes = b""
    complete: bool = False
    at: float = field(default_factory=time.monotonic)

    @property
    def method(self) -> str:
        return self.head.split(b" ", 1)[0].decode("latin-1")

    @property
    def target(self) -> str:
        return self.head.split(b" ", 2)[1].decode("latin-1")

    def header(self, name: str) -> str | None:
        values = self.header_values(name)
        return values[0] if values else None

    def header_values(self, name: str) -> list[str]:
        lines = self.head.decode("latin-1").split("\r\n")[1:]
        pairs = (line.partition(":") for line in lines if ":" in line)
        return [value.strip() for key, _, value in pairs if key.strip().lower() == name.lower()]


class PeerGone(Exception):
    """The client closed the connection, or the server is being shut down."""


@dataclass(slots=True)
class Peer:
    """The server's end of one connection.

    Every method raises `PeerGone` when the client has left, so that a play reads straight down. `elsewhere` is the URL of
    another listener, for redirects.
    """

    sock: socket.socket
    connection: int
    stopped: threading.Event
    on_request: Callable[[Received], None]
    on_commit: Callable[[Received], None]
    elsewhere: str = ""
    attempt: int = 0
    received: Received | None = None
    open: bool = True
    sent: int = 0
    _buffer: bytes = b""
    _ends: float = field(default_factory=lambda: time.monotonic() + PLAY_SECONDS)

    # Reading

    def read_head(self) -> Received:
        """Read the request head; the request counts as having reached the server from here on."""
        while b"\r\n\r\n" not in self._buffer:
            self._buffer += self._receive()
        head, _, self._buffer = self._buffer.partition(b"\r\n\r\n")
        self.received = Received(self.connection, self.attempt, head + b"\r\n\r\n")
        self.on_request(self.received)
        return self.received

    def read_request(self, *, commit: bool = True) -> Received:
        """Read head and body, and commit: from here on the vendor has acted. `commit` False: it is going to say no."""
        received = self.read_head()
        if (received.header("Transfer-Encoding") or "").lower() == "chunked":
            received.body = self._read_chunked()
        else:
            received.body = self._read_exactly(int(received.header("Content-Length") or 0))
        received.complete = True
        if commit:
            self.on_commit(received)
        return received

    def read_half_body(self) -> Received:
        """Read the head and half of the body, or the head alone when the request has no body."""
        received = self.read_head()
        received.body = self._read_exactly(int(received.header("Content-Length") or 0) // 2)
        return received

    def read_bytes(self, size: int) -> None:
        """Read the first `size` bytes of a request, wherever that ends; fewer when it has fewer."""
        while len(self._buffer) < size and self.request_goes_on():
            self._buffer += self._receive()

    def request_goes_on(self) -> bool:
        """Whether the client sends more within a moment."""
        return bool(select.select([self.sock], [], [], 0.02)[0])

    def wait_readable(self) -> bool:
        """True when the client sends more, False when it closes the connection. The next play has its own time."""
        if not self._buffer and not self._next_request():
            return False
        self._ends = time.monotonic() + PLAY_SECONDS
        return True

    def _next_request(self) -> bool:
        self._ends = time.monotonic() + IDLE_SECONDS
        try:
            if isinstance(self.sock, ssl.SSLSocket):  # cannot peek
                self._buffer += self._receive()
                return True
            self._wait(read=True)
            return bool(self.sock.recv(1, socket.MSG_PEEK))
        except (OSError, PeerGone):
            return False

    def asks_below(self, path: str) -> bool:
        """Whether the request that comes now asks for something below `path`. Looks at it and leaves it unread."""
        line = self._buffer
        while b"\r\n" not in line and len(line) < CHUNK:
            self._wait(read=True)
            seen = self.sock.recv(CHUNK, socket.MSG_PEEK)
            if not seen:
                raise PeerGone
            if len(seen) + len(self._buffer) == len(line):
                time.sleep(0.001)  # what is there stays readable: wait for more without spinning
            line = self._buffer + seen
        return line.partition(b" ")[2].startswith(f"{path}/".encode())

    # Writing

    def send(self, data: bytes) -> None:
        """Send everything; a client that reads slowly is waited for."""
        view = memoryview(data)
        while view:
            self._wait(read=False)
            try:
                count = self.sock.send(view)
            except (BlockingIOError, ssl.SSLWantWriteError):
                continue
            except OSError as error:
                raise PeerGone from error
            self.sent += count
            view = view[count:]

    def send_pieces(self, pieces: Iterable[bytes]) -> None:
        for piece in pieces:
            self.send(piece)

    def drip(self, data: bytes, interval: float) -> None:
        """Send one byte at a time with `interval` seconds between them; ends early when the client leaves."""
        for index in range(len(data)):
            self.send(data[index : index + 1])
            self._pause(interval)

    def drip_forever(self, data: bytes, interval: float) -> None:
        while True:
            self.drip(data, interval)

    # Endings

    def stall(self) -> None:
        """Say nothing until the client leaves."""
        while True:
            self._pause(0.5)

    def close(self) -> None:
        """Close in order: FIN, then read what the client still sends, so that no reset is provoked."""
        self.open = False
        with contextlib.suppress(OSError, PeerGone):
            self.sock.shutdown(socket.SHUT_WR)
            while self._receive():
                pass

    def reset(self) -> None:
        """Close with RST."""
        self.open = False
        with contextlib.suppress(OSError):
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()

    # Below

    def _wait(self, *, read: bool) -> None:
        while True:
            if self.stopped.is_set() or time.monotonic() > self._ends or self.sock.fileno() < 0:
                raise PeerGone
            if read and isinstance(self.sock, ssl.SSLSocket) and self.sock.pending():
                return
            readable, writable, _ = select.select([self.sock] if read else [], [] if read else [self.sock], [], 0.05)
            if readable or writable:
                return

    def _receive(self) -> bytes:
        while True:
            self._wait(read=True)
            try:
                data = self.sock.recv(CHUNK)
            except (BlockingIOError, ssl.SSLWantReadError):
                continue
            except OSError as error:
                raise PeerGone from error
            if not data:
                raise PeerGone
            return data

    def _read_exactly(self, size: int) -> bytes:
        while len(self._buffer) < size:
            self._buffer += self._receive()
        data, self._buffer = self._buffer[:size], self._buffer[size:]
        return data

    def _read_line(self) -> bytes:
        while b"\r\n" not in self._buffer:
            self._buffer += self._receive()
        line, _, self._buffer = self._buffer.partition(b"\r\n")
        return line

    def _read_chunked(self) -> bytes:
        body = b""
        while size := int(self._read_line().partition(b";")[0], 16):
            body += self._read_exactly(size)
            self._read_line()
        self._read_line()
        return body

    def _pause(self, seconds: float) -> None:
        """Sleep, but notice within the sleep that the client has closed or that the server stops."""
        ends = time.monotonic() + seconds
        while (left := ends - time.monotonic()) > 0:
            if self.stopped.is_set() or time.monotonic() > self._ends:
                raise PeerGone
            readable, _, _ = select.select([self.sock], [], [], min(left, 0.05))
            if readable:
                self._drain()

    def _drain(self) -> None:
        """Take what the client sends while the play is not reading; an end of file means that it has left."""
        try:
            data = self.sock.recv(CHUNK)
        except (BlockingIOError, ssl.SSLWantReadError):
            return
        except OSError as error:
            raise PeerGone from error
        if not data:
            raise PeerGone
        self._buffer += data
