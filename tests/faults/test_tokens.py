"""Faults of the token endpoint: the vendor hears nothing, the caller hears which credential failed, the secret stays in."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from credkit.runtime.client import AsyncClient, Client
from credkit.runtime.errors import AuthenticationError, NotSent, TokenError

from .answers import error_answer, json_answer
from .api import API, READ
from .calls import OAUTH, attempt, call
from .canary import ACCESS_TOKEN, CLIENT_SECRET, exception_texts, leaks, trapped_logs
from .catalogue import FAULTS
from .catalogue.plays import answer_ok, answering
from .cells import CAP, QUICK_DEADLINE, SLACK, SLOW_DEADLINE, TRANSPORTS, Driver, Transport
from .clocks import SkippingClock, StoppedClock
from .faults import Fault, Kind, Place
from .matrix import SIDE_BY_SIDE
from .server import FaultServer, Play
from .wire import Peer

AT_SERVER = tuple(fault for fault in FAULTS if fault.place is Place.SERVER)
CHUNK = 64


def granting(token: str = ACCESS_TOKEN, expires_in: int = 3600) -> Play:
    return answering(json_answer({"access_token": token, "token_type": "Bearer", "expires_in": expires_in}))


def broken_promises(fault: Fault, driver: Driver, transport: Transport) -> list[str]:
    """One call whose token cannot be had."""
    deadline = SLOW_DEADLINE if fault.slow else QUICK_DEADLINE
    with FaultServer([answer_ok]) as vendor, FaultServer([fault.play], elsewhere=vendor.url) as tokens:
        began = time.monotonic()
        error = attempt(
            driver,
            vendor.url,
            credentials=OAUTH,
            token_url=f"{tokens.url}/token",
            transport=transport,
            timeout=deadline,
            max_response_bytes=CAP,
            clock=SkippingClock(),
            random=lambda: 0.0,
        )
        elapsed = time.monotonic() - began
    found = [] if isinstance(error, NotSent) else [f"raised {error!r}"]
    if not isinstance(error, Exception):
        return found
    if "oauth" not in str(error):
        found.append(f"does not name the credential: {error}")
    if vendor.connections:
        found.append("the vendor was called without a token")
    if not 1 <= tokens.attempts <= 4:
        found.append(f"{tokens.attempts} attempts at the token endpoint")
    if elapsed > deadline + SLACK:
        found.append(f"took {elapsed:.3f} s of {deadline} s")
    found += [f"{leak} in the {where}" for where, text in exception_texts(error) for leak in leaks(text)]
    return [f"{fault.name}: {line}" for line in found]


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("driver", Driver)
@pytest.mark.parametrize("start", range(-(-len(AT_SERVER) // CHUNK)))
def test_no_fault_of_the_token_endpoint_reaches_the_vendor(
    start: int, driver: Driver, transport: Transport, record_property: Callable[[str, object], None]
) -> None:
    """Every fault of the catalogue; even its good answer is no answer of a token endpoint."""
    faults = sorted(AT_SERVER[start :: -(-len(AT_SERVER) // CHUNK)], key=lambda fault: not fault.slow)
    record_property("fault_cells", len(faults))
    with trapped_logs() as logs:
        with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
            found = list(pool.map(lambda fault: broken_promises(fault, driver, transport), faults))
        again = [
            broken_promises(f, driver, transport) if f.slow and lines else lines
            for f, lines in zip(faults, found, strict=True)
        ]
    broken = [line for lines in again for line in lines]
    assert not broken + logs.leaks(), "\n".join(["", *broken])


@pytest.mark.parametrize("driver", Driver)
@pytest.mark.parametrize(
    "grant",
    [
        {"access_token": ""},
        {"access_token": None},
        {"access_token": 7},
        {"access_token": "a\r\nX-Evil: 1"},
        {"access_token": "\u2603"},
        {"access_token": "x", "token_type": "mac"},
        {"error": "invalid_client", "error_description": CLIENT_SECRET},
        [],
        "token",
    ],
)
def test_a_200_without_a_usable_token_is_a_token_error(driver: Driver, grant: object) -> None:
    with FaultServer([answer_ok]) as vendor, FaultServer([answering(json_answer(grant))]) as tokens:
        error = attempt(driver, vendor.url, credentials=OAUTH, token_url=f"{tokens.url}/token")
    assert isinstance(error, TokenError)
    assert error.scheme == "oauth"
    assert vendor.connections == 0
    assert not [leak for _, text in exception_texts(error) for leak in leaks(text)]


@pytest.mark.parametrize("driver", Driver)
@pytest.mark.parametrize("kind", Kind)
def test_a_401_is_answered_by_one_refresh(driver: Driver, kind: Kind) -> None:
    """Also for a write: a 401 says that nothing was done."""
    with (
        FaultServer([answering(error_answer("401 No")), answer_ok]) as vendor,
        FaultServer([granting("first"), granting("second")]) as tokens,
    ):
        assert call(driver, vendor.url, kind, credentials=OAUTH, token_url=f"{tokens.url}/token").id == "cred_1"
    assert [request.header("Authorization") for request in vendor.requests] == ["Bearer first", "Bearer second"]
    assert tokens.attempts == 2
    assert vendor.commits == (0 if kind is Kind.READ else 1)


@pytest.mark.parametrize("driver", Driver)
def test_a_401_that_lasts_ends_after_one_refresh(driver: Driver) -> None:
    with FaultServer([answering(error_answer("401 No"))]) as vendor, FaultServer([granting()]) as tokens:
        error = attempt(driver, vendor.url, credentials=OAUTH, token_url=f"{tokens.url}/token")
    assert isinstance(error, AuthenticationError)
    assert (vendor.attempts, tokens.attempts) == (2, 2)


def late_grant(peer: Peer) -> None:
    time.sleep(0.1)
    granting()(peer)


def late_refusal(peer: Peer) -> None:
    time.sleep(0.1)
    answering(json_answer({"error": "invalid_client"}, status="401 No"))(peer)


def test_32_threads_share_one_fetch() -> None:
    with (
        FaultServer([answer_ok]) as vendor,
        FaultServer([late_grant]) as tokens,
        Client(API, OAUTH, base_url=vendor.url, token_url=f"{tokens.url}/token") as client,
        ThreadPoolExecutor(32) as pool,
    ):
        list(pool.map(lambda i: client._call(READ, {"id": f"cred_{i}"}), range(32)))
    assert (tokens.attempts, vendor.attempts) == (1, 32)


def test_32_tasks_share_one_fetch_and_one_failure() -> None:
    async def all_at_once(vendor: str, tokens: str) -> list[object]:
        async with AsyncClient(API, OAUTH, base_url=vendor, token_url=f"{tokens}/token") as client:
            calls = (client._call(READ, {"id": f"cred_{i}"}) for i in range(32))
            return await asyncio.gather(*calls, return_exceptions=True)

    with FaultServer([answer_ok]) as vendor:
        with FaultServer([late_grant]) as tokens:
            assert [getattr(value, "id", value) for value in asyncio.run(all_at_once(vendor.url, tokens.url))] == [
                f"cred_{i}" for i in range(32)
            ]
        assert tokens.attempts == 1
        with FaultServer([late_refusal]) as tokens:
            assert {type(error) for error in asyncio.run(all_at_once(vendor.url, tokens.url))} == {TokenError}
        assert tokens.attempts == 1


def test_a_token_is_replaced_shortly_before_it_ends() -> None:
    clock = StoppedClock()
    with (
        FaultServer([answer_ok]) as vendor,
        FaultServer([granting("first", 3600), granting("second", 3600)]) as tokens,
        Client(API, OAUTH, base_url=vendor.url, token_url=f"{tokens.url}/token", clock=clock) as client,
    ):
        for wait in (0, 3000, 590, 20):
            clock.sleep(wait)
            client._call(READ, {"id": "cred_1"})
    used = [request.header("Authorization") for request in vendor.requests]
    assert used == ["Bearer first", "Bearer first", "Bearer second", "Bearer second"]
