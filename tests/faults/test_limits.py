"""Bounds that hold whatever the vendor sends: time, memory, attempts, parses."""

from __future__ import annotations

import asyncio
import time
import tracemalloc
import zlib
from collections.abc import Callable
from typing import Any

import pydantic_core
import pytest

from credkit.runtime.client import AsyncClient, Client
from credkit.runtime.errors import DeadlineExceeded, OutcomeUnknown, ResponseTooLarge, ServerError

from .answers import BOMB_BYTES, gzip_bomb, json_answer
from .api import API, ISSUE, READ, RECIPIENT
from .calls import KEY, attempt
from .catalogue import BY_NAME
from .catalogue.plays import answer_ok, answering
from .cells import SLACK, Driver
from .clocks import SkippingClock, StoppedClock
from .faults import Kind
from .server import FaultServer
from .wire import Peer

MEGABYTE = 1024 * 1024


@pytest.mark.parametrize("driver", Driver)
@pytest.mark.parametrize("bomb", ["gzip bomb", "deflate bomb", "gzip bomb in gzip", "a gzip without an end"])
def test_a_bomb_stops_at_the_cap(bomb: str, driver: Driver) -> None:
    """300 MB would show: what is held at any moment stays within a few times the cap."""
    gzip_bomb()
    with FaultServer([BY_NAME[bomb].play]) as server:
        tracemalloc.start()
        try:
            error = attempt(driver, server.url, Kind.READ, max_response_bytes=MEGABYTE)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert isinstance(error, ResponseTooLarge)
    assert peak < 8 * MEGABYTE


def test_a_bomb_is_inflated_in_pieces_of_64_kib(monkeypatch: pytest.MonkeyPatch) -> None:
    pieces: list[int] = []

    class Watched:
        def __init__(self, wbits: int) -> None:
            self._inner = REAL(wbits)

        def decompress(self, data: bytes, max_length: int = 0) -> bytes:
            assert max_length, "unbounded"
            piece = self._inner.decompress(data, max_length)
            pieces.append(len(piece))
            return piece

        def __getattr__(self, name: str) -> Any:
            return getattr(self._inner, name)

    REAL = zlib.decompressobj
    monkeypatch.setattr(zlib, "decompressobj", Watched)
    with FaultServer([BY_NAME["gzip bomb"].play]) as server:
        error = attempt(Driver.SYNC, server.url, Kind.READ, max_response_bytes=2 * MEGABYTE)
    assert isinstance(error, ResponseTooLarge)
    assert max(pieces) <= 65_536
    assert 2 * MEGABYTE <= sum(pieces) <= 2 * MEGABYTE + 65_536 < BOMB_BYTES


UPLOAD_DEADLINE = 1.0


@pytest.mark.parametrize("driver", Driver)
def test_an_upload_that_is_not_read_ends_at_the_deadline(driver: Driver) -> None:
    """More than the socket buffers hold, towards a server that reads the head and no more. Measured again once when late."""
    elapsed, error = upload(driver)
    if elapsed > UPLOAD_DEADLINE + SLACK:
        elapsed, error = upload(driver)
    assert isinstance(error, OutcomeUnknown)
    assert isinstance(error, DeadlineExceeded)
    assert elapsed <= UPLOAD_DEADLINE + SLACK


def read_head_only(peer: Peer) -> None:
    peer.read_head()
    peer.stopped.wait(3 * UPLOAD_DEADLINE)
    peer.reset()


def upload(driver: Driver) -> tuple[float, Exception | None]:
    async def call_async(url: str) -> None:
        async with AsyncClient(API, KEY, base_url=url) as client:
            await client._call(READ, {"id": "cred_1"})  # connect and import before the clock runs
            began[0] = time.monotonic()
            await client._call(ISSUE, {}, body=body, options={"timeout": UPLOAD_DEADLINE})

    def call_sync(url: str) -> None:
        with Client(API, KEY, base_url=url) as client:
            client._call(READ, {"id": "cred_1"})
            began[0] = time.monotonic()
            client._call(ISSUE, {}, body=body, options={"timeout": UPLOAD_DEADLINE})

    body, began = RECIPIENT | {"blob": "x" * (24 * MEGABYTE)}, [0.0]
    with FaultServer([answer_ok, read_head_only]) as server:
        try:
            asyncio.run(call_async(server.url)) if driver is Driver.ASYNC else call_sync(server.url)
        except Exception as error:
            return time.monotonic() - began[0], error
    return time.monotonic() - began[0], None


