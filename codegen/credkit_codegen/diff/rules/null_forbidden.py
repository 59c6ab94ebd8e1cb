"""A value may no longer be null.

Why: a request that says null is refused. In an answer it means that a value is always there.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..change import Found
from ..pairs import Kind, Pair
from ..schema import Schema

ON = Kind.NULL
REQUEST = "null is refused: send a value, or leave it out"
RESPONSE = "nothing to do"
BEFORE = """\
type: [string, "null"]
"""
AFTER = """\
type: string
"""


def check(pair: Pair[Schema]) -> Iterator[Found]:
    if pair.both is not None and pair.both[0].is_nullable and not pair.both[1].is_nullable:
        yield Found(f"{pair.subject} may no longer be null", old=pair.both[0].place("type"))
