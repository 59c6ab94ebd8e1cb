"""The transports over real sockets: kept connections, one deadline, event loops, forks, proxies. Faults: see `tests/faults`."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from credkit.runtime import Api, AsyncClient, AsyncHttpTransport, Body, Client, Content, HttpTransport, Operation, Retry
from credkit.runtime.clock import SYSTEM_CLOCK, Deadline
from credkit.runtime.errors import (
    ConfigurationError,
    ConnectionFailed,
    DeadlineBeforeSending,
    DeadlineExceeded,
    InvalidBaseUrl,
    OutcomeUnknown,
)
from credkit.runtime.http import installed_library, network, tls
from credkit.runtime.http.network import SocketBackend, is_readable, look_up
from credkit.runtime.http.proxy import environment_proxy, split_proxy
from credkit.runtime.http.tls import default_context
from credkit.runtime.outcome import Phase
from credkit.runtime.transport import Origin, TransportFailure, WireRequest

LIBRARIES = ("httpx", "httpx2")
library = pytest.mark.parametrize("library", LIBRARIES)
ECHO: Operation[dict[str, Any]] = Operation(
    id="echo",
    method="GET",
    path="/echo",
    responses={"200": (Content("application/json", lambda: dict[str, Any]),)},
    retry=Retry.SAFE,
)
HEAD: Operation[None] = Operation(id="head", method="HEAD", path="/echo", responses={"200": ()}, retry=Retry.SAFE)
API = Api(name="demo")


class Server:
    """Answers every request with the number of its connection and its own number there."""

    def __init__(self, greet: Callable[[socket.socket], None] | None = None) -> None:
        self._greet = greet
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.connections: list[socket.socket] = []
        self.heads: list[bytes] = []
        self.ended = threading.Semaphore(0)
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections.append(connection)
            number = len(self.connections)
            threading.Thread(target=self._serve, args=(connection, number), daemon=True).start()

    def _serve(self, connection: socket.socket, number: int) -> None:
        try:
            if self._greet is not None:
                self._greet(connection)
            count, data = 0, b""
            while True:
                while b"\r\n\r\n" not in data:
                    piece = connection.recv(65536)
                    if not piece:
                        return
                    data += piece
                head, _, data = data.partition(b"\r\n\r\n")
                self.heads.append(head)
                count += 1
                body = b'{"connection": %d, "request": %d}' % (number, count)
                answer = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
                connection.sendall(answer + (b"" if head.startswith(b"HEAD") else body))
        except OSError:
            pass
        finally:
            connection.close()
            self.ended.release()

    def close(self) -> None:
        self._listener.close()
        for connection in self.connections:
            connection.close()


@contextmanager
def serving(greet: Callable[[socket.socket], None] | None = None) -> Iterator[Server]:
    server = Server(greet)
    try:
        yield server
    finally:
        server.close()


def pair(value: dict[str, Any]) -> tuple[int, int]:
    return value["connection"], value["request"]


@library
def test_connections_are_kept_and_closed(library: Any) -> None:
    with serving() as server:
        with Client(API, {}, base_url=server.url, transport=library) as client:
            assert [pair(client._call(ECHO, {})) for _ in range(3)] == [(1, 1), (1, 2), (1, 3)]
            client._call(HEAD, {})
            assert pair(client._call(ECHO, {})) == (1, 5)
        assert server.ended.acquire(timeout=2)


@library
def test_async_connections_are_kept_and_closed(library: Any) -> None:
    async def main(url: str) -> None:
        async with AsyncClient(API, {}, base_url=url, transport=library) as client:
            assert [pair(await client._call(ECHO, {})) for _ in range(3)] == [(1, 1), (1, 2), (1, 3)]
            await client._call(HEAD, {})
            assert pair(await client._call(ECHO, {})) == (1, 5)

    with serving() as server:
        asyncio.run(main(server.url))
        assert server.ended.acquire(timeout=2)


@library
def test_one_async_client_in_one_event_loop_after_another(library: Any) -> None:
    with serving() as server:
        client = AsyncClient(API, {}, base_url=server.url, transport=library)

        async def main() -> tuple[int, int]:
            found = pair(await client._call(ECHO, {}))
            await client._link.get().aclose()
            return found

        assert [asyncio.run(main()) for _ in range(2)] == [(1, 1), (2, 1)]


@library
def test_threads_share_a_client(library: Any) -> None:
    found: list[tuple[int, int]] = []
    with serving() as server, Client(API, {}, base_url=server.url, transport=library) as client:

        def work() -> None:
            for _ in range(25):
                found.append(pair(client._call(ECHO, {})))

        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert len(found) == len(set(found)) == 200
        assert len(server.connections) <= 8


@library
def test_an_abandoned_client_closes_its_connections(library: Any) -> None:
    with serving() as server:
        client = Client(API, {}, base_url=server.url, transport=library)
        client._call(ECHO, {})
        del client
        assert server.ended.acquire(timeout=2)


# --- the deadline ----------------------------------------------------------------------------------------------------------


def timed(call: Callable[[], Any]) -> tuple[Any, float]:
    began = time.monotonic()
    try:
        call()
    except Exception as error:
        return error, time.monotonic() - began
    return None, time.monotonic() - began


def drip(head: bool) -> Callable[[socket.socket], None]:
    def greet(connection: socket.socket) -> None:
        connection.recv(65536)
        if not head:
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(100):
            connection.sendall(b"H" if not head else b"HTTP/1.1 200 OK\r\nX-Long: 123456789012345678901234567890"[:1])
            time.sleep(0.05)

    return greet


@library
@pytest.mark.parametrize("head", [True, False])
@pytest.mark.parametrize("mode", ["sync", "async"])
def test_what_comes_drop_by_drop_ends_at_the_deadline(library: Any, head: bool, mode: str) -> None:
    async def call_async(url: str) -> None:
        async with AsyncClient(API, {}, base_url=url, transport=library, timeout=0.4) as client:
            await client._call(ECHO, {})

    with serving(drip(head)) as server:
        if mode == "sync":
            with Client(API, {}, base_url=server.url, transport=library, timeout=0.4) as client:
                error, took = timed(lambda: client._call(ECHO, {}))
        else:
            error, took = timed(lambda: asyncio.run(call_async(server.url)))
    assert isinstance(error, DeadlineExceeded)
    assert 0.3 < took < 0.8


@pytest.mark.parametrize("mode", ["sync", "async"])
def test_a_name_lookup_that_hangs_ends_at_the_deadline(mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    real = socket.getaddrinfo
    release = threading.Event()

    def hanging(host: Any, *args: Any, **more: Any) -> Any:
        if host == "slow.example.com":
            if more.get("flags", 0) & socket.AI_NUMERICHOST:
                raise socket.gaierror
            release.wait(5)
        return real("127.0.0.1", *args, **more)

    async def call_async() -> None:
        async with AsyncClient(API, {}, base_url="https://slow.example.com", timeout=0.3) as client:
            try:
                await client._call(ECHO, {})
            finally:
                release.set()

    monkeypatch.setattr(socket, "getaddrinfo", hanging)
    if mode == "sync":
        with Client(API, {}, base_url="https://slow.example.com", timeout=0.3) as client:
            error, took = timed(lambda: client._call(ECHO, {}))
        release.set()
    else:
        error, took = timed(lambda: asyncio.run(call_async()))
    assert isinstance(error, DeadlineBeforeSending)
    assert 0.2 < took < 0.8


def test_names_that_are_none() -> None:
    for host in ("no-such-host.invalid", "a" * 70 + ".example.com", "."):
        with pytest.raises(OSError):
            look_up(host, 80, 5.0)


@library
def test_every_address_of_a_name_is_tried(library: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving() as server, socket.create_server(("127.0.0.1", 0)) as other:
        closed = other.getsockname()[1]
        other.close()
        stream = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
        found = [(*stream, ("127.0.0.1", closed)), (*stream, ("127.0.0.1", server.port))]
        monkeypatch.setattr(network, "look_up", lambda host, port, timeout: found)
        with Client(API, {}, base_url=server.url, transport=library) as client:
            assert pair(client._call(ECHO, {})) == (1, 1)


@library
def test_one_attempt_to_connect_leaves_time_for_others(library: Any) -> None:
    """A full backlog: the system neither refuses nor accepts."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        address = listener.getsockname()
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(address)
        time.sleep(0.05)
        transport = HttpTransport(library, connect_timeout=0.15)
        url = f"http://127.0.0.1:{address[1]}"
        with Client(API, {}, base_url=url, transport=transport, random=lambda: 0.0, max_attempts=2) as client:
            error, took = timed(lambda: client._call(ECHO, {}))
        for one in waiting:
            one.close()
        transport.close()
    assert isinstance(error, ConnectionFailed)
    assert error.attempts == 2
    assert 0.25 < took < 1.0


