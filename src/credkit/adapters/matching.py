"""Which of the things at the vendor is which of the requests: only where nothing else is possible."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Generic, TypeVar

from ..ticket import Ticket
from .sending import Item, text

F = TypeVar("F")

SKEW = timedelta(minutes=5)
"""How far a vendor's clock and ours may be apart."""
_TOKEN = re.compile(r"ck-[a-z2-7]{16}")
FEWEST = 10
"""No list of everything is cut to fewer than these."""


@dataclass(frozen=True, slots=True)
class Pairing(Generic[F]):
    """What was found for the items.

    Attributes:
        found: by position in the items: what is certainly theirs.
        crowded: items with like ones beside them, and another number of things that could be theirs.
        absent: items that nothing fits.
        left: things that are nobody's among the items.
    """

    found: dict[int, F]
    crowded: frozenset[int]
    absent: frozenset[int]
    left: tuple[F, ...]


def pair(
    items: Sequence[Item],
    things: Sequence[F],
    item_key: Callable[[Item], Hashable],
    thing_key: Callable[[F], Hashable],
    *,
    fits: Callable[[Item, F], bool] = lambda item, thing: True,
    alike: Callable[[Item], Hashable] = lambda item: None,
) -> Pairing[F]:
    """Pair items with things of the same key that fit. Items of the same key that are `alike` are interchangeable, so they are paired
    in order where their number is the number of things that fit; where it is not, or where a thing fits others too, none of them is.
    """
    groups: dict[tuple[Hashable, Hashable], list[int]] = {}
    for position, item in enumerate(items):
        groups.setdefault((item_key(item), alike(item)), []).append(position)
    by_key: dict[Hashable, list[F]] = {}
    for thing in things:
        by_key.setdefault(thing_key(thing), []).append(thing)
    fitting = {
        group: [thing for thing in by_key.get(group[0], ()) if fits(items[positions[0]], thing)]
        for group, positions in groups.items()
    }
    takers = Counter(id(thing) for some in fitting.values() for thing in some)
    found: dict[int, F] = {}
    crowded: set[int] = set()
    absent: set[int] = set()
    for group, positions in groups.items():
        mine = fitting[group]
        if not mine:
            absent.update(positions)
        elif len(mine) == len(positions) and all(takers[id(thing)] == 1 for thing in mine):
            found |= dict(zip(positions, mine, strict=True))
        else:
            crowded.update(positions)
    left = tuple(thing for thing in things if not takers[id(thing)])
    return Pairing(found, frozenset(crowded), frozenset(absent), left)


def window(ticket: Ticket, settle_after: timedelta) -> tuple[datetime, datetime]:
    """Between which times, by the vendor's clock, something can have come of a send."""
    return ticket.sent_at - SKEW, (ticket.ended_at or ticket.sent_at) + settle_after + SKEW


def in_time(at: datetime | None, ticket: Ticket, settle_after: timedelta) -> bool:
    """Whether something came to be while a send was under way; also when the vendor does not say when it did."""
    earliest, latest = window(ticket, settle_after)
    return at is None or earliest <= at <= latest


def is_unmarked(name: str | None) -> bool:
    """Whether a name carries no token of any send: the vendor may have changed one that did."""
    return name is None or not _TOKEN.search(name)


def tidied(words: str) -> str:
    """A text without what a vendor may make otherwise of it: case, spaces, composed letters."""
    return " ".join(unicodedata.normalize("NFKC", words).split()).casefold()


def contradicts(told: object, asked: object) -> bool:
    """Whether a vendor says something else than it was asked for. What is no text on either side, or empty, says nothing."""
    mine, theirs = text(asked), text(told)
    return mine is not None and theirs is not None and mine != theirs and tidied(mine) != tidied(theirs)


def repeated(keys: Sequence[Hashable]) -> set[Hashable]:
    """The keys that occur more than once."""
    return {key for key, count in Counter(keys).items() if count > 1}


def would_show(times: Sequence[datetime | None], ticket: Ticket, settle_after: timedelta) -> bool:
    """Whether a list without pages would certainly show what came of a send; if not, that it is not there says nothing.

    A vendor that says nothing of a limit may have one, of any number, and a list that is cut shows as many entries as an account that has
    no more. What tells them apart is order: a list is cut at its end, so it lacks only what would come after its last entry.

    - Newest first: only what is older than the last entry can be missing, so that entry has to be older than all that the send may have
      become. In a list of a few entries, as of a new account, it may be of the same time: else a few newer ones would have filled it.
    - Oldest first: only what is newer than the last entry can be missing, so that entry has to be newer than all that the send may have
      become. Until there is one, the newest are what a cut would hide, however short the list is.
    - Any other order, or an entry without a time: anything can be missing.

    Args:
        times: of the entries, in the order of the list.
    """
    known = [one for one in times if one is not None]
    if len(known) < len(times):
        return False
    earliest, latest = window(ticket, settle_after)
    if len(known) < 2:
        return True
    pairs = list(pairwise(known))
    if known[0] > known[-1]:
        few = len(known) < FEWEST
        return all(one >= next_ for one, next_ in pairs) and known[-1] < (latest if few else earliest)
    return known[0] < known[-1] and known[-1] > latest and all(one <= next_ for one, next_ in pairs)
