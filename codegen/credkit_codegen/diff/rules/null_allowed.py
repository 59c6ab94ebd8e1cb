"""A value may be null.

Why: code that reads it without asking fails on null. It makes no difference how null is written: `nullable`, a list of types, a null variant.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..change import Found
from ..pairs import Kind, Pair
from ..schema import Schema

ON = Kind.NULL
REQUEST = "nothing to do"
RESPONSE = "be ready for None"
BEFORE = """\
type: string
"""
AFTER = """\
type: [string, "null"]
"""


def check(pair: Pair[Schema]) -> Iterator[Found]:
    if pair.both is not None and pair.both[1].is_nullable and not pair.both[0].is_nullable:
        yield Found(f"{pair.subject} may be null", new=pair.both[1].place("type"))
