"""A clock that only moves when somebody sleeps, a transport that follows a script, and both kinds of client behind one face."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import copy_context
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from credkit.runtime import Api, ApiKey, AsyncClient, Basic, Bearer, Client, OAuth2, Server, TransportFailure
from credkit.runtime.outcome import Phase
from credkit.runtime.transport import WireRequest
from credkit.runtime.unset import UNSET

Mode: TypeAlias = Literal["sync", "async"]
MODES: tuple[Mode, ...] = ("sync", "async")

API = Api(
    name="demo",
    servers=(Server("https://api.example.com/v1"),),
    schemes={
        "bearer": Bearer(),
        "key": ApiKey("X-Api-Key", "header"),
        "query": ApiKey("api key", "query"),
        "cookie": ApiKey("session", "cookie"),
        "basic": Basic(),
        "oauth": OAuth2("https://login.example.com/token"),
    },
    error_code=("/code", "/error/code"),
    error_message=("/message", "/error/message"),
)


class FakeClock:
    """Time moves only when somebody sleeps."""

    def __init__(self) -> None:
        self.time = 0.0
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return 1000.0 + self.time

    def now(self) -> float:
        return 1_800_000_000.0 + self.time

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds

    async def async_sleep(self, seconds: float) -> None:
        self.sleep(seconds)
        await asyncio.sleep(0)


@dataclass(frozen=True)
class Reply:
    """One answer of a scripted server. `broken` breaks the body off, `takes` seconds pass on the clock before it."""

    status: int = 200
    content: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    broken: TransportFailure | None = None
    takes: float = 0.0


@dataclass(frozen=True)
class Broken:
    """An attempt that breaks off before there is an answer."""

    phase: Phase = Phase.WAIT
    timed_out: bool = False


Step: TypeAlias = "Reply | Broken | BaseException | Callable[[WireRequest], Reply | Broken]"


def json_reply(value: object, status: int = 200, **headers: str) -> Reply:
    names = tuple((name.replace("_", "-"), text) for name, text in headers.items())
    return Reply(status, json.dumps(value).encode(), (("content-type", "application/json"), *names))


class _Response:
    def __init__(self, reply: Reply, script: Script) -> None:
        self.status = reply.status
        self.headers = reply.headers
        self._pieces = [reply.content[at : at + 7] for at in range(0, len(reply.content), 7)]
        self._broken = reply.broken
        self._script = script

    def read(self) -> bytes:
        if self._pieces:
            return self._pieces.pop(0)
        if self._broken is not None:
            raise self._broken
        return b""

    def close(self) -> None:
        self._script.closed += 1

    async def aread(self) -> bytes:
        return self.read()

    async def aclose(self) -> None:
        self.close()


class Script:
    """A transport of both kinds: plays its steps, the last one again and again, and keeps the requests with their bodies."""

    def __init__(self, *steps: Step, clock: FakeClock | None = None) -> None:
        self._steps = list(steps)
        self._clock = clock
        self._lock = threading.Lock()
        self.requests: list[WireRequest] = []
        self.bodies: list[bytes] = []
        self.opened = 0
        self.closed = 0

    def send(self, request: WireRequest) -> _Response:
        try:
            body = request.content if request.stream is None else b"".join(request.stream())
        except Exception as error:
            raise TransportFailure(Phase.SEND, type(error).__name__) from error
        with self._lock:
            self.requests.append(request)
            self.bodies.append(body)
            step = self._steps[0] if len(self._steps) == 1 else self._steps.pop(0)
        if isinstance(step, BaseException):
            raise step
        answer = step if isinstance(step, (Reply, Broken)) else step(request)
        if isinstance(answer, Broken):
            raise TransportFailure(answer.phase, "scripted", timed_out=answer.timed_out)
        if self._clock is not None:
            self._clock.time += answer.takes
        self.opened += 1
        return _Response(answer, self)

    async def asend(self, request: WireRequest) -> _Response:
        await asyncio.sleep(0)
        return self.send(request)

    def close(self) -> None:
        return None

    async def aclose(self) -> None:
        return None

    def header(self, name: str, number: int = -1) -> str | None:
        return dict(self.requests[number].headers).get(name)


@dataclass
class Session:
    """A client of either kind, called in the same way."""

    mode: Mode
    client: Client | AsyncClient
    runner: asyncio.Runner | None = None
    clock: FakeClock = field(default_factory=FakeClock)

    def call(self, operation: Any, arguments: Mapping[str, object] | None = None, **options: Any) -> Any:
        return self._run("_call", operation, arguments, options)

    def raw(self, operation: Any, arguments: Mapping[str, object] | None = None, **options: Any) -> Any:
        return self._run("_call_raw", operation, arguments, options)

    def _run(self, method: str, operation: Any, arguments: Mapping[str, object] | None, options: dict[str, Any]) -> Any:
        body = options.pop("body", UNSET)
        result = getattr(self.client, method)(operation, arguments or {}, body=body, options=options or None)
        return result if self.runner is None else self.runner.run(result, context=copy_context())

    def pages(self, operation: Any, arguments: Mapping[str, object] | None = None, **options: Any) -> list[Any]:
        pages: list[Any] = []
        self.each_page(operation, arguments, pages.append, **options)
        return pages

    def items(self, operation: Any, arguments: Mapping[str, object] | None = None, **options: Any) -> list[Any]:
        items: list[Any] = []
        self._each(self._pager(operation, arguments, options), items.append)
        return items

    def each_page(
        self, operation: Any, arguments: Mapping[str, object] | None, take: Callable[[Any], None], **options: Any
    ) -> None:
        self._each(self._pager(operation, arguments, options).pages(), take)

    def _pager(self, operation: Any, arguments: Mapping[str, object] | None, options: Any) -> Any:
        return self.client._pages(operation, arguments or {}, options=options or None)

    def _each(self, iterable: Any, take: Callable[[Any], None]) -> None:
        if self.runner is None:
            for one in iterable:
                take(one)
            return

        async def read() -> None:
            async for one in iterable:
                take(one)

        self.runner.run(read())


@contextmanager
def session(
    mode: Mode, *steps: Step, api: Api = API, credentials: Mapping[str, object] | None = None, **options: Any
) -> Iterator[tuple[Session, Script]]:
    """A client over a script, on a fake clock and without jitter (`random` is 1.0: every wait is its upper bound)."""
    clock = options.pop("clock", None) or FakeClock()
    script = Script(*steps, clock=clock)
    options = {"transport": script, "clock": clock, "random": lambda: 1.0} | options
    if mode == "sync":
        with Client(api, credentials or {}, **options) as client:
            yield Session(mode, client, clock=clock), script
    else:
        with asyncio.Runner() as runner:
            async_client = AsyncClient(api, credentials or {}, **options)
            yield Session(mode, async_client, runner, clock), script
            runner.run(async_client.aclose())
    assert script.opened == script.closed, "a response was left open"
