"""`Client` and `AsyncClient`: what generated clients derive from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Self, TypeVar, Unpack

from .api import Api
from .call import Call
from .core import Core
from .drivers import AsyncDriver, Driver
from .exchange import Answer, exchange
from .links import AsyncLink, Link
from .operation import Operation
from .options import DEFAULT_MAX_PAGES, CallOptions, ClientOptions, Settings, check_count
from .telemetry import Span, start_span
from .unset import UNSET
from .urls import follow_link

if TYPE_CHECKING:  # what most calls do without loads with the first call that needs it
    from types import TracebackType

    from .paging import AsyncPager, Fetched, Pager, PageRequest, PageWalk
    from .response import RawResponse
    from .streaming import AsyncOpened, AsyncStream, Opened, Stream

T = TypeVar("T")
LinkT = TypeVar("LinkT", Link, AsyncLink)
_NO_VARIABLES: Mapping[str, str | None] = {}
# What a copy cannot change, because it shares what was made of them.
_FIXED = frozenset({"transport", "ssl_context", "proxy", "token_url", "rate_limit_store", "clock", "random"})


def _settings(client: object, options: Mapping[str, Any]) -> Settings:
    if unknown := options.keys() - ClientOptions.__optional_keys__:
        raise TypeError(f"{type(client).__name__}() got an unexpected keyword argument {min(unknown)!r}")
    return Settings(**options)


def _changed(core: Core, options: Mapping[str, Any]) -> Core:
    """The core of a copy: other settings, the same credentials, tokens, budget and limits."""
    if wrong := options.keys() & _FIXED:
        raise TypeError(f"with_options() cannot change {min(wrong)!r}: make another client")
    if unknown := options.keys() - ClientOptions.__optional_keys__:
        raise TypeError(f"with_options() got an unexpected keyword argument {min(unknown)!r}")
    return core.with_settings(replace(core.settings, **options))


def _span(call: Call, core: Core) -> Span:
    operation, origin = call.operation, call.base.origin
    return start_span(core.api.name, operation.id, operation.method, operation.path, origin.host, origin.port)


def _end(span: Span, answer: Answer) -> None:
    span.set("http.response.status_code", answer.status)
    span.set("http.request.resend_count", answer.progress.attempts - 1)
    span.end(None)


def _raw(answer: Answer) -> RawResponse[Any]:
    from .response import RawResponse

    progress = answer.progress
    return RawResponse(
        status=answer.status,
        headers=answer.headers,
        content=answer.content,
        parsed=answer.value,
        drift=answer.drift,
        request_id=progress.request_id,
        attempts=progress.attempts,
        elapsed=progress.elapsed(),
    )


def _fetched(answer: Answer) -> Fetched:
    from .paging import Fetched

    call = answer.progress.call
    return Fetched(_raw(answer), lambda link: follow_link(call.base, call.target, link), answer.progress.info())


def _walk(operation: Operation[Any], arguments: Mapping[str, object], options: CallOptions | None) -> PageWalk:
    from .paging import PageWalk

    limit = check_count("max_pages", (options or {}).get("max_pages", DEFAULT_MAX_PAGES))
    return PageWalk(operation, arguments, limit)


class _Client(Generic[LinkT]):
    """What clients of both kinds are made of."""

    _link_type: ClassVar[type[Any]]

    def __init__(
        self,
        api: Api,
        credentials: Mapping[str, object],
        *,
        server_variables: Mapping[str, str | None] = _NO_VARIABLES,
        base_url: str | None = None,
        **options: Unpack[ClientOptions],
    ) -> None:
        settings = _settings(self, options)
        self._core = Core(api, credentials, server_variables, base_url, settings)
        self._link: LinkT = self._link_type(settings)

    def with_options(self, **options: Unpack[ClientOptions]) -> Self:
        """A copy with other options. It shares connections, tokens and limits; closing one closes both."""
        copy = object.__new__(type(self))
        copy._core = _changed(self._core, options)
        copy._link = self._link
        return copy

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._core.base}>"


class Client(_Client[Link]):
    """A client of one API; safe to share between threads, usable in forked children.

    Args:
        api: the API.
        credentials: by scheme name; None is "not given".
        server_variables: values for the variables in the server's URL, by their names on the wire.
        base_url: instead of the API's own server.
        options: see `ClientOptions`.

    Raises:
        ConfigurationError: see `credkit.runtime.errors`.
    """

    _link_type = Link

    def close(self) -> None:
        """Close the connections. Calls after it raise ClientClosed."""
        self._link.close()
        self._core.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # --- what resources call -----------------------------------------------------------------------------------------

    def _call(
        self,
        operation: Operation[T],
        arguments: Mapping[str, object],
        *,
        body: object = UNSET,
        options: CallOptions | None = None,
    ) -> T:
        answer = self._run(operation, arguments, body, options)
        value: T = answer.value
        return value

    def _call_raw(
        self,
        operation: Operation[T],
        arguments: Mapping[str, object],
        *,
        body: object = UNSET,
        options: CallOptions | None = None,
    ) -> RawResponse[T]:
        return _raw(self._run(operation, arguments, body, options))

    def _pages(
        self,
        operation: Operation[Any],
        arguments: Mapping[str, object],
        *,
        body: object = UNSET,
        options: CallOptions | None = None,
    ) -> Pager[Any]:
        from .paging import Pager

        def fetch(request: PageRequest) -> Fetched:
            return _fetched(self._run(operation, request.arguments, body, options, target=request.target, whole=True))

        return Pager(lambda: _walk(operation, arguments, options), fetch)

    def _stream(
        self,
        operation: Operation[Any],
        arguments: Mapping[str, object],
        *,
        body: object = UNSET,
        options: CallOptions | None = None,
    ) -> Stream:
        from .opening import opened
        from .streaming import Stream

        def start() -> Opened:
            driver = Driver(self._link.get(), self._core.settings.clock)
            call = self._core.prepare(operation, arguments, body, options, streaming=True)
            return opened(self._drive(call, driver, keep_open=True), driver, self._core)

        return Stream(start)

    def _run(
        self,
        operation: Operation[Any],
        arguments: Mapping[str, object],
        body: object,
        options: CallOptions | None,
        *,
        target: str | None = None,
        whole: bool = False,
    ) -> Answer:
        driver = Driver(self._link.get(), self._core.settings.clock)
        call = self._core.prepare(operation, arguments, body, options, whole=whole, target=target)
        return self._drive(call, driver)

    def _drive(self, call: Call, driver: Driver, *, keep_open: bool = False) -> Answer:
        span = _span(call, self._core)
        try:
            answer: Answer = driver.run(exchange(call, self._core), keep_open=keep_open)
        except BaseException as error:
            span.end(type(error).__name__)
            raise
        _end(span, answer)
        return answer


class AsyncClient(_Client[AsyncLink]):
    """The async twin of `Client`, for asyncio; safe to share between tasks, usable in one event loop after another."""

    _link_type = AsyncLink

    async def aclose(self) -> None:
        """Close the connections. Calls after it raise ClientClosed."""
        await self._link.aclose()
        self._core.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    # --- what resources call -----------------------------------------------------------------------------------------

    async def _call(
        self,
        operation: Operation[T],
        arguments: Mapping[str, object],
        *,
        body: object = UNSET,
        options: CallOptions | None = None,
    ) -> T:
        answer = await self._run(operation, arguments, body, options)
        value: T = answer.value
        return value

    async def _call_raw(
        self,
        operation: Operation[T],
        arguments: Mapping[str, object],
        *,
        body: object = UNSET,
        options: CallOptions | None = None,
    ) -> RawResponse[T]:
        return _raw(await self._run(operation, arguments, body, options))

    def _pages(
        self,
        operation: Operation[Any],
        arguments: Mapping[str, object],
        *,
        body: object = UNSET,
        options: CallOptions | None = None,
    ) -> AsyncPager[Any]:
        from .paging import AsyncPager

        async def fetch(request: PageRequest) -> Fetched:
            return _fetched(
                await self._run(operation, request.arguments, body, options, target=request.target, whole=True)
            )

        return AsyncPager(lambda: _walk(operation, arguments, options), fetch)

    def _stream(
        self,
        operation: Operation[Any],
        arguments: Mapping[str, object],
        *,
        body: object = UNSET,
        options: CallOptions | None = None,
    ) -> AsyncStream:
        from .opening import async_opened
        from .streaming import AsyncStream

        async def start() -> AsyncOpened:
            driver = AsyncDriver(self._link.get(), self._core.settings.clock)
            call = self._core.prepare(operation, arguments, body, options, streaming=True)
            return async_opened(await self._drive(call, driver, keep_open=True), driver, self._core)

        return AsyncStream(start)

    async def _run(
        self,
        operation: Operation[Any],
        arguments: Mapping[str, object],
        body: object,
        options: CallOptions | None,
        *,
        target: str | None = None,
        whole: bool = False,
    ) -> Answer:
        driver = AsyncDriver(self._link.get(), self._core.settings.clock)
        call = self._core.prepare(operation, arguments, body, options, whole=whole, target=target)
        return await self._drive(call, driver)

    async def _drive(self, call: Call, driver: AsyncDriver, *, keep_open: bool = False) -> Answer:
        span = _span(call, self._core)
        try:
            answer: Answer = await driver.run(exchange(call, self._core), keep_open=keep_open)
        except BaseException as error:
            span.end(type(error).__name__)
            raise
        _end(span, answer)
        return answer
