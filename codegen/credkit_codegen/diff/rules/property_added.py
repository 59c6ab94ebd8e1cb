"""A property is new.

Why: there is more to say, or to read. Clients keep members that they do not know, so no answer breaks.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..change import Found
from ..pairs import Kind, Member, Pair

ON = Kind.PROPERTY
REQUEST = "nothing to do"
RESPONSE = "nothing to do"
BEFORE = """\
type: object
properties: {name: {type: string}}
"""
AFTER = """\
type: object
properties: {name: {type: string}, age: {type: integer}}
"""


def check(pair: Pair[Member]) -> Iterator[Found]:
    if pair.new is not None and pair.is_added and not (pair.is_request and pair.new.is_required):
        yield Found(f"{pair.subject} is new")
