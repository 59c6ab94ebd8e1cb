"""A property can no longer be sent (`readOnly`).

Why: what callers set is dropped or refused.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..change import Found
from ..pairs import Kind, Member, Pair

ON = Kind.ACCESS
REQUEST = "stop sending it"
BEFORE = """\
type: object
properties: {name: {type: string}}
"""
AFTER = """\
type: object
properties: {name: {type: string, readOnly: true}}
"""


def check(pair: Pair[Member]) -> Iterator[Found]:
    if pair.is_removed:
        yield Found(f"{pair.subject} became read-only")
