"""A list must hold each value once.

Why: a list with a value twice is refused.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..change import Found
from ..pairs import Kind, Pair
from ..schema import Schema

ON = Kind.SCHEMA
REQUEST = "take out what stands twice"
RESPONSE = "nothing to do"
BEFORE = """\
{type: array, items: {type: string}}
"""
AFTER = """\
{type: array, items: {type: string}, uniqueItems: true}
"""


def check(pair: Pair[Schema]) -> Iterator[Found]:
    if pair.both is not None and pair.both[1].flag("uniqueItems") and not pair.both[0].flag("uniqueItems"):
        yield Found(f"{pair.subject} must hold each value once", new=pair.both[1].place("uniqueItems"))
