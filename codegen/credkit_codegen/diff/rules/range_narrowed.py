"""A number has a tighter range.

Why: what was right is refused.
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
{type: integer, maximum: 100}
"""
AFTER = """\
{type: integer, maximum: 50}
"""


def check(pair: Pair[Schema]) -> Iterator[Found]:
    yield from bound_changes(pair, ("minimum", "maximum"), narrowed=True)
