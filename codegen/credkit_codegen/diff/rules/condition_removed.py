"""A condition on values is gone (`not`, `if`, `then`, `else`, `contains`, `dependentRequired` and their like).

Why: values may come that could not.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..change import Found
from ..conditions import condition_changes
from ..pairs import Kind, Pair
from ..schema import Schema

ON = Kind.SCHEMA
REQUEST = "nothing to do"
RESPONSE = "look whether your code relies on it"
BEFORE = """\
{type: object, not: {required: [a, b]}}
"""
AFTER = """\
type: object
"""


def check(pair: Pair[Schema]) -> Iterator[Found]:
    yield from condition_changes(pair, was=True, is_=False)
