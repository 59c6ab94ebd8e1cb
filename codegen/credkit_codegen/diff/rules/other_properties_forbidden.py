"""Members that are not listed are forbidden (`additionalProperties: false`).

Why: a request that carries one is refused.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..change import Found
from ..pairs import Kind, Pair
from ..schema import Schema

ON = Kind.SCHEMA
REQUEST = "send nothing that is not listed"
RESPONSE = "nothing to do"
BEFORE = """\
type: object
properties: {name: {type: string}}
"""
AFTER = """\
type: object
additionalProperties: false
properties: {name: {type: string}}
"""


def check(pair: Pair[Schema]) -> Iterator[Found]:
    if pair.both is not None and pair.both[1].is_closed and not pair.both[0].is_closed:
        yield Found(f"{pair.subject} takes no other members", new=pair.both[1].additional)