# --- forks -------------------------------------------------------------------------------------------------------------------


@library
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")  # the server's threads live on in the parent only
def test_a_forked_child_has_connections_of_its_own(library: Any) -> None:
    with serving() as server, Client(API, {}, base_url=server.url, transport=library) as client:
        assert pair(client._call(ECHO, {})) == (1, 1)
        read, write = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                os.write(write, repr(pair(client._call(ECHO, {}))).encode())
            finally:
                os._exit(0)
        os.close(write)
        with os.fdopen(read) as pipe:
            assert pipe.read() == "(2, 1)"
        os.waitpid(child, 0)
        assert pair(client._call(ECHO, {})) == (1, 2)


def test_a_child_drops_what_it_inherited_without_a_word() -> None:
    import httpcore

    backend = SocketBackend(httpcore, 1.0)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        stream = backend.connect_tcp("127.0.0.1", listener.getsockname()[1])
        connection, _ = listener.accept()
        duplicate = socket.fromfd(stream.get_extra_info("socket").fileno(), socket.AF_INET, socket.SOCK_STREAM)
        backend.abandon()
        assert stream.get_extra_info("socket").fileno() == -1
        assert stream.get_extra_info("is_readable")
        duplicate.sendall(b"still open")
        assert connection.recv(100) == b"still open"
        duplicate.close()
        connection.close()


