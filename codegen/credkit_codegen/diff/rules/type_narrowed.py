"""A value has fewer types.

Why: some of what was sent is refused. What comes is one of the types that came before.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..change import Found
from ..pairs import Kind, Pair
from ..schema import Schema
from ..types import Step, type_step, type_words

ON = Kind.TYPE
REQUEST = "values of the types that are gone are refused: send another"
RESPONSE = "nothing to do"
BEFORE = """\
type: number
"""
AFTER = """\
type: integer
"""


def check(pair: Pair[Schema]) -> Iterator[Found]:
    if type_step(pair) is Step.NARROWED and pair.old is not None and pair.new is not None:
        yield Found(
            f"{pair.subject} is {type_words(pair.new)} (was {type_words(pair.old)})",
            pair.old.place("type"),
            pair.new.place("type"),
        )
