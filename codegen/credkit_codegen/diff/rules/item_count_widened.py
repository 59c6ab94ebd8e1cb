"""A list has wider bounds of length.

Why: a longer list than ever may come, or an empty one.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..bounds import bound_changes
from ..change import Found
from ..pairs import Kind, Pair
from ..schema import Schema

ON = Kind.SCHEMA
REQUEST = "nothing to do"
RESPONSE = "look whether your code, or a column of your database, relies on the old bound"
BEFORE = """\
{type: array, items: {}, maxItems: 50}
"""
AFTER = """\
{type: array, items: {}, maxItems: 100}
"""


def check(pair: Pair[Schema]) -> Iterator[Found]:
    yield from bound_changes(pair, ("minItems", "maxItems"), narrowed=False)
