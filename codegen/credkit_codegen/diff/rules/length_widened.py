"""A text has wider bounds of length.

Why: a text may come that is longer, or shorter, than ever.
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
{type: string, maxLength: 40}
"""
AFTER = """\
type: string
"""


def check(pair: Pair[Schema]) -> Iterator[Found]:
    yield from bound_changes(pair, ("minLength", "maxLength"), narrowed=False)
