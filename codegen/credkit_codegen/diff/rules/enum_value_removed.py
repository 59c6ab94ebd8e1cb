"""A value of an enum is gone.

Why: who sends it is refused; nobody is hurt by one that never comes.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..change import Found
from ..pairs import Kind, Pair, show
from ..schema import Schema

ON = Kind.SCHEMA
REQUEST = "it is refused: send another value"
RESPONSE = "nothing to do"
BEFORE = """\
{type: string, enum: [cat, dog]}
"""
AFTER = """\
{type: string, enum: [cat]}
"""


def check(pair: Pair[Schema]) -> Iterator[Found]:
    if pair.both is None or all(item.is_const for item in pair.both):
        return
    old, new = pair.both
    for value in old.enum or ():
        if new.enum is not None and value not in new.enum:
            yield Found(f"{pair.subject}: value {show(value)} is gone", old.place("enum"), new.place("enum"))