@library
def test_a_forked_child_lets_go_of_every_connection(library: Any) -> None:
    """What the child holds open, the parent could not close."""
    transport = HttpTransport(library)
    with serving() as server, Client(API, {}, base_url=server.url, transport=transport) as client:
        client._call(ECHO, {})
        (kept,) = transport._backend._sockets
        transport.after_fork()
        assert kept.fileno() == -1
        assert pair(client._call(ECHO, {})) == (2, 1)
        transport.close()


def test_an_async_transport_forgets_its_pools_after_a_fork() -> None:
    async def main(url: str) -> tuple[int, int]:
        async with AsyncClient(API, {}, base_url=url) as client:
            await client._call(ECHO, {})
            transport: Any = client._link.get()
            (inherited,) = transport._loops.values()
            transport.after_fork()
            found = pair(await client._call(ECHO, {}))
            for pool in inherited.pools.values():
                await pool.aclose()
            return found

    with serving() as server:
        assert asyncio.run(main(server.url)) == (2, 1)


# --- TLS and proxies -----------------------------------------------------------------------------------------------------------


def test_one_tls_context_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    assert default_context() is default_context()
    import certifi

    monkeypatch.setenv("SSL_CERT_FILE", certifi.where())
    other = default_context()
    assert other is default_context()
    monkeypatch.delenv("SSL_CERT_FILE")
    assert default_context() is not other


HTTPS = Origin("https", "api.example.com", 443)


