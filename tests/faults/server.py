"""A server of faults: raw sockets on 127.0.0.1, in process, bounded, ended by the test that started it.

    with FaultServer([reset_after_request, answer_ok]) as server:
        ...                              # first attempt: reset, every later one: 200
    server.requests, server.commits      # what reached it

A *play* is what the server does with one attempt of a client: `Callable[[Peer], None]`. Attempts are counted over all
connections: the first play is for the first attempt, the last play repeats. A new connection is an attempt, and so is
every further request on a connection that was kept open.

Ports are used again, by servers of other tests too. A server that is given a `path` of its own counts only what asks for
something below it: `FaultServer(plays, path="/cell17")`. Anybody else is answered 421 and told nothing.

An *intent* is one thing that the caller wants done. The request says which: by `Idempotency-Key` (two requests with the
same key commit once, as a vendor that documents the header does) or, without one, by nothing at all: then each request
commits anew.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from .wire import Peer, PeerGone, Received

Play = Callable[[Peer], None]

MAX_CONNECTIONS = 256
STRANGER = b"HTTP/1.1 421 Misdirected Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
READING = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(slots=True)
class Ledger:
    """What reached the server. Guarded by one lock; read it when the client's call has ended."""

    attempts: int = 0
    connections: int = 0
    requests: list[Received] = field(default_factory=list)
    commits: list[Received] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)


class FaultServer:
    """Listens from construction until `close`, one thread for each connection."""

    def __init__(
        self, plays: Sequence[Play], *, tls: ssl.SSLContext | None = None, elsewhere: str = "", path: str = ""
    ) -> None:
        if not plays:
            raise ValueError("a fault server needs at least one play")
        self._plays, self._first = tuple(plays), 0
        self._tls = tls
        self._elsewhere = elsewhere
        self._path = path
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._ledger = Ledger()
        self._peers: dict[int, socket.socket] = {}
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port: int = self._listener.getsockname()[1]
        self._acceptor = threading.Thread(target=self._accept, name=f"fault-server-{self.port}", daemon=True)
        self._acceptor.start()

    @property
    def url(self) -> str:
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}{self._path}"

    @property
    def attempts(self) -> int:
        """Plays that were begun: what the client tried, also when no byte of it was read."""
        with self._lock:
            return self._ledger.attempts

    @property
    def connections(self) -> int:
        with self._lock:
            return self._ledger.connections

    @property
    def requests(self) -> tuple[Received, ...]:
        """Requests of which at least the whole head was read."""
        with self._lock:
            return tuple(self._ledger.requests)

    @property
    def commits(self) -> int:
        """Effects: writes that were read to the end and not refused; a known idempotency key has no second effect."""
        with self._lock:
            return len(self._ledger.commits)

    @property
    def committed(self) -> tuple[Received, ...]:
        """The writes that were counted as commits."""
        with self._lock:
            return tuple(self._ledger.commits)

    @property
    def open_connections(self) -> int:
        """Connections that the client has not closed yet."""
        with self._lock:
            return len(self._peers)

    def now(self, plays: Sequence[Play]) -> None:
        """Play these from the next attempt on."""
        with self._lock:
            self._plays, self._first = tuple(plays), self._ledger.attempts

    def vanish(self) -> None:
        """Stop listening: from now on connections are refused. Those that are open go on."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._acceptor.join(5)

    def still_open(self, patience: float = 1.0) -> int:
        """Connections that are open `patience` seconds from now, or 0 as soon as there is none."""
        ends = time.monotonic() + patience
        while (count := self.open_connections) and time.monotonic() < ends:
            time.sleep(0.002)
        return count

    def close(self) -> None:
        """Stop every play and wait for the threads: a thread that does not end is an error of the server."""
        self._stopped.set()
        self.vanish()
        with self._lock:
            for sock in self._peers.values():
                with contextlib.suppress(OSError):
                    sock.shutdown(socket.SHUT_RDWR)
            threads = [self._acceptor, *self._threads]
        for thread in threads:
            thread.join(5)
        stuck = [thread.name for thread in threads if thread.is_alive()]
        if stuck:
            raise RuntimeError(f"threads of the fault server did not end: {stuck}")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _accept(self) -> None:
        while not self._stopped.is_set():
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                if self._ledger.connections >= MAX_CONNECTIONS and len(self._peers) >= MAX_CONNECTIONS:
                    sock.close()
                    continue
                self._ledger.connections += 1
                number = self._ledger.connections
                self._peers[number] = sock
                thread = threading.Thread(target=self._serve, args=(sock, number), name=f"fault-{number}", daemon=True)
                self._threads = [*(t for t in self._threads if t.is_alive()), thread]
                thread.start()

    def _serve(self, sock: socket.socket, number: int) -> None:
        with contextlib.suppress(PeerGone, OSError):
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._tls is not None:
                sock = self._handshake(sock, self._tls, number)
            sock.setblocking(False)
            peer = Peer(sock, number, self._stopped, self._record_request, self._record_commit, self._elsewhere)
            first = True
            while peer.open and (first or peer.wait_readable()):
                first = False
                if self._path and not peer.asks_below(self._path):
                    peer.send(STRANGER)
                    break
                self._next_play(peer)(peer)
        with self._lock:
            self._peers.pop(number, None)
        sock.close()

    def _handshake(self, sock: socket.socket, tls: ssl.SSLContext, number: int) -> socket.socket:
        sock.settimeout(5)
        try:
            secured = tls.wrap_socket(sock, server_side=True)
        except OSError:
            with self._lock:
                self._ledger.attempts += 1
            raise
        with self._lock:
            self._peers[number] = secured
        return secured

    def _next_play(self, peer: Peer) -> Play:
        with self._lock:
            play = self._plays[min(self._ledger.attempts - self._first, len(self._plays) - 1)]
            self._ledger.attempts += 1
            peer.attempt = self._ledger.attempts
        return play

    def _record_request(self, received: Received) -> None:
        with self._lock:
            self._ledger.requests.append(received)

    def _record_commit(self, received: Received) -> None:
        if received.method in READING:
            return
        key = received.header("Idempotency-Key")
        with self._lock:
            if key is not None and key in self._ledger.keys:
                return
            if key is not None:
                self._ledger.keys.add(key)
            self._ledger.commits.append(received)


class ClosedPort:
    """An address that refuses: bound, so that nobody else takes the port, and never listening."""

    def __init__(self) -> None:
        self._sock = socket.socket()
        self._sock.bind(("127.0.0.1", 0))
        self.url: str = f"http://127.0.0.1:{self._sock.getsockname()[1]}"

    def close(self) -> None:
        self._sock.close()


class FullBacklog:
    """An address whose queue of pending connections is full: a connect neither succeeds nor fails."""

    def __init__(self) -> None:
        self._sock = socket.socket()
        self._sock.bind(("127.0.0.1", 0))
        self._sock.listen(0)
        self.url: str = f"http://127.0.0.1:{self._sock.getsockname()[1]}"
        self._waiting = [self._knock() for _ in range(8)]

    def close(self) -> None:
        for sock in (*self._waiting, self._sock):
            sock.close()

    def _knock(self) -> socket.socket:
        sock = socket.socket()
        sock.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            sock.connect(self._sock.getsockname())
        return sock
