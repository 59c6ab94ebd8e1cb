"""A condition on values is new (`not`, `if`, `then`, `else`, `contains`, `dependentRequired` and their like).

Why: it refuses values that were right.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..change import Found
from ..conditions import condition_changes
from ..pairs import Kind, Pair
from ..schema import Schema

ON = Kind.SCHEMA
REQUEST = "values that were right are refused: keep to what is allowed now"
RESPONSE = "nothing to do"
BEFORE = """\
type: object
"""
AFTER = """\
{type: object, not: {required: [a, b]}}
"""


def check(pair: Pair[Schema]) -> Iterator[Found]:
    yield from condition_changes(pair, was=False, is_=True)
