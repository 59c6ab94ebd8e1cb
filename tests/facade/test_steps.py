"""Flows: one text, two drivers, the same behaviour."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from credkit.driving import arun, astream, run, stream
from credkit.runtime.errors import PagingError
from credkit.steps import Flow, blocking, call, emit, open_pages, together

Drive = Callable[[Flow[Any]], Any]


class Client:
    def double(self, number: int) -> int:
        if number < 0:
            raise ValueError("below zero")
        return 2 * number


class AsyncClient:
    async def double(self, number: int) -> int:
        await asyncio.sleep(0)
        return Client().double(number)


@pytest.fixture(params=["sync", "async"])
def drive(request: pytest.FixtureRequest) -> Drive:
    if request.param == "sync":
        return lambda flow: run(flow, Client())
    return lambda flow: asyncio.run(arun(flow, AsyncClient()))


def doubled(number: int) -> Flow[int]:
    result: int = yield from call(lambda client: client.double(number))
    return result


def test_values_come_back(drive: Drive) -> None:
    def flow() -> Flow[int]:
        first = yield from doubled(2)
        return (yield from doubled(first))

    assert drive(flow()) == 8


def test_errors_are_raised_where_the_flow_stands(drive: Drive) -> None:
    def flow() -> Flow[str]:
        try:
            yield from doubled(-1)
        except ValueError as error:
            return str(error)
        return "no error"

    assert drive(flow()) == "below zero"
    with pytest.raises(ValueError, match="below zero"):
        drive(doubled(-1))


def test_a_flow_that_asks_for_nothing(drive: Drive) -> None:
    def flow() -> Flow[int]:
        yield from ()
        return 3

    assert drive(flow()) == 3


def test_together_keeps_order_and_errors(drive: Drive) -> None:
    results = drive(together((doubled(number) for number in (3, -1, 5)), 2))
    assert results[0] == 6
    assert isinstance(results[1], ValueError)
    assert results[2] == 10


@pytest.mark.parametrize("count", [0, 1, 7])
def test_together_of_any_number(drive: Drive, count: int) -> None:
    assert drive(together((doubled(number) for number in range(count)), 3)) == [2 * number for number in range(count)]


def test_together_nests_and_begins_flows_late(drive: Drive) -> None:
    begun: list[int] = []

    def pair(number: int) -> Flow[list[int | Exception]]:
        begun.append(number)
        return (yield from together((doubled(number), doubled(number + 1)), 2))

    assert drive(together((pair(number) for number in range(3)), 1)) == [[0, 2], [2, 4], [4, 6]]
    assert begun == [0, 1, 2]


def test_no_more_than_the_limit_at_once() -> None:
    lock, now, most = threading.Lock(), [0], [0]

    class Counting:
        def work(self) -> None:
            with lock:
                now[0] += 1
                most[0] = max(most[0], now[0])
            time.sleep(0.005)
            with lock:
                now[0] -= 1

    def flow() -> Flow[None]:
        yield from call(lambda client: client.work())

    run(together((flow() for _ in range(20)), 4), Counting())
    assert 1 < most[0] <= 4


def test_blocking_work_leaves_the_loop_free() -> None:
    async def main() -> None:
        there = threading.get_ident()
        assert await arun(blocking(threading.get_ident), None) != there

    asyncio.run(main())
    assert run(blocking(threading.get_ident), None) == threading.get_ident()


def test_cancellation_reaches_the_flow() -> None:
    seen: list[str] = []

    class Slow:
        async def wait(self) -> None:
            await asyncio.sleep(30)

    def flow() -> Flow[None]:
        try:
            yield from call(lambda client: client.wait())
        except asyncio.CancelledError:
            seen.append("cancelled")
            raise

    async def main() -> None:
        task = asyncio.ensure_future(arun(together((flow(), flow()), 2), Slow()))
        await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
    assert seen == ["cancelled", "cancelled"]


@pytest.mark.parametrize("by_itself", [False, True])
def test_what_was_under_way_is_told_by_the_cancellation(by_itself: bool) -> None:
    class Client:
        async def wait(self) -> None:
            try:
                if by_itself:
                    raise asyncio.CancelledError
                await asyncio.sleep(60)
            except asyncio.CancelledError as error:
                error.add_note("it may have been issued")
                raise

    async def main() -> None:
        parts = together((call(lambda client: client.wait()) for _ in range(3)), 2)
        task = asyncio.create_task(arun(parts, Client()))
        await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError) as caught:
            await task
        assert caught.value.__notes__ == ["it may have been issued"]

    asyncio.run(main())


def test_a_part_that_is_cancelled_by_itself_cancels_the_whole() -> None:
    """Whoever cancels every task of a loop, or a scope around one, leaves results missing: that is no result, and no error of another kind."""

    class Client:
        async def end(self) -> None:
            raise asyncio.CancelledError

    def flow(number: int) -> Flow[int]:
        if number == 1:
            yield from call(lambda client: client.end())
        return number

    async def main() -> None:
        with pytest.raises(asyncio.CancelledError):
            await arun(together((flow(number) for number in range(4)), 2), Client())

    asyncio.run(main())


def test_an_interrupt_begins_nothing_more() -> None:
    begun: list[int] = []

    def flow(number: int) -> Flow[None]:
        begun.append(number)
        if number == 2:
            raise KeyboardInterrupt
        yield from ()

    with pytest.raises(KeyboardInterrupt):
        run(together((flow(number) for number in range(100)), 2), None)
    assert len(begun) < 100


@pytest.mark.parametrize("threads", [0, 1, 2])
def test_the_threads_that_there_are_do_the_work(monkeypatch: pytest.MonkeyPatch, threads: int) -> None:
    """Where the system gives no more threads, what was sent must not be forgotten."""
    started, start = [0], threading.Thread.start

    def limited(self: threading.Thread) -> None:
        started[0] += 1
        if started[0] > threads:
            raise RuntimeError("can't start new thread")
        start(self)

    monkeypatch.setattr(threading.Thread, "start", limited)
    assert run(together((doubled(number) for number in range(9)), 4), Client()) == [2 * at for at in range(9)]
    assert 1 <= started[0] <= threads + 1


# --- values one by one ----------------------------------------------------------------------------------------------------


class Page:
    def __init__(self, *items: int) -> None:
        self.items = items


class Pager:
    def __init__(self, *, breaks: bool = False) -> None:
        self._breaks = breaks

    def pages(self) -> Iterator[Page]:
        yield Page(1, 2)
        yield Page()
        if self._breaks:
            raise PagingError("the list repeats itself")
        yield Page(3)


class AsyncPager(Pager):
    def pages(self) -> Any:
        return self._pages()

    async def _pages(self) -> Any:
        for page in super().pages():
            yield page


def numbers() -> Flow[None]:
    pages = yield from open_pages(lambda client: client)
    while (page := (yield from pages.next())) is not None:
        yield from emit(list(page.items))


def test_pages_are_gone_through() -> None:
    async def main(pager: Any) -> list[Any]:
        return [one async for one in astream(numbers(), pager)]

    assert list(stream(numbers(), Pager())) == [[1, 2], [], [3]]
    assert asyncio.run(main(AsyncPager())) == [[1, 2], [], [3]]
    with pytest.raises(PagingError):
        list(stream(numbers(), Pager(breaks=True)))
    with pytest.raises(PagingError):
        asyncio.run(main(AsyncPager(breaks=True)))


def test_who_stops_listening_closes_the_flow() -> None:
    closed: list[bool] = []

    def flow() -> Flow[None]:
        try:
            while True:
                yield from emit(1)
        finally:
            closed.append(True)

    for _ in stream(flow(), None):
        break
    assert closed == [True]


def test_emitting_is_for_streams(drive: Drive) -> None:
    with pytest.raises(TypeError, match="stream"):
        drive(emit(1))
