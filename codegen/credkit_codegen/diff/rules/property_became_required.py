"""A property that could be left out must be there.

Why: a request that was right yesterday is refused today. In an answer it means that code may rely on it.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..change import Found
from ..pairs import Kind, Member, Pair

ON = Kind.PROPERTY
REQUEST = "requests without it are refused: send it"
RESPONSE = "nothing to do"
BEFORE = """\
type: object
properties: {name: {type: string}}
"""
AFTER = """\
type: object
required: [name]
properties: {name: {type: string}}
"""


def check(pair: Pair[Member]) -> Iterator[Found]:
    if pair.both is not None and pair.both[1].is_required and not pair.both[0].is_required:
        yield Found(f"{pair.subject} became required")
