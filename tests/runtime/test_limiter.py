"""Rate limits: exact windows, in order, within the deadline, over threads and processes."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credkit.runtime import AsyncClient, Client, Content, Operation, RateLimit
from credkit.runtime.errors import NotSent, RateLimitWait
from credkit.runtime.limiter import SHARED, MemoryStore, RateLimitStore, Reservation, window
from credkit.runtime.limiter_sqlite import SqliteStore

from .kit import API, MODES, FakeClock, Mode, Script, json_reply, session

LIMIT = RateLimit(2, 60.0, "user")
JSON = (Content("application/json", lambda: dict[str, int]),)
MAIL: Operation[dict[str, int]] = Operation(
    id="mail", method="POST", path="/mail", responses={"200": JSON}, security=(("key",), ()), rate_limit=LIMIT
)
OK = json_reply({"id": 1})
both = pytest.mark.parametrize("mode", MODES)


@pytest.fixture(params=["memory", "sqlite"])
def make_store(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], RateLimitStore]:
    return MemoryStore if request.param == "memory" else lambda: SqliteStore(tmp_path / "limits.db")


def test_a_window_is_a_little_longer_than_the_vendors() -> None:
    assert [window(RateLimit(1, per)) for per in (0.1, 1.0, 10.0, 60.0, 86_400.0)] == pytest.approx(
        [0.15, 1.05, 10.2, 61.0, 86_401.0]
    )


def test_callers_are_served_in_order(make_store: Callable[[], RateLimitStore]) -> None:
    store, clock = make_store(), FakeClock()
    waits = [store.reserve("k", LIMIT, clock, 1000.0).wait for _ in range(6)]
    assert waits == pytest.approx([0, 0, 61, 61, 122, 122])
    assert store.reserve("other", LIMIT, clock, 0.0).granted


def test_what_cannot_be_waited_for_is_not_reserved(make_store: Callable[[], RateLimitStore]) -> None:
    store, clock = make_store(), FakeClock()
    for _ in range(2):
        store.reserve("k", LIMIT, clock, 10.0)
    for _ in range(3):
        refused = store.reserve("k", LIMIT, clock, 10.0)
        assert not refused.granted
        assert refused.wait == pytest.approx(61.0)
    clock.time = 61.5
    assert store.reserve("k", LIMIT, clock, 0.0).granted


def test_a_reservation_can_be_given_back(make_store: Callable[[], RateLimitStore]) -> None:
    store, clock = make_store(), FakeClock()
    first = store.reserve("k", LIMIT, clock, 0.0)
    store.reserve("k", LIMIT, clock, 0.0)
    store.release("k", first)
    assert store.reserve("k", LIMIT, clock, 0.0).granted
    assert not store.reserve("k", LIMIT, clock, 0.0).granted
    store.release("k", first)
    store.release("nobody", first)


Action = tuple[str, float]
ACTIONS = st.lists(st.tuples(st.sampled_from(["call", "impatient", "wait", "cancel"]), st.floats(0, 100)), max_size=40)


@settings(max_examples=200, deadline=None)
@given(st.integers(1, 4), ACTIONS)
def test_no_window_ever_holds_more_calls_than_allowed(calls: int, actions: list[Action]) -> None:
    """Whatever is reserved, refused and given back: among the moments that stand, no window holds too many."""
    limit, store, clock = RateLimit(calls, 60.0), MemoryStore(), FakeClock()
    standing: list[Any] = []
    for kind, amount in actions:
        if kind == "wait":
            clock.time += amount
        elif kind == "cancel":
            pending = [one for one in standing if one.at > clock.monotonic()]
            if pending:
                cancelled = pending[int(amount) % len(pending)]
                store.release("k", cancelled)
                standing.remove(cancelled)
        else:
            reservation = store.reserve("k", limit, clock, 0.0 if kind == "impatient" else 1e6)
            if reservation.granted:
                standing.append(reservation)
    moments = sorted(one.at for one in standing)
    for first, last in zip(moments, moments[calls:], strict=False):
        assert last - first >= window(limit) - 1e-6


# --- inside a call -------------------------------------------------------------------------------------------------------


@both
def test_a_call_waits_for_its_turn(mode: Mode) -> None:
    with session(mode, OK, timeout=200.0) as (client, script):
        for _ in range(4):
            client.call(MAIL)
        assert client.clock.slept == pytest.approx([61.0])
        assert len(script.requests) == 4


@both
def test_a_call_that_would_wait_too_long_says_when_to_come_back(mode: Mode) -> None:
    with session(mode, OK, timeout=30.0) as (client, script):
        client.call(MAIL)
        client.call(MAIL)
        with pytest.raises(RateLimitWait) as caught:
            client.call(MAIL)
        assert isinstance(caught.value, NotSent)
        assert caught.value.retry_at.timestamp() == pytest.approx(1_800_000_061.0)
        assert len(script.requests) == 2
        client.clock.time = 61.5
        client.call(MAIL)


@both
def test_every_attempt_counts(mode: Mode) -> None:
    with session(mode, json_reply({}, 429, retry_after="1"), OK, timeout=200.0) as (client, _):
        client.call(MAIL)
        client.call(MAIL)
        assert client.clock.slept == pytest.approx([1.0, 60.0])


@both
def test_users_do_not_wait_for_each_other(mode: Mode) -> None:
    store, clock = MemoryStore(), FakeClock()
    for key in ("key-1", "key-2"):
        with session(mode, OK, credentials={"key": key}, rate_limit_store=store, clock=clock) as (client, _):
            client.call(MAIL)
            client.call(MAIL)
    again = session(mode, OK, credentials={"key": "key-1"}, rate_limit_store=store, clock=clock)
    with again as (client, _), pytest.raises(RateLimitWait):
        client.call(MAIL)
    assert clock.slept == []


def test_a_cancelled_wait_is_given_back() -> None:
    limited: Operation[Any] = Operation(id="m", method="POST", path="/m", rate_limit=RateLimit(1, 0.5))

    async def main() -> None:
        client = AsyncClient(API, {}, transport=Script(json_reply({})))
        began = time.monotonic()
        await client._call(limited, {})
        waiting = [asyncio.create_task(client._call(limited, {})) for _ in range(2)]
        await asyncio.sleep(0.05)
        waiting[1].cancel()
        await asyncio.sleep(0)
        await waiting[0]
        await client._call(limited, {})
        assert 1.0 <= time.monotonic() - began < 1.5

    asyncio.run(main())


class Stuck:
    """A store of an application whose disk hangs when a reservation is given back."""

    blocking = True

    def __init__(self) -> None:
        self.release_by: list[str] = []
        self.released = threading.Event()
        self.go_on = threading.Event()

    def reserve(self, key: str, limit: RateLimit, clock: Any, within: float) -> Reservation:
        return Reservation(5.0, True, 0.0)

    def release(self, key: str, reservation: Reservation) -> None:
        self.release_by.append(threading.current_thread().name)
        self.go_on.wait(5)
        self.released.set()
        raise OSError("the disk is full")


def test_giving_back_to_a_slow_store_does_not_stop_the_event_loop() -> None:
    store = Stuck()

    async def main() -> None:
        script = Script(OK)
        client = AsyncClient(API, {"key": "u"}, transport=script, rate_limit_store=store)
        task = asyncio.create_task(client._call(MAIL, {}))
        await asyncio.sleep(0.1)
        began = time.monotonic()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert time.monotonic() - began < 1.0

    asyncio.run(main())
    store.go_on.set()
    assert store.released.wait(5)
    assert store.release_by == ["credkit-rate-limit-release"]


class Failing(MemoryStore):
    def __init__(self, answer: object) -> None:
        super().__init__()
        self.answer = answer

    def reserve(self, key: str, limit: RateLimit, clock: Any, within: float) -> Reservation:
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer  # type: ignore[return-value]  # the test is about this


@both
@pytest.mark.parametrize("blocking", [True, False])
@pytest.mark.parametrize("answer", [KeyError("canary-key"), OSError("canary-path"), None, (0.0, True)])
def test_what_a_store_of_the_application_does_wrong_is_typed(mode: Mode, blocking: bool, answer: object) -> None:
    store: Any = Failing(answer)
    store.blocking = blocking
    with session(mode, OK, credentials={"key": "u"}, rate_limit_store=store) as (client, script):
        with pytest.raises(NotSent) as caught:
            client.call(MAIL)
        assert not script.requests
    assert caught.value.operation == "mail"
    assert "canary" not in str(caught.value)
    assert type(answer).__name__ in str(caught.value)


def test_keys_that_nobody_uses_any_more_are_forgotten() -> None:
    """A service that acts for many users has a key for each."""
    store, clock = MemoryStore(), FakeClock()
    for i in range(10_000):
        assert store.reserve(f"user{i}", LIMIT, clock, 0.0).granted
        clock.time += 1.0
        assert len(store._windows) <= 2 * 64 + 1
    assert not store.reserve("user9999", RateLimit(1, 60.0), clock, 0.0).granted


def test_a_key_without_reservations_is_not_kept() -> None:
    store, clock = MemoryStore(), FakeClock()
    store.release("k", store.reserve("k", LIMIT, clock, 0.0))
    assert store._windows == {}


def test_waiting_tasks_are_served_in_the_order_in_which_they_came() -> None:
    limited: Operation[Any] = Operation(id="m", method="POST", path="/m", rate_limit=RateLimit(1, 0.02))
    served: list[int] = []

    async def main() -> None:
        client = AsyncClient(API, {}, transport=Script(json_reply({})))

        async def one(number: int) -> None:
            await client._call(limited, {})
            served.append(number)

        await asyncio.gather(*(one(number) for number in range(8)))

    asyncio.run(main())
    assert served == list(range(8))


def test_clients_of_real_servers_share_their_limits() -> None:
    assert Client(API, {})._core.store is SHARED
    assert Client(API, {}, transport="httpx")._core.store is SHARED
    assert Client(API, {}, transport=Script(OK))._core.store is not SHARED
    assert Client(API, {}, clock=FakeClock())._core.store is not SHARED


# --- over processes --------------------------------------------------------------------------------------------------------


PROCESS = """
import sys
from credkit.runtime import RateLimit, SqliteStore
from credkit.runtime.clock import SYSTEM_CLOCK

