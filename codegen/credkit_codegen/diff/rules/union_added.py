"""A value must be one of several on top of what it was.

Why: what is none of them is refused.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..change import Found
from ..pairs import Kind, Pair, Union

ON = Kind.CHOICE
REQUEST = "values that were right are refused: keep to what is allowed now"
RESPONSE = "nothing to do"
BEFORE = """\
type: object
properties: {name: {type: string}}
"""
AFTER = """\
type: object
properties: {name: {type: string}}
oneOf:
  - $ref: "#/components/schemas/Cat"
  - $ref: "#/components/schemas/Dog"
"""


def check(pair: Pair[Union]) -> Iterator[Found]:
    if pair.is_added:
        yield Found(f"{pair.subject} must be one of several variants")
