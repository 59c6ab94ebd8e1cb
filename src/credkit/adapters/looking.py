"""What adapters share: whole lists and target states."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..capabilities import RefusedByVendor
from ..model import Credential
from ..runtime.errors import (
    ApiError,
    AuthenticationError,
    OutcomeUnknown,
    PermissionDeniedError,
    RateLimitedError,
    StatusError,
)
from ..steps import Flow, emit, open_pages
from .base import Filter


@dataclass(frozen=True, slots=True)
class Listing:
    """A list to its end. `complete`: the vendor's own words show that nothing is missing, and every entry could be told apart."""

    entries: tuple[Any, ...]
    complete: bool


def collect(
    pager: Callable[[Any], Any], id_of: Callable[[Any], Any], is_all: Callable[[Any, int, int], bool]
) -> Flow[Listing]:
    """Read a list to its end.

    Args:
        is_all: whether the last answer shows that there is no more; its second argument is how many entries were found, its third
            how many of them came with it.

    Raises:
        PagingError: the list does not end, or cannot be trusted to.
    """
    entries: dict[Any, Any] = {}
    nameless: list[Any] = []
    complete = False
    pages = yield from open_pages(pager)
    while (page := (yield from pages.next())) is not None:
        for entry in page.items:
            key = id_of(entry)
            if key is None:
                nameless.append(entry)
            else:
                entries.setdefault(key, entry)
        complete = is_all(page.response.parsed, len(entries), len(page.items))
    return Listing((*entries.values(), *nameless), complete and not nameless)


def emit_pages(pager: Callable[[Any], Any], read: Callable[[Any], Credential], wanted: Filter) -> Flow[None]:
    """Emit the credentials of a list, page after page."""
    pages = yield from open_pages(pager)
    while (page := (yield from pages.next())) is not None:
        yield from emit([one for one in map(read, page.items) if wanted.admits(one)])


def towards(
    act: Flow[Credential], look: Callable[[], Flow[Credential]], is_so: Callable[[Credential], bool]
) -> Flow[Credential]:
    """Bring about a state. When the vendor says no, or nothing, look: it is no failure if the state is there already.

    Raises:
        ApiError: what `act` raised; the state is another one, or cannot be seen.
    """
    try:
        return (yield from act)
    except (AuthenticationError, PermissionDeniedError, RateLimitedError):
        raise
    except (StatusError, OutcomeUnknown, RefusedByVendor) as error:
        refused = error
    try:
        found = yield from look()
    except ApiError:
        raise refused from None
    if not is_so(found):
        raise refused
    return found
