"""A run that Ctrl-C does not break in the middle of a request.

The work is done in a thread, which signals do not reach. The first Ctrl-C lets it finish the part of the file that it is at; what came of
that is still handed over. A second one ends the process at once: what was under way is then open in the ledger, and settled later.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterable, Iterator
from queue import SimpleQueue
from typing import Any

_END = object()


class Finished(KeyboardInterrupt):
    """Ctrl-C, after which what was under way has come to its end. Any other KeyboardInterrupt leaves that open."""


def finishing_parts(parts: Iterable[Any]) -> Iterator[Any]:
    """The parts as they come.

    Raises:
        Finished: after Ctrl-C, once the part that was under way has been given.
        KeyboardInterrupt: after a second Ctrl-C, at once.
    """
    queue: SimpleQueue[Any] = SimpleQueue()
    stop = threading.Event()

    def work() -> None:
        try:
            for part in parts:
                queue.put(part)
                if stop.is_set():
                    break
            queue.put(_END)
        except BaseException as error:
            queue.put(error)

    thread = threading.Thread(target=work, name="credkit-run", daemon=True)
    thread.start()
    while True:
        try:
            part = queue.get()
        except KeyboardInterrupt:
            if stop.is_set():
                raise
            stop.set()
            print("credkit: finishing what is under way …", file=sys.stderr, flush=True)
            continue
        if part is _END:
            break
        if isinstance(part, BaseException):
            raise part
        yield part
    thread.join()
    if stop.is_set():
        raise Finished
