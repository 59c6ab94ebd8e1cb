"""A value has another type.

Why: what was sent is refused, and what comes cannot be read as before.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..change import Found
from ..pairs import Kind, Pair
from ..schema import Schema
from ..types import Step, type_step, type_words

ON = Kind.TYPE
REQUEST = "send the new type"
RESPONSE = "read the new type"
BEFORE = """\
type: string
"""
AFTER = """\
type: integer
"""


def check(pair: Pair[Schema]) -> Iterator[Found]:
    if type_step(pair) is Step.CHANGED and pair.old is not None and pair.new is not None:
        yield Found(
            f"{pair.subject} is {type_words(pair.new)} (was {type_words(pair.old)})",
            pair.old.place("type"),
            pair.new.place("type"),
        )
