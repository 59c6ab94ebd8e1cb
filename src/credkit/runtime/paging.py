"""Lists that come in pages: an iterator over items, and one over pages.

    for offer in client.offers.list_all(limit=100):
        ...
    for page in client.offers.list_all().pages():
        ...

A pager ends: it stops at the vendor's own end, and raises `PagingError` when a page repeats the one before, a cursor or link
comes a second time, a link leads to another server, the vendor changes the size of its pages on the way (items would be
skipped), or after `max_pages`. It can be iterated again; it then starts from the beginning.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from .errors import CallInfo, InvalidArgument, PagingError
from .operation import Operation, Pagination
from .pointers import MISSING, find
from .response import RawResponse
from .unset import UNSET

Item = TypeVar("Item", covariant=True)

# a target may hold commas and semicolons, so what separates links is the bracket
_LINK = re.compile(r"<([^<>]*)>([^<]*)")
_REL = re.compile(r';\s*rel\s*=\s*(?:"([^"]*)"|([^\s";,]+))', re.IGNORECASE)

FollowLink = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """One page: its items, its number in this iteration (from 1), and the response that it came in."""

    items: tuple[Item, ...]
    number: int
    response: RawResponse[Any]

    def __repr__(self) -> str:
        return f"<Page {self.number}, {len(self.items)} items>"


@dataclass(frozen=True, slots=True, repr=False)
class PageRequest:
    """What to ask for next: arguments, or the target that a link leads to."""

    arguments: Mapping[str, object]
    target: str | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Fetched:
    """A page as it came. `follow` checks a link against the request that the page answered; `info` says which call it was."""

    response: RawResponse[Any]
    follow: FollowLink
    info: CallInfo


class PageWalk:
    """The way through the pages, without I/O: ask for `first()`, `take()` what came, ask for `next()`, until that is None."""

    def __init__(self, operation: Operation[Any], arguments: Mapping[str, object], max_pages: int) -> None:
        if operation.pagination is None:
            raise TypeError(f"{operation.id} has no pages")
        self.pagination: Pagination = operation.pagination
        self._arguments = {name: value for name, value in arguments.items() if value is not UNSET}
        self._max_pages = max_pages
        self._number = 0
        self._seen: set[object] = set()
        self._items: tuple[object, ...] = ()
        self._fetched: Fetched | None = None
        self._page_size: object = MISSING
        self._check_size()

    def _check_size(self) -> None:
        paging = self.pagination
        size = self._arguments.get(paging.size) if paging.size else None
        if paging.size_max is not None and isinstance(size, int) and size > paging.size_max:
            raise InvalidArgument(f"{paging.size} can be {paging.size_max} at most: the vendor would lower it silently")

    def first(self) -> PageRequest:
        return PageRequest(self._arguments)

    def take(self, fetched: Fetched) -> Page[Any]:
        """The page that came; raises PagingError when it is none, or the one before it once more."""
        found = find(fetched.response.parsed, self.pagination.items, MISSING)
        if not isinstance(found, (list, tuple)):
            raise PagingError("the answer has no list of items where the API promises it", call=fetched.info)
        items = tuple(found)
        from pydantic import BaseModel  # here, because every client loads this module

        if items and items == self._items and isinstance(items[0], (BaseModel, dict)):
            raise PagingError("a page repeats the one before it", call=fetched.info)
        self._number += 1
        self._items, self._fetched = items, fetched
        return Page(items, self._number, fetched.response)

    def next(self) -> PageRequest | None:
        """What to ask for after the page that was taken last; None at the end. Raises PagingError."""
        assert self._fetched is not None
        step = {"page": self._by_page, "offset": self._by_offset, "cursor": self._by_cursor, "link": self._by_link}
        request = step[self.pagination.style](self._fetched.response.parsed, self._items, self._fetched)
        if request is not None and self._number >= self._max_pages:
            raise PagingError(f"the list goes on after {self._max_pages} pages", call=self._fetched.info)
        return request

    def _goes_on(self, body: object, items: tuple[object, ...], fetched: Fetched) -> bool:
        """Whether there is another page, for the styles that count."""
        paging = self.pagination
        more = find(body, paging.has_more, MISSING) if paging.has_more else MISSING
        link = find(body, paging.next, MISSING) if paging.next else MISSING
        if more is False or (more is MISSING and link is not MISSING and not link):
            return False
        if not items:
            if more is True:
                raise PagingError("an empty page, although the vendor says that there is more", call=fetched.info)
            return False
        size = self._size_of_page(body)
        return more is True or link is not MISSING or size is None or len(items) >= size

    def _size_of_page(self, body: object) -> int | None:
        """How many items a full page has, where that is certain. A limit that was asked for may have been lowered silently."""
        paging = self.pagination
        told = find(body, paging.page_size) if paging.page_size else None
        if isinstance(told, int) and told > 0:
            return told
        asked = self._arguments.get(paging.size) if paging.size else None
        return asked if isinstance(asked, int) and paging.size_max is not None else None

    def _by_page(self, body: object, items: tuple[object, ...], fetched: Fetched) -> PageRequest | None:
        if not self._goes_on(body, items, fetched):
            return None
        told = find(body, self.pagination.page_size, MISSING) if self.pagination.page_size else MISSING
        if self._page_size is not MISSING and told != self._page_size:
            raise PagingError("the vendor changed the size of its pages on the way", call=fetched.info)
        self._page_size = told
        name = self._name_of_page()
        start = self._arguments.get(name, self.pagination.start)
        if not isinstance(start, int):
            raise InvalidArgument(f"{name} has to be a whole number")
        return PageRequest({**self._arguments, name: start + self._number})

    def _by_offset(self, body: object, items: tuple[object, ...], fetched: Fetched) -> PageRequest | None:
        if not self._goes_on(body, items, fetched):
            return None
        name = self._name_of_page()
        offset = self._arguments.get(name, 0)
        if not isinstance(offset, int):
            raise InvalidArgument(f"{name} has to be a whole number")
        self._arguments = {**self._arguments, name: offset + len(items)}
        return PageRequest(self._arguments)

    def _by_cursor(self, body: object, items: tuple[object, ...], fetched: Fetched) -> PageRequest | None:
        paging = self.pagination
        if paging.has_more and find(body, paging.has_more) is False:
            return None
        cursor = find(body, paging.next or "/next")
        if cursor is None or cursor == "":
            return None
        if not isinstance(cursor, (str, int)):
            raise PagingError("the next cursor is not a text", call=fetched.info)
        self._once(cursor, "the vendor gave the same cursor a second time", fetched)
        return PageRequest({**self._arguments, self._name_of_page(): cursor})

    def _by_link(self, body: object, items: tuple[object, ...], fetched: Fetched) -> PageRequest | None:
        paging = self.pagination
        if paging.has_more and find(body, paging.has_more) is False:
            return None
        link = find(body, paging.next) if paging.next else _link_header(fetched.response.headers.get("link"))
        if link is None or link == "":
            return None
        if not isinstance(link, str):
            raise PagingError("the link to the next page is not a text", call=fetched.info)
        try:
            target = fetched.follow(link)
        except PagingError as error:
            error.attach(fetched.info)
            raise
        self._once(target, "the vendor gave the same link a second time", fetched)
        return PageRequest(self._arguments, target)

    def _once(self, mark: object, reason: str, fetched: Fetched) -> None:
        if mark in self._seen:
            raise PagingError(reason, call=fetched.info)
        self._seen.add(mark)

    def _name_of_page(self) -> str:
        if self.pagination.page is None:
            raise TypeError("the pagination names no argument that moves")
        return self.pagination.page


def _link_header(value: str | None) -> str | None:
    """The target of `rel="next"` in a `Link` header (RFC 8288)."""
    for target, parameters in _LINK.findall(value or ""):
        rel = _REL.search(parameters)
        if rel and "next" in (rel[1] or rel[2]).lower().split():
            return str(target)
    return None


class Pager(Generic[Item]):
    """Iterates over the items of all pages; `pages()` iterates over the pages."""

    def __init__(self, start: Callable[[], PageWalk], fetch: Callable[[PageRequest], Fetched]) -> None:
        self._start = start
        self._fetch = fetch
        start()  # refuses wrong arguments now, not at the first item

    def pages(self) -> Iterator[Page[Item]]:
        walk = self._start()
        request: PageRequest | None = walk.first()
        while request is not None:
            yield walk.take(self._fetch(request))
            request = walk.next()

    def __iter__(self) -> Iterator[Item]:
        for page in self.pages():
            yield from page.items


class AsyncPager(Generic[Item]):
    """The async twin of `Pager`."""

    def __init__(
        self, start: Callable[[], PageWalk], fetch: Callable[[PageRequest], Coroutine[Any, Any, Fetched]]
    ) -> None:
        self._start = start
        self._fetch = fetch
        start()

    async def pages(self) -> AsyncIterator[Page[Item]]:
        walk = self._start()
        request: PageRequest | None = walk.first()
        while request is not None:
            yield walk.take(await self._fetch(request))
            request = walk.next()

    async def __aiter__(self) -> AsyncIterator[Item]:
        async for page in self.pages():
            for item in page.items:
                yield item
