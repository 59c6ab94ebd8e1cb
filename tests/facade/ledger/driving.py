"""Carrying out flows one step at a time: several processes side by side in an order drawn from a seed, with a crash or a
cancellation at any step. What `credkit.steps` does with threads and tasks, made repeatable."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from credkit.steps import END, Blocking, Flow, Next, Step, Together


class Crashed(BaseException):
    """What a process that ended leaves instead of a result."""


@dataclass(eq=False)
class Process:
    """A flow that a process carries out.

    Attributes:
        ends_at: at which of its steps it crashes or is cancelled; None: never.
        after: whether that step is still done (the vendor acts, the row is written) before it ends.
        cancelled: an asyncio task that is cancelled, instead of a process that dies.
        result: what the flow returned, or the error that it raised.
    """

    flow: Flow[Any]
    client: Any
    ends_at: int | None = None
    after: bool = False
    cancelled: bool = False
    result: Any = None
    steps: int = 0
    ended: bool = False
    tasks: list[_Task] = field(default_factory=list)


@dataclass(eq=False)
class _Task:
    process: Process
    flow: Flow[Any]
    parent: _Task | None = None
    slot: int = 0
    value: Any = None
    error: BaseException | None = None
    results: dict[int, Any] = field(default_factory=dict)
    left: Iterator[tuple[int, Flow[Any]]] = field(default_factory=lambda: iter(()))
    running: int = 0

    @property
    def waits(self) -> bool:
        return self.running > 0


GRAVEYARD: list[Any] = []
"""Flows of crashed processes: kept, so that no garbage collection runs their clean-up, which a dead process would not."""


def drive(processes: Sequence[Process], rng: random.Random) -> None:
    """Carry out all of them."""
    for process in processes:
        process.tasks.append(_Task(process, process.flow))
    while ready := [task for process in processes for task in process.tasks if not task.waits]:
        _go_on(rng.choice(ready))


def _go_on(task: _Task) -> None:
    value, error = task.value, task.error
    task.value = task.error = None
    try:
        effect = task.flow.send(value) if error is None else task.flow.throw(error)
    except StopIteration as stop:
        _finish(task, stop.value)
    except BaseException as failure:
        _finish(task, failure)
    else:
        _perform(task, effect)


def _perform(task: _Task, effect: Any) -> None:
    process = task.process
    if isinstance(effect, Together):
        task.left = enumerate(effect.flows)
        task.results = {}
        for _ in range(max(1, effect.limit)):
            _begin_next(task)
        if not task.running:
            task.value = []
        return
    process.steps += 1
    ends = process.steps == process.ends_at
    if ends and not process.after:
        _end(process)
        return
    try:
        match effect:
            case Step(run):
                task.value = run(process.client)
            case Blocking(run):
                task.value = run()
            case Next(iterator):
                task.value = next(iterator, END)
            case _:
                raise TypeError(f"{type(effect).__name__} is not driven here")
    except Exception as failure:
        task.error = failure
    if ends:
        _end(process)


def _begin_next(task: _Task) -> None:
    for slot, flow in task.left:
        task.process.tasks.append(_Task(task.process, flow, task, slot))
        task.running += 1
        return


def _finish(task: _Task, result: Any) -> None:
    process, parent = task.process, task.parent
    process.tasks.remove(task)
    if parent is None:
        process.result = result
        return
    parent.results[task.slot] = result
    parent.running -= 1
    _begin_next(parent)
    if not parent.running:
        ended = next((one for one in parent.results.values() if _is_end(one)), None)
        if ended is not None:
            parent.error = ended
        else:
            parent.value = [parent.results[slot] for slot in sorted(parent.results)]


def _is_end(result: Any) -> bool:
    return isinstance(result, BaseException) and not isinstance(result, Exception)


def _end(process: Process) -> None:
    process.ended = True
    if process.cancelled:
        for task in process.tasks:
            task.left = iter(())
            if not task.waits:
                task.error = asyncio.CancelledError()
        return
    GRAVEYARD.extend(task.flow for task in process.tasks)
    process.tasks.clear()
    process.result = Crashed()
