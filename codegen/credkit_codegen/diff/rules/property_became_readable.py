"""A property that was only sent comes back too (no longer `writeOnly`).

Why: there is more to read.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..change import Found
from ..pairs import Kind, Member, Pair

ON = Kind.ACCESS
RESPONSE = "nothing to do"
BEFORE = """\
type: object
properties: {name: {type: string, writeOnly: true}}
"""
AFTER = """\
type: object
properties: {name: {type: string}}
"""


def check(pair: Pair[Member]) -> Iterator[Found]:
    if pair.is_added:
        yield Found(f"{pair.subject} became readable")
