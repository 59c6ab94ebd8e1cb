"""A property is new and must be sent.

Why: every request that was right is refused. A default does not help: a required property must be there.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..change import Found
from ..pairs import Kind, Member, Pair

ON = Kind.PROPERTY
REQUEST = "requests without it are refused: send it"
BEFORE = """\
type: object
properties: {name: {type: string}}
"""
AFTER = """\
type: object
required: [age]
properties: {name: {type: string}, age: {type: integer}}
"""


def check(pair: Pair[Member]) -> Iterator[Found]:
    if pair.new is not None and pair.is_added and pair.new.is_required:
        yield Found(f"{pair.subject} is new and required")
