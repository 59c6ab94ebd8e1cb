"""A tuple has more or fewer places (`prefixItems`).

Why: values are read by their place.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..change import Found
from ..pairs import Kind, Pair
from ..schema import Schema

ON = Kind.SCHEMA
REQUEST = "send the new places"
RESPONSE = "read the new places"
BEFORE = """\
{type: array, prefixItems: [{type: string}]}
"""
AFTER = """\
{type: array, prefixItems: [{type: string}, {type: integer}]}
"""


def check(pair: Pair[Schema]) -> Iterator[Found]:
    if pair.both is not None and len(pair.both[0].prefix) != len(pair.both[1].prefix):
        old, new = pair.both
        yield Found(f"{pair.subject} has {len(new.prefix)} places (was {len(old.prefix)})")
