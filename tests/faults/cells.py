"""One cell of the matrix: a fault met by one kind of operation, one driver and one transport, and what must come of it."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal

from credkit.runtime.client import AsyncClient, Client
from credkit.runtime.errors import (
    ApiError,
    DeadlineExceeded,
    NotSent,
    OutcomeUnknown,
    RedirectRefused,
    StatusError,
)
from credkit.runtime.events import Hooks
from credkit.runtime.http import AsyncHttpTransport, HttpTransport

from .api import API, OPERATIONS, READ, arguments
from .canary import API_KEY, exception_texts, leaks
from .catalogue.plays import answer_ok
from .clocks import SkippingClock
from .faults import WITH_BODY, Fault, Kind, Outcome, Place
from .server import ClosedPort, FaultServer, FullBacklog

MAX_ATTEMPTS = 4
SLACK = 0.1
"""Seconds that a call may last beyond its deadline."""

SLOW_DEADLINE = 0.4
QUICK_DEADLINE = 20.0
"""Far away: faults that end by themselves are judged by what comes of them, however busy the machine is."""

AFTER = "cred_after"
CAP = 256 * 1024
"""`max_response_bytes` of the matrix."""

_numbers = itertools.count()
"""Each cell has a path of its own, so that nobody else's request on its port is taken for its own."""


class Driver(StrEnum):
    SYNC = "sync"
    ASYNC = "async"


Transport = Literal["httpx", "httpx2"]
TRANSPORTS: tuple[Transport, ...] = ("httpx", "httpx2")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """`recovers`: the fault strikes once and every later attempt is answered well."""

    fault: Fault
    kind: Kind
    driver: Driver
    transport: Transport
    recovers: bool = False

    def __str__(self) -> str:
        suffix = ", once" if self.recovers else ""
        return f"{self.fault.name}{suffix} | {self.kind} | {self.driver} | {self.transport}"

    @property
    def deadline(self) -> float:
        return SLOW_DEADLINE if self.fault.slow else QUICK_DEADLINE


@dataclass(slots=True, kw_only=True)
class Seen:
    """What came of one call: to its caller, at the server, on the clock, and in every text on the way.

    `after` is the id that a read on the same client got when the fault was over, or its error; `left_open` the connections that
    were still open when the client had been closed.
    """

    value: object = None
    error: BaseException | None = None
    elapsed: float = 0.0
    attempts: int | None = None
    commits: int = 0
    after: str | None = None
    left_open: int = 0
    texts: list[tuple[str, str]] = field(default_factory=list)

    @property
    def outcome(self) -> Outcome | None:
        """The outcome that the exception's type tells; None when it tells none."""
        match self.error:
            case None:
                return Outcome.VALUE
            case OutcomeUnknown():
                return Outcome.UNKNOWN
            case NotSent():
                return Outcome.NOT_SENT
            case StatusError(status=status) if status < 500:
                return Outcome.REFUSED
            case RedirectRefused(status=307 | 308):
                return Outcome.REFUSED
            case ApiError():
                return Outcome.FAILED
            case _:
                return None


class Recorder:
    """Takes every event of the hooks, as text."""

    def __init__(self) -> None:
        self.texts: list[tuple[str, str]] = []
        self.hooks = Hooks(on_request=self, on_response=self, on_retry=self, on_drift=self)

    def __call__(self, event: object) -> None:
        self.texts += [(type(event).__name__, repr(event)), (f"{type(event).__name__} as text", str(event))]


@contextlib.contextmanager
def place(cell: Cell, elsewhere: str) -> Iterator[tuple[str, FaultServer | None]]:
    """Where the client is sent, and the server that counts there, if there is one."""
    match cell.fault.place:
        case Place.CLOSED_PORT | Place.FULL_BACKLOG:
            address = ClosedPort() if cell.fault.place is Place.CLOSED_PORT else FullBacklog()
            try:
                yield address.url, None
            finally:
                address.close()
        case _:
            plays = [cell.fault.play, answer_ok] if cell.recovers else [cell.fault.play]
            tls = cell.fault.place is Place.TLS  # what the server never gets to read cannot tell for whom it is meant
            with FaultServer(plays, elsewhere=elsewhere, path="" if tls else f"/cell{next(_numbers)}") as server:
                yield server.url.replace("http:", "https:") if tls else server.url, server


def run(cell: Cell, elsewhere: str) -> Seen:
    """Make the one call of a cell."""
    with place(cell, elsewhere) as (url, server):
        seen, recorder = Seen(), Recorder()
        settings = options(cell, recorder)
        if cell.driver is Driver.ASYNC:
            asyncio.run(_run_async(cell, url, server, seen, settings))
        else:
            _run_sync(cell, url, server, seen, settings)
        if server is not None:
            seen.left_open = server.still_open()
    seen.texts += [*recorder.texts, ("value", repr(seen.value)), ("value as text", str(seen.value))]
    if seen.error is not None:
        seen.texts += exception_texts(seen.error)
    return seen


