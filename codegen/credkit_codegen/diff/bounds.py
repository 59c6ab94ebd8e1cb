"""Bounds of values as they were and are: which way each of them moved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ..ir import JSON
from .change import Found
from .pairs import Pair, show
from .schema import LOWER, Schema, number

_EXCLUSIVE = {"minimum": "exclusiveMinimum", "maximum": "exclusiveMaximum"}


class Bound(NamedTuple):
    """The strictest limit on one side. `is_exclusive`: the limit itself is not allowed."""

    value: int | float
    is_exclusive: bool
    keyword: str


def bound_changes(pair: Pair[Schema], keywords: Sequence[str], *, narrowed: bool) -> Iterator[Found]:
    """Bounds that let in less than before, or with `narrowed=False` more."""
    if pair.old is None or pair.new is None:
        return
    for keyword in keywords:
        old, new = bound(pair.old, keyword), bound(pair.new, keyword)
        if _is_stricter(new, old, keyword) if narrowed else _is_stricter(old, new, keyword):
            names = [item.keyword if item is not None else keyword for item in (old, new)]
            yield Found(
                f"{pair.subject}: {_words(new, keyword)} (was {_words(old, keyword)})",
                pair.old.place(names[0]),
                pair.new.place(names[1]),
            )


def bound(schema: Schema, keyword: str) -> Bound | None:
    """The limit that a schema sets, its exclusive form included; None where it sets none."""
    value = number(schema.value(keyword))
    found = Bound(value, False, keyword) if value is not None and not _says_nothing(keyword, value) else None
    other = _EXCLUSIVE.get(keyword)
    limit = number(schema.value(other)) if other is not None else None
    if other is None or limit is None:
        return found
    step = 1 if keyword in LOWER else -1
    # Between whole numbers "above 0" is "from 1".
    whole = schema.types == frozenset({"integer"}) and limit == int(limit)
    strict = Bound(limit + step, False, other) if whole else Bound(limit, True, other)
    return strict if _is_stricter(strict, found, keyword) else found


def _says_nothing(keyword: str, value: int | float) -> bool:
    return keyword in ("minLength", "minItems", "minProperties") and value <= 0


def _is_stricter(one: Bound | None, other: Bound | None, keyword: str) -> bool:
    if one is None or other is None:
        return one is not None
    if one.value == other.value:
        return one.is_exclusive and not other.is_exclusive
    return one.value > other.value if keyword in LOWER else one.value < other.value


def _words(item: Bound | None, keyword: str) -> str:
    if item is None:
        return f"no {keyword}"
    return f"{keyword} {'beyond ' if item.is_exclusive else ''}{show(item.value)}"


def plain_change(pair: Pair[Schema], keyword: str) -> tuple[JSON, JSON] | None:
    """A keyword's values, old and new, where they differ."""
    if pair.old is None or pair.new is None:
        return None
    old, new = pair.old.value(keyword), pair.new.value(keyword)
    return (old, new) if old != new else None


def keyword_found(pair: Pair[Schema], keyword: str, message: str) -> Found:
    """A finding about one keyword, placed at it on both sides."""
    assert pair.old is not None
    assert pair.new is not None
    return Found(f"{pair.subject}: {message}", pair.old.place(keyword), pair.new.place(keyword))
