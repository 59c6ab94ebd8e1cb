"""A download that is read while it arrives: what is cut short never looks like what has ended."""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from credkit.runtime.client import AsyncClient, Client
from credkit.runtime.errors import ApiError, ConnectionLost, DeadlineExceeded

from .answers import Answer
from .api import API, DOWNLOAD, READ
from .calls import KEY
from .canary import PERSON_EMAIL, exception_texts, leaks, trapped_logs
from .catalogue import BY_NAME, FAULTS
from .catalogue.plays import answer_ok
from .cells import QUICK_DEADLINE, SLACK, SLOW_DEADLINE, TRANSPORTS, Driver, Transport
from .faults import Fault, Phase, Wire
from .server import FaultServer

IN_BODY = {Phase.AFTER_HEADERS, Phase.IN_BODY, Phase.BEFORE_END}
CUT = tuple(fault for fault in FAULTS if fault.phase in IN_BODY and fault.wire in {Wire.BROKEN, Wire.SLOW})
STALLED = tuple(fault for fault in CUT if fault.name.startswith("stall"))
BROKEN = tuple(fault for fault in CUT if fault.wire is Wire.BROKEN)


def download(driver: Driver, url: str, transport: Transport, timeout: float) -> tuple[bytes, ApiError | None, float]:
    """What arrived, the error that ended it, and how long the last wait took; then a second call on the same client."""
    options: dict[str, Any] = {"transport": transport, "timeout": timeout}
    arguments = {"id": "cred_1", "email": PERSON_EMAIL}
    pieces: list[bytes] = []
    state: dict[str, Any] = {"error": None, "last": time.monotonic(), "took": 0.0}

    def take(piece: bytes) -> None:
        pieces.append(piece)
        state["last"] = time.monotonic()

    def ended(error: ApiError | None) -> None:
        state["error"], state["took"] = error, time.monotonic() - state["last"]

    def sync() -> None:
        with Client(API, KEY, base_url=url, **options) as client:
            try:
                with client._stream(DOWNLOAD, arguments) as stream:
                    for piece in stream.iter_bytes():
                        take(piece)
            except ApiError as error:
                ended(error)
            assert client._call(READ, {"id": "cred_after"}, options={"timeout": QUICK_DEADLINE}).id == "cred_after"

    async def asynchronous() -> None:
        async with AsyncClient(API, KEY, base_url=url, **options) as client:
            try:
                async with client._stream(DOWNLOAD, arguments) as stream:
                    async for piece in stream.iter_bytes():
                        take(piece)
            except ApiError as error:
                ended(error)
            after = await client._call(READ, {"id": "cred_after"}, options={"timeout": QUICK_DEADLINE})
            assert after.id == "cred_after"

    sync() if driver is Driver.SYNC else asyncio.run(asynchronous())
    return b"".join(pieces), state["error"], state["took"]


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("driver", Driver)
@pytest.mark.parametrize("fault", BROKEN, ids=lambda fault: fault.name)
def test_a_download_that_is_cut_short_raises(fault: Fault, driver: Driver, transport: Transport) -> None:
    with trapped_logs() as logs, FaultServer([fault.play, answer_ok]) as server:
        content, error, _ = download(driver, server.url, transport, QUICK_DEADLINE)
        assert server.still_open() == 0
        assert server.attempts == 2
    assert isinstance(error, ConnectionLost)
    assert Answer().body.startswith(content) or "garbage" in fault.name or "chunk" in fault.name
    assert not logs.leaks()
    assert not [leak for _, text in exception_texts(error) for leak in leaks(text)]


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("driver", Driver)
def test_a_download_that_stalls_ends_at_the_deadline_of_the_piece(driver: Driver, transport: Transport) -> None:
    """Every stall, side by side; one that fails is measured once more, alone."""
    with ThreadPoolExecutor(len(STALLED)) as pool:
        found = list(pool.map(lambda fault: broken_by_a_stall(fault, driver, transport), STALLED))
    again = [line for fault, lines in zip(STALLED, found, strict=True) if lines
             for line in broken_by_a_stall(fault, driver, transport)]  # fmt: skip
    assert not again, "\n".join(["", *again])


def broken_by_a_stall(fault: Fault, driver: Driver, transport: Transport) -> list[str]:
    with FaultServer([fault.play, answer_ok]) as server:
        _, error, took = download(driver, server.url, transport, SLOW_DEADLINE)
        assert server.still_open() == 0, fault.name
    found = [] if isinstance(error, DeadlineExceeded) else [f"{fault.name}: raised {error!r}"]
    return found if took <= SLOW_DEADLINE + SLACK else [*found, f"{fault.name}: took {took:.3f} s"]


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("driver", Driver)
def test_a_download_that_is_left_early_closes_its_connection(driver: Driver, transport: Transport) -> None:
    async def asynchronous(url: str) -> None:
        async with AsyncClient(API, KEY, base_url=url, transport=transport) as client:
            async with client._stream(DOWNLOAD, {"id": "cred_1"}) as stream:
                async for _ in stream.iter_bytes():
                    break
            assert await asyncio.to_thread(server.still_open) == 0
            assert (await client._call(READ, {"id": "cred_after"})).id == "cred_after"

    endless = BY_NAME["a chunked body without an end"].play
    with FaultServer([endless, answer_ok]) as server:
        if driver is Driver.ASYNC:
            asyncio.run(asynchronous(server.url))
            return
        with Client(API, KEY, base_url=server.url, transport=transport) as client:
            with client._stream(DOWNLOAD, {"id": "cred_1"}) as stream:
                next(iter(stream.iter_bytes()))
            assert server.still_open() == 0
            assert client._call(READ, {"id": "cred_after"}).id == "cred_after"
