"""An object has wider bounds on the number of its members.

Why: more members, or fewer, than ever may come.
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
{type: object, maxProperties: 5}
"""
AFTER = """\
type: object
"""


def check(pair: Pair[Schema]) -> Iterator[Found]:
    yield from bound_changes(pair, ("minProperties", "maxProperties"), narrowed=False)
