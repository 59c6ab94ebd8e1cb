"""A constant has another value.

Why: the old one is refused, and never comes.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..change import Found
from ..pairs import Kind, Pair, show
from ..schema import Schema

ON = Kind.SCHEMA
REQUEST = "send the new value"
RESPONSE = "look for the new value"
BEFORE = """\
const: cat
"""
AFTER = """\
const: dog
"""


def check(pair: Pair[Schema]) -> Iterator[Found]:
    if pair.both is not None and all(item.is_const for item in pair.both) and pair.both[0].enum != pair.both[1].enum:
        old, new = pair.both
        yield Found(
            f"{pair.subject} is {show((new.enum or [None])[0])} (was {show((old.enum or [None])[0])})",
            old.place("enum"),
            new.place("enum"),
        )
