"""Carrying out flows (`steps`), in threads or with asyncio.

    run(flow("batch_1"), client)            await arun(flow("batch_1"), async_client)

`stream` and `astream` are for flows that give values one by one.
"""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Generic, TypeVar

from .steps import END, Blocking, Effect, Emit, Flow, Next, Step, Together

T = TypeVar("T")

_GRACE = 1.0
"""Seconds for which somebody who is cancelled waits for what runs in a thread."""


# --- without asyncio -------------------------------------------------------------------------------------------------------


def run(flow: Flow[T], client: Any) -> T:
    """Carry out a flow in this thread; flows that run together get threads of their own."""
    steps = _Steps(flow)
    while (effect := steps.next()) is not None:
        try:
            steps.send(_perform(effect, client))
        except BaseException as error:
            steps.throw(error)
    return steps.result()


def stream(flow: Flow[Any], client: Any) -> Iterator[Any]:
    """Carry out a flow and give what it emits, as it comes."""
    steps = _Steps(flow)
    try:
        while (effect := steps.next()) is not None:
            if isinstance(effect, Emit):
                yield effect.value
                steps.send(None)
                continue
            try:
                steps.send(_perform(effect, client))
            except BaseException as error:
                steps.throw(error)
    finally:
        flow.close()


def _perform(effect: Effect, client: Any) -> Any:
    match effect:
        case Step(run):
            return run(client)
        case Blocking(run):
            return run()
        case Next(iterator):
            return next(iterator, END)
        case Together(flows, limit, stop):
            return _in_threads(_Queue(flows, stop), limit, client)
        case Emit():
            raise TypeError("this flow gives values one by one: use stream()")


def _in_threads(queue: _Queue[T], limit: int, client: Any) -> list[T | Exception]:
    from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
    from contextvars import copy_context

    if limit <= 1 or queue.only_one():
        queue.work(lambda flow: run(flow, client))
        return queue.in_order()
    with ThreadPoolExecutor(limit, thread_name_prefix="credkit") as pool:
        try:
            workers: list[Future[None]] = []
            for _ in range(limit):
                try:
                    workers.append(pool.submit(copy_context().run, queue.work, lambda flow: run(flow, client)))
                except RuntimeError:  # the system has no thread more: those that there are do the work
                    break
            if not workers:
                queue.work(lambda flow: run(flow, client))
            for worker in wait(workers, return_when=FIRST_EXCEPTION).done:
                worker.result()
        except BaseException:
            queue.stop()  # what has begun is finished, nothing more is begun
            raise
    return queue.in_order()


class _Queue(Generic[T]):
    """Flows that workers take one after the other, and what came of each."""

    def __init__(self, flows: Iterable[Flow[T]], stop: Callable[[], None]) -> None:
        self._flows = enumerate(flows)
        self._ahead = [*islice(self._flows, 2)]
        self._results: dict[int, T | Exception] = {}
        self._lock = threading.Lock()
        self._stopped = False
        self._stop_flows = stop

    def only_one(self) -> bool:
        return len(self._ahead) < 2

    def stop(self) -> None:
        self._stopped = True
        self._stop_flows()

    def take(self) -> tuple[int, Flow[T]] | None:
        with self._lock:
            if self._stopped:
                return None
            return self._ahead.pop(0) if self._ahead else next(self._flows, None)

    def keep(self, position: int, result: T | Exception) -> None:
        self._results[position] = result

    def work(self, run_one: Callable[[Flow[T]], T]) -> None:
        while (taken := self.take()) is not None:
            position, flow = taken
            try:
                self.keep(position, run_one(flow))
            except Exception as error:
                self.keep(position, error)

    def in_order(self) -> list[T | Exception]:
        return [self._results[position] for position in range(len(self._results))]


# --- with asyncio ------------------------------------------------------------------------------------------------------------


async def arun(flow: Flow[T], client: Any) -> T:
    """Carry out a flow in this task; flows that run together get tasks of their own."""
    steps = _Steps(flow)
    while (effect := steps.next()) is not None:
        try:
            steps.send(await _aperform(effect, client))
        except BaseException as error:
            steps.throw(error)
    return steps.result()


async def astream(flow: Flow[Any], client: Any) -> AsyncIterator[Any]:
    """Carry out a flow and give what it emits, as it comes."""
    steps = _Steps(flow)
    try:
        while (effect := steps.next()) is not None:
            if isinstance(effect, Emit):
                yield effect.value
                steps.send(None)
                continue
            try:
                steps.send(await _aperform(effect, client))
            except BaseException as error:
                steps.throw(error)
    finally:
        flow.close()


async def _aperform(effect: Effect, client: Any) -> Any:
    from inspect import isawaitable

    match effect:
        case Step(run):
            result = run(client)
            return await result if isawaitable(result) else result
        case Blocking(run):
            return await _in_a_thread(run)
        case Next(iterator):
            return await anext(iterator, END)
        case Together(flows, limit, stop):
            return await _in_tasks(_Queue(flows, stop), limit, client)
        case Emit():
            raise TypeError("this flow gives values one by one: use astream()")


async def _in_a_thread(run: Callable[[], T]) -> T:
    """Run something in a thread. Whoever is cancelled waits a moment for it, so that what follows finds it done, and not half-way."""
    import asyncio
    from contextvars import copy_context

    done = asyncio.get_running_loop().run_in_executor(None, copy_context().run, run)
    try:
        return await asyncio.shield(done)
    except asyncio.CancelledError:
        await asyncio.wait([done], timeout=_GRACE)
        raise


async def _in_tasks(queue: _Queue[T], limit: int, client: Any) -> list[T | Exception]:
    import asyncio

    notes: dict[str, None] = {}

    async def work() -> None:
        while (taken := queue.take()) is not None:
            position, flow = taken
            try:
                queue.keep(position, await arun(flow, client))
            except Exception as error:
                queue.keep(position, error)
            except asyncio.CancelledError as error:
                notes.update(dict.fromkeys(getattr(error, "__notes__", ())))
                raise

    try:
        async with asyncio.TaskGroup() as tasks:
            begun = [tasks.create_task(work()) for _ in range(1 if queue.only_one() else max(1, limit))]
        if any(task.cancelled() for task in begun):  # the group passes over that, and there are results missing
            raise asyncio.CancelledError("a part of it was cancelled")
    except asyncio.CancelledError as error:  # not the one that came out of a task, which tells what was under way
        for note in notes:
            error.add_note(note)
        raise
    return queue.in_order()


# --- both --------------------------------------------------------------------------------------------------------------------


@dataclass(slots=True, repr=False)
class _Steps(Generic[T]):
    """A flow between two steps: what it is to be told next, and what it returned in the end."""

    flow: Flow[T]
    _value: Any = None
    _error: BaseException | None = None
    _returned: list[T] = field(default_factory=list)

    def next(self) -> Effect | None:
        """Let the flow go on; None when it has returned. Raises what the flow raises."""
        value, error = self._value, self._error
        self._value = self._error = None
        try:
            return self.flow.send(value) if error is None else self.flow.throw(error)
        except StopIteration as stop:
            self._returned.append(stop.value)
            return None
        finally:
            del value, error  # a traceback refers to this frame

    def send(self, value: Any) -> None:
        self._value = value

    def throw(self, error: BaseException) -> None:
        self._error = error

    def result(self) -> T:
        return self._returned[0]
