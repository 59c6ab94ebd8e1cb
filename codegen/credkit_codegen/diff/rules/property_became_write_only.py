"""A property no longer comes (`writeOnly`).

Why: code that reads it finds nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..change import Found
from ..pairs import Kind, Member, Pair

ON = Kind.ACCESS
RESPONSE = "do without it"
BEFORE = """\
type: object
properties: {name: {type: string}}
"""
AFTER = """\
type: object
properties: {name: {type: string, writeOnly: true}}
"""


def check(pair: Pair[Member]) -> Iterator[Found]:
    if pair.is_removed:
        yield Found(f"{pair.subject} became write-only")
