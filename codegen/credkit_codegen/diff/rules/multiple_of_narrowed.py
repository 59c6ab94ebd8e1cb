"""A number must be a multiple of more.

Why: what was right is refused.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..bounds import keyword_found, plain_change
from ..change import Found
from ..pairs import Kind, Pair, show
from ..schema import Schema, number

ON = Kind.SCHEMA
REQUEST = "values that were right are refused: keep to what is allowed now"
RESPONSE = "nothing to do"
BEFORE = """\
{type: integer}
"""
AFTER = """\
{type: integer, multipleOf: 10}
"""


def check(pair: Pair[Schema]) -> Iterator[Found]:
    if (values := plain_change(pair, "multipleOf")) is not None:
        old, new = (number(value) for value in values)
        if new and (not old or new % old == 0 or old % new != 0):
            yield keyword_found(pair, "multipleOf", f"multipleOf is {show(new)} (was {show(old)})")
