"""Keywords that restrict values in ways that cannot be put in order: all that can be said is that one is new, gone or another."""

from __future__ import annotations

from collections.abc import Iterator

from .change import Found
from .pairs import Pair
from .schema import CONDITIONS, Schema


def condition_changes(pair: Pair[Schema], *, was: bool, is_: bool) -> Iterator[Found]:
    """Conditions that differ: new ones with `was=False`, those that are gone with `is_=False`, others with both."""
    if pair.old is None or pair.new is None:
        return
    words = {(False, True): "is new", (True, False): "is gone", (True, True): "is another"}[was, is_]
    for keyword in CONDITIONS:
        old, new = (side.conditions.get(keyword, []) for side in (pair.old, pair.new))
        differs = [value for value, _ in old] != [value for value, _ in new]
        if differs and (bool(old), bool(new)) == (was, is_):
            places = [said[0][1].child(keyword) if said else None for said in (old, new)]
            yield Found(f"{pair.subject}: condition `{keyword}` {words}", *places)
