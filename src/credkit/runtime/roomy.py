"""Room for deep recursion, where the interpreter's own limit is too small.

pydantic builds a model together with everything that it refers to, recursively: some forty models that refer to each other in
a row are more than Python's usual limit allows, and documents of real APIs have longer rows.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import TypeVar

from .forks import reset_in_child

T = TypeVar("T")

_STACK_BYTES = 256 * 1024 * 1024  # address space: only what is used becomes memory
_LIMIT = 30_000


class _Room:
    """The limits are the process's own, so only one at a time may change them."""

    def __init__(self) -> None:
        self.lock = threading.Lock()

    def after_fork(self) -> None:
        self.lock = threading.Lock()


_room = _Room()
reset_in_child(_room)


def with_room(function: Callable[[], T]) -> T:
    """Call `function` in a thread with a large stack, and return or raise what it does."""
    results: list[T] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(function())
        except BaseException as error:
            errors.append(error)

    with _room.lock:
        limit, stack = sys.getrecursionlimit(), threading.stack_size(_STACK_BYTES)
        sys.setrecursionlimit(max(limit, _LIMIT))
        try:
            thread = threading.Thread(target=run, name="credkit-room")
            thread.start()
            thread.join()
        finally:
            threading.stack_size(stack)
            sys.setrecursionlimit(limit)
    if errors:
        raise errors[0]
    return results[0]
