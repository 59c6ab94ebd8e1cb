"""After a fork the child gets fresh locks and connections: what it inherited belongs to the parent."""

from __future__ import annotations

import os
import threading
import weakref
from typing import Protocol


class Forkable(Protocol):
    def after_fork(self) -> None:
        """Called in a forked child, before anything else runs there. Must not block and must not do I/O on the network."""


_lock = threading.Lock()
_objects: weakref.WeakSet[Forkable] = weakref.WeakSet()


def reset_in_child(obj: Forkable) -> None:
    """Have `obj.after_fork()` called in every child that is forked while `obj` lives."""
    with _lock:
        _objects.add(obj)


def _after_fork_in_child() -> None:
    global _lock
    _lock = threading.Lock()
    for obj in list(_objects):
        obj.after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork_in_child)
