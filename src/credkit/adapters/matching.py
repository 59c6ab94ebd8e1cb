"""Which of the things at the vendor is which of the requests: only where nothing else is possible."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from .sending import Item

F = TypeVar("F")

SKEW = timedelta(minutes=5)
"""How far a vendor's clock and ours may be apart."""
_TOKEN = re.compile(r"ck-[a-z2-7]{16}")
_USUAL_CAPS = frozenset(round_ * ten for round_ in (10, 20, 25, 30, 50) for ten in (1, 10, 100))


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


def in_time(at: datetime | None, sent_at: datetime, settle_after: timedelta) -> bool:
    """Whether something came to be while a send was under way; also when the vendor does not say when it did."""
    return at is None or sent_at - SKEW <= at <= sent_at + settle_after + SKEW


def is_unmarked(name: str | None) -> bool:
    """Whether a name carries no token of any send: the vendor may have changed one that did."""
    return name is None or not _TOKEN.search(name)


def repeated(keys: Sequence[Hashable]) -> set[Hashable]:
    """The keys that occur more than once."""
    return {key for key, count in Counter(keys).items() if count > 1}


def may_be_cut(times: Sequence[datetime | None], sent_at: datetime) -> bool:
    """Whether a list without pages may have been cut short where the answer to `sent_at` would stand.

    A cap shows in a round number of entries. It does not matter when the list reaches from before `sent_at` to after it: whichever end
    was cut, that moment was not.
    """
    if len(times) not in _USUAL_CAPS:
        return False
    known = [one for one in times if one is not None]
    return not known or not min(known) < sent_at < max(known)
