"""A value has more types.

Why: what comes may have a type that nobody expects. What is sent fits as before.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..change import Found
from ..pairs import Kind, Pair
from ..schema import Schema
from ..types import Step, type_step, type_words

ON = Kind.TYPE
REQUEST = "nothing to do"
RESPONSE = "be ready for the types that are new"
BEFORE = """\
type: integer
"""
AFTER = """\
type: [integer, string]
"""


def check(pair: Pair[Schema]) -> Iterator[Found]:
    if type_step(pair) is Step.WIDENED and pair.old is not None and pair.new is not None:
        yield Found(
            f"{pair.subject} is {type_words(pair.new)} (was {type_words(pair.old)})",
            pair.old.place("type"),
            pair.new.place("type"),
        )
