"""A client that is closed while others use it: they hear of it at once, in words that are true, and nothing stays open."""

from __future__ import annotations

import asyncio
import gc
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest

from credkit.runtime.client import AsyncClient, Client
from credkit.runtime.errors import ApiError, ClientClosed, ConnectionLost, OutcomeUnknown
from credkit.runtime.http import AsyncHttpTransport
from credkit.runtime.http.async_network import AsyncBackend
from credkit.runtime.http.network import SocketBackend

from .api import API, ISSUE, ISSUE_WITH_KEY, READ, RECIPIENT
from .calls import KEY
from .catalogue import BY_NAME
from .catalogue.plays import answer_ok
from .cells import TRANSPORTS, Driver, Transport
from .server import FaultServer

FAR = 20.0
"""A deadline that no test waits for: what ends, ends because the client was closed."""

SOON = 5.0

CALLS: dict[str, tuple[Any, dict[str, Any], type[ApiError]]] = {
    "read": (READ, {"arguments": {"id": "cred_1"}}, ClientClosed),
    "write": (ISSUE, {"arguments": {}, "body": RECIPIENT}, OutcomeUnknown),
    "write with a key": (ISSUE_WITH_KEY, {"arguments": {}, "body": RECIPIENT}, OutcomeUnknown),
}


@pytest.fixture(autouse=True)
def collected() -> Iterator[None]:
    """A socket that nobody closed is a ResourceWarning, and warnings are errors."""
    yield
    gc.collect()


def until(condition: Callable[[], object]) -> None:
    ends = time.monotonic() + SOON
    while not condition():
        assert time.monotonic() < ends
        time.sleep(0.005)


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("kind", CALLS)
def test_closing_ends_the_calls_of_other_threads(kind: str, transport: Transport) -> None:
    operation, arguments, wanted = CALLS[kind]
    with FaultServer([BY_NAME["stall after-request"].play]) as server, ThreadPoolExecutor(2) as pool:
        client = Client(API, KEY, base_url=server.url, transport=transport, timeout=FAR)
        calls = [pool.submit(lambda: client._call(operation, **arguments)) for _ in range(2)]
        until(lambda: len(server.requests) == 2)
        began = time.monotonic()
        client.close()
        errors = [call.exception(SOON) for call in calls]
        assert time.monotonic() - began < SOON
        assert server.still_open() == 0
    assert all(isinstance(error, wanted) for error in errors), errors
    if wanted is OutcomeUnknown:
        assert all(isinstance(error, ConnectionLost) for error in errors), errors
    assert server.attempts == 2


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("kind", CALLS)
def test_closing_ends_the_calls_of_other_tasks(kind: str, transport: Transport) -> None:
    operation, arguments, wanted = CALLS[kind]

    async def main(server: FaultServer) -> list[object]:
        client = AsyncClient(API, KEY, base_url=server.url, transport=transport, timeout=FAR)
        calls = [asyncio.create_task(client._call(operation, **arguments)) for _ in range(2)]
        await asyncio.to_thread(until, lambda: len(server.requests) == 2)
        await client.aclose()
        async with asyncio.timeout(SOON):
            return [*await asyncio.gather(*calls, return_exceptions=True)]

    with FaultServer([BY_NAME["stall after-request"].play]) as server:
        errors = asyncio.run(main(server))
        assert server.still_open() == 0
    assert all(isinstance(error, wanted) for error in errors), errors
    assert server.attempts == 2


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_closing_catches_up_with_a_thread_that_connects(transport: Transport, monkeypatch: pytest.MonkeyPatch) -> None:
    connected, closed = threading.Event(), threading.Event()
    real = SocketBackend._connect

    def slowly(self: SocketBackend, *where: Any) -> Any:
        sock = real(self, *where)
        connected.set()
        closed.wait(SOON)
        return sock

    monkeypatch.setattr(SocketBackend, "_connect", slowly)
    with FaultServer([answer_ok]) as server, ThreadPoolExecutor(1) as pool:
        client = Client(API, KEY, base_url=server.url, transport=transport, timeout=FAR)
        call: Future[Any] = pool.submit(client._call, ISSUE, {}, body=RECIPIENT)
        assert connected.wait(SOON)
        client.close()
        closed.set()
        assert isinstance(call.exception(SOON), ClientClosed)
        assert server.still_open() == 0
    assert server.requests == ()


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_closing_catches_up_with_a_task_that_connects(transport: Transport, monkeypatch: pytest.MonkeyPatch) -> None:
    real = AsyncBackend.keep
    connected, closed = asyncio.Event(), asyncio.Event()

    async def connect(self: AsyncBackend, host: str, port: int, *more: Any, **options: Any) -> Any:
        loop = asyncio.get_running_loop()
        from credkit.runtime.http.async_network import _Protocol

        _, protocol = await loop.create_connection(_Protocol, host, port)
        connected.set()
        await closed.wait()
        return real(self, protocol)

    async def main(url: str) -> object:
        client = AsyncClient(API, KEY, base_url=url, transport=transport, timeout=FAR)
        call = asyncio.create_task(client._call(ISSUE, {}, body=RECIPIENT))
        async with asyncio.timeout(SOON):
            await connected.wait()
            await client.aclose()
            closed.set()
            return (await asyncio.gather(call, return_exceptions=True))[0]

    monkeypatch.setattr(AsyncBackend, "connect_tcp", connect)
    with FaultServer([answer_ok]) as server:
        assert isinstance(asyncio.run(main(server.url)), ClientClosed)
        assert server.still_open() == 0
    assert server.requests == ()


