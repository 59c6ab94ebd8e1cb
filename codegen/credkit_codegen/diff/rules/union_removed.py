"""A value that was one of several need be none of them any more.

Why: what comes may be none of the variants that code knows.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..change import Found
from ..pairs import Kind, Pair, Union

ON = Kind.CHOICE
REQUEST = "nothing to do"
RESPONSE = "be ready for a value that is none of them"
BEFORE = """\
type: object
properties: {name: {type: string}}
oneOf:
  - $ref: "#/components/schemas/Cat"
  - $ref: "#/components/schemas/Dog"
"""
AFTER = """\
type: object
properties: {name: {type: string}}
"""


def check(pair: Pair[Union]) -> Iterator[Found]:
    if pair.is_removed:
        yield Found(f"{pair.subject} need be none of several variants any more")
