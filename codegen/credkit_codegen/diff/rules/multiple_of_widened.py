"""A number need no longer be a multiple, or of less.

Why: numbers in between may come.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..bounds import keyword_found, plain_change
from ..change import Found
from ..pairs import Kind, Pair, show
from ..schema import Schema, number

ON = Kind.SCHEMA
REQUEST = "nothing to do"
RESPONSE = "look whether your code relies on it"
BEFORE = """\
{type: integer, multipleOf: 10}
"""
AFTER = """\
{type: integer}
"""


def check(pair: Pair[Schema]) -> Iterator[Found]:
    if (values := plain_change(pair, "multipleOf")) is not None:
        old, new = (number(value) for value in values)
        if old and (not new or (old % new == 0 and new % old != 0)):
            yield keyword_found(pair, "multipleOf", f"multipleOf is {show(new)} (was {show(old)})")
