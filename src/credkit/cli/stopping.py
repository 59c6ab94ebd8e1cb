"""What is said after Ctrl-C: what became of the work that was under way, and what goes on with it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from ..cohort.job import Job
from ..ledger.base import State
from ..ledger.moments import in_words
from ..runtime.errors import ApiError
from .background import Finished
from .text import printable

INTERRUPTED = 130


class Stopped(KeyboardInterrupt):
    """Ctrl-C, with what is to be said of it."""


def saying_stops(command: Callable[..., int]) -> Callable[..., int]:
    """The command, which after Ctrl-C says so and ends with its status."""

    @wraps(command)
    def saying(**options: Any) -> int:
        try:
            return command(**options)
        except KeyboardInterrupt as stop:
            words = f"stopped; {stop}" if isinstance(stop, Stopped) else "stopped"
            print(f"credkit: {printable(words)}", file=sys.stderr)
            return INTERRUPTED

    return saying


@contextmanager
def stoppable(job: Job, again: str) -> Iterator[None]:
    """Has Ctrl-C during a run say what became of it. `again`: the command that goes on.

    Raises:
        Stopped: instead of a KeyboardInterrupt.
    """
    try:
        yield
    except Finished:
        raise Stopped(f"what was under way is finished and kept, {again} does the rest") from None
    except KeyboardInterrupt:
        raise Stopped(_left_open(job, again)) from None


def _left_open(job: Job, again: str) -> str:
    try:
        found = [one for one in job.ledger.unsettled(job.plan.account, job.plan.name) if one.state is State.SENDING]
    except ApiError:
        found = []
    if not found:
        return f"what was under way was not waited for; {again} finds out what became of it, and does the rest"
    rows = "1 row was" if len(found) == 1 else f"{len(found):,} rows were"
    from_ = in_words(max(one.settles_at for one in found))
    return (
        f"{rows} under way and may have been issued: the ledger keeps them open, and sends none of them again before that is"
        f" settled; {again} settles them, from {from_} on for certain, and does the rest at any time"
    )


@contextmanager
def stopping_revocations() -> Iterator[None]:
    """The same for revoking, of which the ledger keeps only what came of it: to revoke once more does no harm."""
    try:
        yield
    except Finished:
        raise Stopped("what was under way is finished and kept, the same command does the rest") from None
    except KeyboardInterrupt:
        raise Stopped(
            "what was under way may have been revoked; the same command asks again, and does the rest"
        ) from None
