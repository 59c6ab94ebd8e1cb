"""A value that was free is one of a list.

Why: others are refused.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..change import Found
from ..pairs import Kind, Pair, show
from ..schema import Schema

ON = Kind.SCHEMA
REQUEST = "other values are refused: send one of these"
RESPONSE = "nothing to do"
BEFORE = """\
type: string
"""
AFTER = """\
{type: string, enum: [cat, dog]}
"""


def check(pair: Pair[Schema]) -> Iterator[Found]:
    if pair.both is not None and pair.both[0].enum is None and pair.both[1].enum is not None:
        yield Found(f"{pair.subject} is one of {show(pair.both[1].enum)} (was free)", new=pair.both[1].place("enum"))