@pytest.mark.parametrize(
    ("environment", "origin", "proxy"),
    [
        ({}, HTTPS, None),
        ({"HTTPS_PROXY": "http://p:1"}, HTTPS, "http://p:1"),
        ({"https_proxy": "http://p:1"}, HTTPS, "http://p:1"),
        ({"HTTP_PROXY": "http://p:1"}, HTTPS, None),
        ({"ALL_PROXY": "http://p:1"}, HTTPS, "http://p:1"),
        ({"HTTPS_PROXY": "http://p:1", "NO_PROXY": "example.com"}, HTTPS, None),
        ({"HTTPS_PROXY": "http://p:1", "NO_PROXY": "*"}, HTTPS, None),
        ({"HTTPS_PROXY": "http://p:1", "NO_PROXY": "other.com"}, HTTPS, "http://p:1"),
        ({"ALL_PROXY": "http://p:1"}, Origin("http", "127.0.0.1", 80), None),
        ({"ALL_PROXY": "http://p:1"}, Origin("http", "localhost", 80), None),
    ],
)
def test_the_environments_proxy(
    environment: dict[str, str], origin: Origin, proxy: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in list(os.environ):
        if name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert environment_proxy(origin) == proxy


def test_proxy_urls() -> None:
    assert split_proxy("http://p.example.com") == ("http://p.example.com:80", None)
    assert split_proxy("p.example.com:3128") == ("http://p.example.com:3128", None)
    assert split_proxy("http://me:p%40ss@[::1]:3128") == ("http://[::1]:3128", (b"me", b"p@ss"))
    for url in ("socks5://canary", "https://canary", "http://"):
        with pytest.raises(InvalidBaseUrl) as caught:
            split_proxy(url)
        assert "canary" not in str(caught.value)


@library
@pytest.mark.parametrize("answer", [b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", b"HTTP/1.1 502 Bad\r\n\r\n"])
def test_a_proxy_that_refuses(library: Any, answer: bytes) -> None:
    seen: list[bytes] = []

    def refuse(connection: socket.socket) -> None:
        seen.append(connection.recv(65536))
        connection.sendall(answer)

    with serving(refuse) as proxy:
        url = f"http://me:secret@127.0.0.1:{proxy.port}"
        with (
            Client(API, {}, base_url="https://api.example.com", transport=library, proxy=url, max_attempts=1) as client,
            pytest.raises(ConnectionFailed) as caught,
        ):
            client._call(ECHO, {})
    assert seen[0].startswith(b"CONNECT api.example.com:443 HTTP/1.1\r\n")
    assert b"Proxy-Authorization: Basic bWU6c2VjcmV0" in seen[0]
    assert answer[9:12].decode() in str(caught.value)
    assert "secret" not in str(caught.value)


# --- small things ----------------------------------------------------------------------------------------------------------------


def test_libraries() -> None:
    assert installed_library() == "httpx2"
    for cls in (HttpTransport, AsyncHttpTransport):
        with pytest.raises((ConfigurationError, KeyError)):
            cls("httpx3")  # type: ignore[arg-type]  # the test is about this


def test_a_bug_in_a_request_is_not_sent() -> None:
    request = WireRequest(
        method="GET",
        origin=Origin("http", "127.0.0.1", 9),
        target="/",
        headers=(("x", "a\r\nb"),),
        deadline=Deadline.after(SYSTEM_CLOCK, 1.0),
    )
    with serving() as server:
        from dataclasses import replace

        request = replace(request, origin=Origin("http", "127.0.0.1", server.port))
        with pytest.raises(TransportFailure) as caught:
            HttpTransport().send(request)
        assert caught.value.phase is Phase.CONNECT
        assert "a\r\nb" not in repr(caught.value)
        assert not server.heads
    assert request.url.startswith("http://127.0.0.1")
    assert "\r" not in repr(request)


def test_a_readable_connection() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        assert not is_readable(ours)
        theirs.send(b"x")
        assert is_readable(ours)
    assert is_readable(ours)


def test_origins() -> None:
    assert [str(Origin(*parts)) for parts in (("http", "a", 80), ("https", "a", 443), ("http", "::1", 8080))] == [
        "http://a",
        "https://a",
        "http://[::1]:8080",
    ]


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_fork_while_a_tls_context_is_made_does_not_hang_the_child() -> None:
    with tls._making.lock:
        child = os.fork()
        if child == 0:
            signal.alarm(10)
            try:
                default_context()
            finally:
                os._exit(0)
    assert os.waitpid(child, 0)[1] == 0


def test_a_body_that_does_not_come_ends_at_the_deadline() -> None:
    """In a task: a thread cannot be left, there the deadline ends the call when the next piece comes."""
    released = threading.Event()

    def body() -> Iterator[bytes]:
        yield b"x"
        released.wait(5.0)
        yield b"y"

    upload: Operation[Any] = Operation(id="up", method="POST", path="/", body=Body("application/octet-stream"))

    async def main(url: str) -> float:
        async with AsyncClient(API, {}, base_url=url, timeout=0.2) as client:
            began = time.monotonic()
            with pytest.raises(DeadlineExceeded) as caught:
                await client._call(upload, {}, body=body())
            assert isinstance(caught.value, OutcomeUnknown)
            took = time.monotonic() - began
            released.set()
            return took

    with serving() as server:
        assert asyncio.run(main(server.url)) < 1.0


def test_a_proxy_that_is_none_is_a_matter_of_configuration() -> None:
    read: Operation[Any] = Operation(id="get", method="GET", path="/")
    with Client(API, {}, base_url="https://api.example.com", proxy="socks5://user:hunter2@proxy:1") as client:
        with pytest.raises(InvalidBaseUrl) as caught:
            client._call(read, {})
        assert caught.value.attempts == 1
        assert "hunter2" not in str(caught.value)
