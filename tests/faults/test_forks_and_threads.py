"""One client, many users of it: children of a fork, threads, tasks. Nobody reads an answer that belongs to somebody else."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import signal
import time
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from credkit.runtime.client import AsyncClient, Client
from credkit.runtime.errors import ClientClosed

from .api import API, READ
from .calls import KEY
from .catalogue.plays import answer_ok
from .cells import TRANSPORTS, Transport
from .matrix import SOAK
from .server import FaultServer

THREADS = 32
CALLS = 1_000 if SOAK else 40
CALLS_OF_A_TASK = CALLS // 4
"""Fewer: the asynchronous pool of httpx needs 10 ms a call when 32 tasks share it."""

CHILDREN = 4
CALLS_OF_A_CHILD = 200 if SOAK else 40


@pytest.fixture(autouse=True)
def collected() -> Iterator[None]:
    """A socket that nobody closed is a ResourceWarning, and warnings are errors."""
    yield
    gc.collect()


def read_own(client: Client, name: str, count: int) -> list[str]:
    """Ids that were given to somebody who asked for others."""
    wanted = [f"{name}-{i}" for i in range(count)]
    return [
        f"{wanted} was given {got}" for wanted in wanted if (got := client._call(READ, {"id": wanted}).id) != wanted
    ]


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_32_threads_get_their_own_answers_and_leave_no_connection(transport: Transport) -> None:
    with FaultServer([answer_ok]) as server:
        with Client(API, KEY, base_url=server.url, transport=transport) as client, ThreadPoolExecutor(THREADS) as pool:
            crossed = list(pool.map(lambda i: read_own(client, f"thread{i}", CALLS), range(THREADS)))
            assert server.open_connections <= THREADS
        assert server.still_open() == 0
    assert [line for lines in crossed for line in lines] == []
    assert len(server.requests) == THREADS * CALLS, "nothing was lost, so nothing may be sent a second time"


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_32_tasks_get_their_own_answers_and_leave_no_connection(transport: Transport) -> None:
    async def read_own_async(client: AsyncClient, name: str) -> list[str]:
        wanted = [f"{name}-{i}" for i in range(CALLS_OF_A_TASK)]
        return [one for one in wanted if (await client._call(READ, {"id": one})).id != one]

    async def all_at_once() -> list[list[str]]:
        async with AsyncClient(API, KEY, base_url=server.url, transport=transport) as client:
            return await asyncio.gather(*(read_own_async(client, f"task{i}") for i in range(THREADS)))

    with FaultServer([answer_ok]) as server:
        assert [one for crossed in asyncio.run(all_at_once()) for one in crossed] == []
        assert server.still_open() == 0


def in_child(work: Callable[[], object]) -> int:
    """Fork; the child does `work` and ends with status 0 when it returned something empty. Gives the child's process id."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # from Python 3.12: fork beside threads, here on purpose
        child = os.fork()
    if child:
        return child
    status = 1
    with contextlib.suppress(BaseException):
        status = 1 if work() else 0
    os._exit(status)


def failed(children: list[int], patience: float = 20.0) -> list[int]:
    """Wait for children; those that failed or did not end (they are killed)."""
    bad, ends = [], time.monotonic() + patience
    for child in children:
        while True:
            done, status = os.waitpid(child, os.WNOHANG)
            if done:
                bad += [child] if status else []
                break
            if time.monotonic() > ends:
                os.kill(child, signal.SIGKILL)
                os.waitpid(child, 0)
                bad.append(child)
                break
            time.sleep(0.01)
    return bad


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the platform has no fork")
@pytest.mark.parametrize("transport", TRANSPORTS)
def test_children_forked_after_first_use_read_their_own_answers(transport: Transport) -> None:
    """Parent and children go on at the same time with the client that has kept connections from before the fork."""
    with FaultServer([answer_ok]) as server, Client(API, KEY, base_url=server.url, transport=transport) as client:
        with ThreadPoolExecutor(4) as pool:  # several kept connections, not one
            list(pool.map(lambda i: client._call(READ, {"id": f"before{i}"}), range(8)))
        before = server.connections
        children = [in_child(partial(read_own, client, f"child{i}", CALLS_OF_A_CHILD)) for i in range(CHILDREN)]
        crossed = read_own(client, "parent", CALLS_OF_A_CHILD)
        assert failed(children) == []
        assert crossed == []
        shared = {
            request.connection
            for request in server.requests
            if "/child" in request.target and request.connection <= before
        }
        assert not shared, "children used connections of their parent"
        own = {request.connection for request in server.requests if "/parent" in request.target}
        assert min(own) <= before, "the fork cost the parent its connections"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the platform has no fork")
@pytest.mark.parametrize("transport", TRANSPORTS)
def test_an_async_client_used_before_a_fork_works_in_the_child(transport: Transport) -> None:
    async def read(client: AsyncClient, wanted: str) -> str:
        credential = await client._call(READ, {"id": wanted})
        return "" if credential.id == wanted else credential.id

    async def use_then_fork() -> None:
        async with AsyncClient(API, KEY, base_url=server.url, transport=transport) as client:
            assert await read(client, "before") == ""
            children.extend(in_child(partial(in_new_loop, client, f"child{i}")) for i in range(CHILDREN))
            for i in range(10):
                assert await read(client, f"parent{i}") == ""

    def in_new_loop(client: AsyncClient, wanted: str) -> str:
        asyncio._set_running_loop(None)  # the child inherits the mark of the parent's loop, not the loop's thread
        return asyncio.run(read(client, wanted))

    children: list[int] = []
    with FaultServer([answer_ok]) as server:
        asyncio.run(use_then_fork())
        assert failed(children) == []
        assert len({r.connection for r in server.requests if "/parent" in r.target or "/before" in r.target}) == 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the platform has no fork")
def test_a_fork_in_the_middle_of_other_threads_calls_does_not_hang() -> None:
    """Locks that another thread held at the moment of the fork must not stay locked in the child."""
    with (
        FaultServer([answer_ok]) as server,
        Client(API, KEY, base_url=server.url) as client,
        ThreadPoolExecutor(8) as pool,
    ):
        busy = [pool.submit(read_own, client, f"busy{i}", 60) for i in range(8)]
        children: list[int] = []
        while not all(one.done() for one in busy) and len(children) < 12:
            children.append(in_child(partial(read_own, client, f"child{len(children)}", 3)))
        assert failed(children) == []
        assert [one.result() for one in busy] == [[]] * 8


def test_a_closed_client_says_so() -> None:
    with FaultServer([answer_ok]) as server:
        client = Client(API, KEY, base_url=server.url)
        client._call(READ, {"id": "cred_1"})
        client.close()
        client.close()
        with pytest.raises(ClientClosed):
            client._call(READ, {"id": "cred_1"})
        assert server.still_open() == 0
