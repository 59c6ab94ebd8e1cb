"""A list may hold a value more than once.

Why: code that makes a set or a mapping of it loses some.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..change import Found
from ..pairs import Kind, Pair
from ..schema import Schema

ON = Kind.SCHEMA
REQUEST = "nothing to do"
RESPONSE = "look whether your code relies on it"
BEFORE = """\
{type: array, items: {type: string}, uniqueItems: true}
"""
AFTER = """\
{type: array, items: {type: string}}
"""


def check(pair: Pair[Schema]) -> Iterator[Found]:
    if pair.both is not None and pair.both[0].flag("uniqueItems") and not pair.both[1].flag("uniqueItems"):
        yield Found(f"{pair.subject} may hold a value more than once", old=pair.both[0].place("uniqueItems"))