def options(cell: Cell, recorder: Recorder) -> dict[str, Any]:
    """No jitter: waits happen only where the server asks for them, so that every attempt falls within the deadline."""
    return {
        "timeout": cell.deadline,
        "max_attempts": MAX_ATTEMPTS,
        "max_response_bytes": CAP,
        "clock": SkippingClock(),
        "random": lambda: 0.0,
        "hooks": recorder.hooks,
    }


def _run_sync(cell: Cell, url: str, server: FaultServer | None, seen: Seen, settings: dict[str, Any]) -> None:
    transport = HttpTransport(cell.transport, max_connections=1)
    with Client(API, {"apiKey": API_KEY}, base_url=url, transport=transport, **settings) as client:
        began = time.monotonic()
        try:
            seen.value = client._call(OPERATIONS[cell.kind], **arguments(cell.kind))
        except Exception as error:
            seen.error = error
        _note(seen, began, server, client)
        if cell.recovers:
            try:
                seen.after = client._call(READ, {"id": AFTER}, options={"timeout": QUICK_DEADLINE}).id
            except ApiError as error:
                _note_after(seen, error)
    transport.close()


async def _run_async(cell: Cell, url: str, server: FaultServer | None, seen: Seen, settings: dict[str, Any]) -> None:
    transport = AsyncHttpTransport(cell.transport, max_connections=1)
    async with AsyncClient(API, {"apiKey": API_KEY}, base_url=url, transport=transport, **settings) as client:
        began = time.monotonic()
        try:
            seen.value = await client._call(OPERATIONS[cell.kind], **arguments(cell.kind))
        except Exception as error:
            seen.error = error
        _note(seen, began, server, client)
        if cell.recovers:
            try:
                seen.after = (await client._call(READ, {"id": AFTER}, options={"timeout": QUICK_DEADLINE})).id
            except ApiError as error:
                _note_after(seen, error)
    await transport.aclose()


def _note(seen: Seen, began: float, server: FaultServer | None, client: object) -> None:
    seen.elapsed = time.monotonic() - began
    seen.texts.append(("client", repr(client)))
    if server is not None:
        seen.attempts, seen.commits = server.attempts, server.commits


def _note_after(seen: Seen, error: ApiError) -> None:
    """The call after the fault failed: a broken promise as any other, unless the first one had no time to meet the fault."""
    seen.after = repr(error)
    seen.texts += exception_texts(error)


def problems(cell: Cell, seen: Seen) -> list[str]:
    """Every promise that `seen` breaks, except the deadline (see `lateness`)."""
    return [*_wrong_outcome(cell, seen), *_wrong_counts(cell, seen), *_leaks(seen)]


def lateness(cell: Cell, seen: Seen) -> Iterator[str]:
    if seen.elapsed > cell.deadline + SLACK:
        yield f"took {seen.elapsed:.3f} s of {cell.deadline} s"


def _wrong_outcome(cell: Cell, seen: Seen) -> Iterator[str]:
    expected = cell.fault.expected(cell.kind)
    wanted = Outcome.VALUE if cell.recovers and expected.retried else expected.outcome
    typed = {Outcome.VALUE, Outcome.FAILED if cell.kind is Kind.READ else Outcome.UNKNOWN}
    if seen.outcome not in (typed if wanted is Outcome.TYPED else {wanted}):
        yield f"outcome {seen.outcome or 'none'}, not {wanted}: {seen.error!r}"
    if cell.fault.slow and not isinstance(seen.error, DeadlineExceeded):
        yield f"the deadline passed and {type(seen.error).__name__} does not say so"


def _wrong_counts(cell: Cell, seen: Seen) -> Iterator[str]:
    expected = cell.fault.expected(cell.kind)
    wanted = 1 if not expected.retried else 2 if cell.recovers else MAX_ATTEMPTS
    if seen.attempts is not None and seen.attempts != wanted:
        yield f"{seen.attempts} attempts reached the server, not {wanted}"
    if isinstance(seen.error, ApiError) and seen.error.attempts != wanted:
        yield f"the error says {seen.error.attempts} attempts, not {wanted}"
    if cell.kind in WITH_BODY and seen.commits > 1:
        yield f"{seen.commits} commits of one intent"
    if cell.recovers and seen.after != AFTER:
        yield f"the next call on the same client was given {seen.after!r}"
    if seen.left_open:
        yield f"{seen.left_open} connections left open by a closed client"


def _leaks(seen: Seen) -> Iterator[str]:
    for where, text in seen.texts:
        for leak in leaks(text):
            yield f"{leak} in the {where}"
