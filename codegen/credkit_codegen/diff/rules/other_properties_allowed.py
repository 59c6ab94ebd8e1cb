"""Members that are not listed are allowed.

Why: more may come. Clients keep members that they do not know, so no answer breaks.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..change import Found
from ..pairs import Kind, Pair
from ..schema import Schema

ON = Kind.SCHEMA
REQUEST = "nothing to do"
RESPONSE = "nothing to do"
BEFORE = """\
type: object
additionalProperties: false
properties: {name: {type: string}}
"""
AFTER = """\
type: object
properties: {name: {type: string}}
"""


def check(pair: Pair[Schema]) -> Iterator[Found]:
    if pair.both is not None and pair.both[0].is_closed and not pair.both[1].is_closed:
        yield Found(f"{pair.subject} takes other members", old=pair.both[0].additional)