@pytest.mark.parametrize("driver", Driver)
def test_a_transport_is_never_made_for_a_closed_client(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    """The moment between looking whether the client is open and making its transport."""
    client: Any = (Client if driver is Driver.SYNC else AsyncClient)(API, KEY, base_url="http://127.0.0.1:1")
    link, real = client._link, client._link._is_named

    def closing() -> bool:
        link._close()
        named: bool = real()
        return named

    monkeypatch.setattr(link, "_is_named", closing)
    with pytest.raises(ClientClosed):
        link.get()
    assert link._own is None


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_closing_from_another_event_loop_ends_the_connections_of_the_first(transport: Transport) -> None:
    """Both while the first loop waits to run on and when it has ended."""

    async def read(client: AsyncClient) -> None:
        assert (await client._call(READ, {"id": "cred_1"})).id == "cred_1"

    with FaultServer([answer_ok]) as server:
        first = asyncio.new_event_loop()
        client = AsyncClient(API, KEY, base_url=server.url, transport=transport)
        first.run_until_complete(read(client))
        assert server.open_connections == 1
        asyncio.run(client.aclose())
        assert server.still_open() == 0
        first.run_until_complete(asyncio.sleep(0.01))
        with pytest.raises(ClientClosed):
            first.run_until_complete(read(client))
        first.close()


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.filterwarnings("ignore:unclosed transport:ResourceWarning")  # asyncio's word on a loop that left it open
def test_a_new_event_loop_ends_the_connections_of_one_that_is_closed(transport: Transport) -> None:
    async def read(shared: AsyncHttpTransport) -> None:
        client = AsyncClient(API, KEY, base_url=server.url, transport=shared)
        assert (await client._call(READ, {"id": "cred_1"})).id == "cred_1"

    with warnings.catch_warnings(), FaultServer([answer_ok]) as server:
        warnings.simplefilter("ignore", ResourceWarning)  # asyncio's own word on loops that ended with open connections
        shared = AsyncHttpTransport(transport)
        asyncio.run(read(shared))
        assert server.open_connections == 1
        asyncio.run(read(shared))
        until(lambda: server.open_connections == 1)
        asyncio.run(shared.aclose())
        assert server.still_open() == 0
        gc.collect()


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_two_event_loops_at_once_keep_their_own_connections(transport: Transport) -> None:
    met = threading.Barrier(2, timeout=SOON)

    async def read_in_turns(client: AsyncClient, name: str) -> None:
        for i in range(20):
            met.wait()
            assert (await client._call(READ, {"id": f"{name}{i}"})).id == f"{name}{i}"
        met.wait()
        if name == "last":
            await client.aclose()
        met.wait()
        await asyncio.sleep(0.05)  # the loop that did not close hears of it

    with FaultServer([answer_ok]) as server, ThreadPoolExecutor(2) as pool:
        client = AsyncClient(API, KEY, base_url=server.url, transport=transport)
        loops = [pool.submit(asyncio.run, read_in_turns(client, name)) for name in ("first", "last")]
        for loop in loops:
            loop.result(SOON)
        assert server.connections == 2
        assert server.still_open() == 0
