"""What generated resources stand on: methods that end in one call of the client, and their raw twins.

`all_pages` runs a typed method on a resource whose one call gives a pager: the arguments of a list are printed once.

`with_raw_response` holds an instance of the same resource whose calls come back as `RawResponse`. So a raw method *is* the
typed method, run on that instance; `raw` only tells type checkers so, and keeps signature and docstring.
"""

# pyright: reportPrivateUsage=false
# (`_call` and its kin are private to applications; clients and resources are made for each other)

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Mapping
from functools import wraps
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Concatenate, Generic, ParamSpec, Self, TypeVar, cast

from .unset import UNSET

if TYPE_CHECKING:
    from .client import AsyncClient, Client
    from .operation import Operation, PagedOperation
    from .options import CallOptions
    from .paging import AsyncPager, Pager
    from .response import RawResponse
    from .streaming import AsyncStream, Stream

P = ParamSpec("P")
T = TypeVar("T")
Item = TypeVar("Item")
R = TypeVar("R", bound="Resource")
A = TypeVar("A", bound="AsyncResource")

_NO_ARGUMENTS: Mapping[str, object] = MappingProxyType({})


class Resource:
    """A group of operations of a client."""

    def __init__(self, client: Client, *, raw: bool = False) -> None:
        self._client = client
        self._raw = raw

    def _as_raw(self) -> Self:
        return type(self)(self._client, raw=True)

    def _call(
        self,
        operation: Operation[T],
        arguments: Mapping[str, object] = _NO_ARGUMENTS,
        *,
        body: object = UNSET,
        options: CallOptions | None = None,
    ) -> T:
        if self._raw:
            return cast("T", self._client._call_raw(operation, arguments, body=body, options=options))
        return self._client._call(operation, arguments, body=body, options=options)

    def _stream(
        self,
        operation: Operation[Any],
        arguments: Mapping[str, object] = _NO_ARGUMENTS,
        *,
        body: object = UNSET,
        options: CallOptions | None = None,
    ) -> Stream:
        return self._client._stream(operation, arguments, body=body, options=options)


class AsyncResource:
    """A group of operations of an async client."""

    def __init__(self, client: AsyncClient, *, raw: bool = False) -> None:
        self._client = client
        self._raw = raw

    def _as_raw(self) -> Self:
        return type(self)(self._client, raw=True)

    async def _call(
        self,
        operation: Operation[T],
        arguments: Mapping[str, object] = _NO_ARGUMENTS,
        *,
        body: object = UNSET,
        options: CallOptions | None = None,
    ) -> T:
        if self._raw:
            return cast("T", await self._client._call_raw(operation, arguments, body=body, options=options))
        return await self._client._call(operation, arguments, body=body, options=options)

    def _stream(
        self,
        operation: Operation[Any],
        arguments: Mapping[str, object] = _NO_ARGUMENTS,
        *,
        body: object = UNSET,
        options: CallOptions | None = None,
    ) -> AsyncStream:
        return self._client._stream(operation, arguments, body=body, options=options)


class RawResource(Generic[R]):
    """The methods of a resource, each returning a `RawResponse`: status, headers, body and the parsed value."""

    def __init__(self, resource: R) -> None:
        self._resource = resource._as_raw()


class AsyncRawResource(Generic[A]):
    """The methods of an async resource, each returning a `RawResponse`."""

    def __init__(self, resource: A) -> None:
        self._resource = resource._as_raw()


def raw(method: Callable[Concatenate[R, P], T]) -> Callable[Concatenate[RawResource[R], P], RawResponse[T]]:
    """The raw twin of a resource's method, for the body of a `RawResource`."""

    @wraps(method)
    def call(self: RawResource[R], /, *args: P.args, **kwargs: P.kwargs) -> RawResponse[T]:
        return cast("RawResponse[T]", method(self._resource, *args, **kwargs))

    return call


def async_raw(
    method: Callable[Concatenate[A, P], Awaitable[T]],
) -> Callable[Concatenate[AsyncRawResource[A], P], Coroutine[Any, Any, RawResponse[T]]]:
    """The raw twin of an async resource's method, for the body of an `AsyncRawResource`."""

    @wraps(method)
    async def call(self: AsyncRawResource[A], /, *args: P.args, **kwargs: P.kwargs) -> RawResponse[T]:
        return cast("RawResponse[T]", await method(self._resource, *args, **kwargs))

    return call


class _Pages:
    """Stands in for a resource while one of its methods runs: the call that the method ends in gives a pager."""

    def __init__(self, client: Client | AsyncClient) -> None:
        self._client = client

    def _call(
        self,
        operation: Operation[Any],
        arguments: Mapping[str, object] = _NO_ARGUMENTS,
        *,
        body: object = UNSET,
        options: CallOptions | None = None,
    ) -> Pager[Any] | AsyncPager[Any]:
        return self._client._pages(operation, arguments, body=body, options=options)


def all_pages(
    method: Callable[Concatenate[R, P], object], operation: PagedOperation[Any, Item]
) -> Callable[Concatenate[R, P], Pager[Item]]:
    """The twin of a resource's method that iterates over all items of the list, page after page.

    It takes what `method` takes, which gives one page. `operation` is the one that `method` calls.
    """

    @wraps(method)
    def call(self: R, /, *args: P.args, **kwargs: P.kwargs) -> Pager[Item]:
        return cast("Pager[Item]", method(cast("R", _Pages(self._client)), *args, **kwargs))

    call.__doc__ = _ALL_PAGES.format(method.__name__, method.__doc__)
    return call


def async_all_pages(
    method: Callable[Concatenate[R, P], object], operation: PagedOperation[Any, Item]
) -> Callable[Concatenate[AsyncResource, P], AsyncPager[Item]]:
    """The same for the async twin of the resource: `method` is that of the sync one, which takes the same arguments."""

    @wraps(method)
    def call(self: AsyncResource, /, *args: P.args, **kwargs: P.kwargs) -> AsyncPager[Item]:
        return cast("AsyncPager[Item]", method(cast("R", _Pages(self._client)), *args, **kwargs))

    call.__doc__ = _ALL_PAGES.format(method.__name__, method.__doc__)
    return call


_ALL_PAGES = "Iterate over every item of `{}`, page after page; `.pages()` gives whole pages.\n\n{}"
