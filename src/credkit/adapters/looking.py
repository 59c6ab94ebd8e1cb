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
from .sending import member


@dataclass(frozen=True, slots=True)
class Listing:
    """A list to its end. `complete`: it has as many entries as the vendor says there are, or the vendor does not say."""

    entries: tuple[Any, ...]
    complete: bool


def collect(pager: Callable[[Any], Any], id_of: Callable[[Any], Any], total: tuple[str, str]) -> Flow[Listing]:
    """Read a list to its end.

    Args:
        total: where a page says how many entries there are: a member, and its member.

    Raises:
        PagingError: the list does not end, or cannot be trusted to.
    """
    entries: dict[Any, Any] = {}
    promised: object = None
    pages = yield from open_pages(pager)
    while (page := (yield from pages.next())) is not None:
        for entry in page.items:
            entries.setdefault(id_of(entry), entry)
        promised = member(member(page.response.parsed, total[0]), total[1])
    enough = not isinstance(promised, (int, float)) or len(entries) >= promised
    return Listing(tuple(entries.values()), enough)


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
