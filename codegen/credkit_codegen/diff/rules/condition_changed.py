"""A condition on values is another (`not`, `if`, `then`, `else`, `contains`, `dependentRequired` and their like).

Why: whether it lets in more or less cannot be known: a person has to look.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..change import Found
from ..conditions import condition_changes
from ..pairs import Kind, Pair
from ..schema import Schema

ON = Kind.SCHEMA
REQUEST = "look whether what you send still fits"
RESPONSE = "look whether your code relies on it"
BEFORE = """\
{type: object, not: {required: [a, b]}}
"""
AFTER = """\
{type: object, not: {required: [a, c]}}
"""


def check(pair: Pair[Schema]) -> Iterator[Found]:
    yield from condition_changes(pair, was=True, is_=True)
