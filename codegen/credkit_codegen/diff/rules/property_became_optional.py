"""A property that was always there may be missing.

Why: code that reads it without asking fails. In a request it may be left out.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..change import Found
from ..pairs import Kind, Member, Pair

ON = Kind.PROPERTY
REQUEST = "nothing to do"
RESPONSE = "be ready to do without it"
BEFORE = """\
type: object
required: [name]
properties: {name: {type: string}}
"""
AFTER = """\
type: object
properties: {name: {type: string}}
"""


def check(pair: Pair[Member]) -> Iterator[Found]:
    if pair.both is not None and pair.both[0].is_required and not pair.both[1].is_required:
        yield Found(f"{pair.subject} became optional")