@pytest.mark.parametrize("driver", Driver)
@pytest.mark.parametrize(
    ("fault", "longest"), [("429 Retry-After '1'", 2.5), ("status 503", 1.0), ("reset after-request", 1.0)]
)
def test_waits_between_attempts_count_against_the_deadline(fault: str, longest: float, driver: Driver) -> None:
    """No wait is begun that would end after the deadline; the last failure is raised instead."""
    clock = SkippingClock()
    with FaultServer([BY_NAME[fault].play]) as server:
        error = attempt(
            driver, server.url, Kind.READ, clock=clock, timeout=longest, max_attempts=50, random=lambda: 0.999
        )
    assert isinstance(error, Exception)
    assert sum(clock.slept) <= longest


def test_an_outage_is_not_multiplied() -> None:
    """1,000 reads against a dead vendor: the budget of 500 tokens pays for 35 retries at 14 each, not for 3,000."""
    clock = StoppedClock()
    with (
        FaultServer([BY_NAME["status 503"].play]) as server,
        Client(API, KEY, base_url=server.url, clock=clock, random=lambda: 0.5) as client,
    ):
        calls = 1_000
        for _ in range(calls):
            with pytest.raises(ServerError):
                client._call(READ, {"id": "cred_1"})
    assert calls <= server.attempts <= calls + 500 // 14


def test_successes_earn_retries_back() -> None:
    clock = StoppedClock()
    plays = [BY_NAME["status 503"].play] * 36 + [answer_ok] * 14 + [BY_NAME["status 503"].play, answer_ok]
    with (
        FaultServer(plays) as server,
        Client(API, KEY, base_url=server.url, clock=clock, max_attempts=50, random=lambda: 0.0, timeout=1e6) as client,
    ):
        with pytest.raises(ServerError):
            client._call(READ, {"id": "cred_1"})
        assert server.attempts == 36
        for _ in range(14):
            client._call(READ, {"id": "cred_1"})
        assert client._call(READ, {"id": "cred_1"}).id == "cred_1"
    assert server.attempts == 36 + 14 + 2


@pytest.mark.parametrize(
    ("answer", "parses"),
    [(json_answer({"id": "cred_1", "status": "issued", "extra": [1, 2]}), 0), (json_answer({"id": 7}), 1)],
)
def test_a_documented_answer_is_parsed_once(answer: Any, parses: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The validator's own parse is the only one; a second comes only when the answer contradicts the document."""
    import json

    counts = {"n": 0}

    def counting(real: Callable[..., Any]) -> Callable[..., Any]:
        def parse(*args: Any, **kwargs: Any) -> Any:
            counts["n"] += 1
            return real(*args, **kwargs)

        return parse

    monkeypatch.setattr(pydantic_core, "from_json", counting(pydantic_core.from_json))
    monkeypatch.setattr(json, "loads", counting(json.loads))
    with FaultServer([answering(answer)]) as server, Client(API, KEY, base_url=server.url) as client:
        client._call(READ, {"id": "cred_1"})
    assert counts["n"] == parses


def test_a_cancelled_write_is_not_repeated_and_leaves_nothing_open() -> None:
    async def cancel_in_flight(url: str) -> None:
        async with AsyncClient(API, KEY, base_url=url) as client:
            task = asyncio.create_task(client._call(ISSUE, {}, body=RECIPIENT))
            while not server.commits:
                await asyncio.sleep(0.005)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert (await client._call(READ, {"id": "cred_after"})).id == "cred_after"

    with FaultServer([BY_NAME["stall after-request"].play, answer_ok]) as server:
        asyncio.run(cancel_in_flight(server.url))
        assert server.still_open() == 0
    assert (server.attempts, server.commits) == (2, 1)
