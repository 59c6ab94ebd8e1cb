"""The cycle collector while a document is read and written out again.

By itself it walks everything that is alive whenever that has grown by a quarter. Documents, the API and rendered text only grow,
and what is dropped lies in cycles at few places, all of them known: there it is asked for (`collect`), and nowhere else.
On a document of 13 MB that is a quarter of all the time, and less memory, because it is also asked for early enough.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

collect = gc.collect


@contextmanager
def no_collection() -> Iterator[None]:
    """Without the cycle collector, but where `collect` is called."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
