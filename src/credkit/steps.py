"""Logic that is written once and runs with or without asyncio.

A flow is a generator: it yields what it wants done and is sent the result, or has the error raised where it stands. What a
flow calls on a client is written for the sync client; async clients have the same methods with the same arguments, and the
async driver awaits what they return.

    def flow(batch_id: str) -> Flow[Batch]:
        batch = yield from call(lambda client: client.credentials.get(batch_id))
        return batch

`driving` carries flows out.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeAlias, TypeVar

T = TypeVar("T")
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True, repr=False)
class Step:
    """Call something on the client; result: what it returns."""

    run: Callable[[Any], Any]


@dataclass(frozen=True, slots=True, repr=False)
class Blocking:
    """Run something that waits for a disk; with asyncio in a thread."""

    run: Callable[[], Any]


@dataclass(frozen=True, slots=True, repr=False)
class Together:
    """Run flows at the same time, at most `limit` of them; result: a list in their order of what each returned, or the Exception that it
    ended with. One that fails does not stop the others. The flows are taken from the iterable as they are begun.

    When threads run them and are interrupted, no other flow is begun and those that run are finished: `stop` tells flows that do one thing
    after the other to begin nothing more.
    """

    flows: Iterable[Flow[Any]]
    limit: int
    stop: Callable[[], None] = lambda: None


@dataclass(frozen=True, slots=True, repr=False)
class Next:
    """The next of an iterator or async iterator; result: it, or `END`."""

    iterator: Any


@dataclass(frozen=True, slots=True, repr=False)
class Emit:
    """Hand a value to whoever iterates over the flow (`stream`, `astream`); result: None."""

    value: Any


Effect: TypeAlias = Step | Blocking | Together | Next | Emit
Flow: TypeAlias = Generator[Effect, Any, T]

END: Any = object()


def call(run: Callable[[Any], T]) -> Flow[T]:
    """Call something on the client."""
    result: T = yield Step(run)
    return result


def blocking(run: Callable[[], T]) -> Flow[T]:
    """Run something that waits for a disk."""
    result: T = yield Blocking(run)
    return result


def together(
    flows: Iterable[Flow[T]], limit: int, *, stop: Callable[[], None] = lambda: None
) -> Flow[list[T | Exception]]:
    """Run flows at the same time, at most `limit` of them; see `Together`."""
    results: list[T | Exception] = yield Together(flows, limit, stop)
    return results


def emit(value: object) -> Flow[None]:
    yield Emit(value)


class Pages(Generic[Item]):
    """The pages of a `list_all()`: `pages = yield from open_pages(lambda client: client.things.list_all())`, then
    `while page := (yield from pages.next()): …` until it is None."""

    def __init__(self, iterator: Any) -> None:
        self._iterator = iterator

    def next(self) -> Flow[Any]:
        """The next `Page`, or None. Raises PagingError where the vendor's list cannot be trusted to end."""
        page = yield Next(self._iterator)
        return None if page is END else page


def open_pages(pager: Callable[[Any], Any]) -> Flow[Pages[Any]]:
    """Begin to go through a list."""
    iterator = yield from call(lambda client: pager(client).pages())
    return Pages(iterator)
