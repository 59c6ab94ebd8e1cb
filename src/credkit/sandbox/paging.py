"""Lists in pieces, in the styles that the vendors use."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import urlencode

from .call import Call
from .outbox import is_loopback

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Piece(Generic[T]):
    """Items after a cursor, and the cursor of the next piece; None at the end."""

    items: list[T]
    next: str | None


def after_cursor(items: Sequence[T], cursor: str | None, limit: int, key: Callable[[T], str]) -> Piece[T] | None:
    """The items that follow the one whose key is the cursor; None when there is no such item."""
    start = 0
    if cursor is not None:
        start = next((index + 1 for index, item in enumerate(items) if key(item) == cursor), -1)
        if start < 0:
            return None
    page = list(items[start : start + limit])
    more = start + limit < len(items)
    return Piece(page, key(page[-1]) if more and page else None)


@dataclass(frozen=True, slots=True)
class Numbered(Generic[T]):
    """One page of a numbered list; pages count from 1."""

    items: list[T]
    page: int
    size: int
    pages: int
    total: int


def numbered(items: Sequence[T], page: int, size: int) -> Numbered[T]:
    """A page; one beyond the end is empty."""
    total = len(items)
    start = (page - 1) * size
    return Numbered(list(items[start : start + size]), page, size, -(-total // size), total)


def whole_number(text: str | None, default: int, smallest: int, largest: int | None = None) -> int:
    """A number of a query as lenient vendors read it: what is none becomes the default, what is too large the largest."""
    try:
        value = int(text) if text is not None else default
    except ValueError:
        return default
    if value < smallest:
        return default
    return value if largest is None else min(value, largest)


def page_link(call: Call, parameter: str, number: int, host: str) -> str:
    """The address of another page of the same list. `host` is the vendor's own, where the request names none."""
    host = call.header("host") or host
    scheme = "http" if is_loopback(f"http://{host}") else "https"
    kept = [(name, value) for name, values in call.queries.items() for value in values if name != parameter]
    path = call.received.target.partition("?")[0]
    return f"{scheme}://{host}{path}?{urlencode([*kept, (parameter, str(number))])}"
