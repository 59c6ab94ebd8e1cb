"""A property is deprecated.

Why: it will go.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..change import Found
from ..pairs import Kind, Member, Pair

ON = Kind.PROPERTY
REQUEST = "it still works: plan to stop sending it"
RESPONSE = "it still comes: plan to do without it"
BEFORE = """\
type: object
properties: {name: {type: string}}
"""
AFTER = """\
type: object
properties: {name: {type: string, deprecated: true}}
"""


def check(pair: Pair[Member]) -> Iterator[Found]:
    if pair.both is not None and pair.both[1].schema.flag("deprecated") and not pair.both[0].schema.flag("deprecated"):
        yield Found(f"{pair.subject} is deprecated")
