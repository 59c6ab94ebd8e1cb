"""A list has tighter bounds of length.

Why: a list that was right is refused.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..bounds import bound_changes
from ..change import Found
from ..pairs import Kind, Pair
from ..schema import Schema

ON = Kind.SCHEMA
REQUEST = "values that were right are refused: keep to what is allowed now"
RESPONSE = "nothing to do"
BEFORE = """\
{type: array, items: {}, maxItems: 100}
"""
AFTER = """\
{type: array, items: {}, maxItems: 50}
"""


def check(pair: Pair[Schema]) -> Iterator[Found]:
    yield from bound_changes(pair, ("minItems", "maxItems"), narrowed=True)
