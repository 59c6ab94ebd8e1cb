"""A number has a wider range.

Why: a larger or smaller number than ever may come.
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
{type: integer, maximum: 50}
"""
AFTER = """\
{type: integer, maximum: 100}
"""


def check(pair: Pair[Schema]) -> Iterator[Found]:
    yield from bound_changes(pair, ("minimum", "maximum"), narrowed=False)