store = SqliteStore(sys.argv[1])
for _ in range(3):
    reservation = store.reserve("user", RateLimit(2, 0.4), SYSTEM_CLOCK, 20.0)
    assert reservation.granted
    print(reservation.at)
store.close()
"""


def test_processes_share_a_limit_through_a_file(tmp_path: Path) -> None:
    path = tmp_path / "limits.db"
    command = [sys.executable, "-c", PROCESS, str(path)]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    outputs = [process.communicate(timeout=60)[0] for process in processes]
    assert [process.returncode for process in processes] == [0] * 4
    moments = sorted(float(line) for output in outputs for line in output.split())
    assert len(moments) == 12
    assert all(later - earlier >= 0.45 - 1e-6 for earlier, later in zip(moments, moments[2:], strict=False))
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600


def test_the_file_holds_no_credential(tmp_path: Path) -> None:
    path = tmp_path / "limits.db"
    with session("sync", OK, credentials={"key": "canary-key"}, rate_limit_store=path) as (client, _):
        client.call(MAIL)
    content = path.read_bytes()
    assert b"canary" not in content
    assert b"example" not in content


@both
def test_a_file_that_cannot_be_used_stops_the_call_before_it_is_sent(mode: Mode, tmp_path: Path) -> None:
    path = tmp_path / "limits.db"
    path.write_bytes(b"this is no database, and it is long enough to be sure" * 20)
    with session(mode, OK, rate_limit_store=path) as (client, script):
        with pytest.raises(NotSent) as caught:
            client.call(MAIL)
        assert not script.requests
        assert "rate limit file" in str(caught.value)
    with session(mode, OK, rate_limit_store=tmp_path / "missing" / "limits.db") as (client, script):
        with pytest.raises(NotSent):
            client.call(MAIL)
        assert not script.requests


def test_a_clock_that_was_set_back_does_not_block_for_long(tmp_path: Path) -> None:
    store, clock = SqliteStore(tmp_path / "limits.db"), FakeClock()
    for _ in range(2):
        store.reserve("k", LIMIT, clock, 0.0)
    clock.time = -86_400.0
    assert store.reserve("k", LIMIT, clock, 0.0).granted
    store.close()


def test_a_commit_that_fails_leaves_the_file_usable(tmp_path: Path) -> None:
    path, clock = tmp_path / "limits.db", FakeClock()
    store = SqliteStore(path)
    assert store.reserve("k", LIMIT, clock, 0.0).granted
    reader = sqlite3.connect(path, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM reservation").fetchall()  # a shared lock, which keeps others from committing
    with pytest.raises(NotSent, match="SQLITE_BUSY"):
        store.reserve("k", LIMIT, clock, 0.05)
    reader.close()
    assert store.reserve("k", LIMIT, clock, 0.0).granted
    assert SqliteStore(path).reserve("k", LIMIT, clock, 0.0).granted is False, "two calls are in the window"


@pytest.mark.parametrize("opened_before", [True, False])
def test_a_locked_file_is_not_waited_for_past_the_deadline(tmp_path: Path, opened_before: bool) -> None:
    path, clock = tmp_path / "limits.db", FakeClock()
    SqliteStore(path).reserve("k", LIMIT, clock, 0.0)
    store = SqliteStore(path)
    if opened_before:
        store.reserve("k", LIMIT, clock, 0.0)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    took: list[float] = []

    def reserve() -> None:
        began = time.monotonic()
        with pytest.raises(NotSent):
            store.reserve("k", LIMIT, clock, 0.2)
        took.append(time.monotonic() - began)

    threads = [threading.Thread(target=reserve) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    other.close()
    assert len(took) == 6
    assert max(took) < 0.7, "one after the other they would take 1.2 s"
