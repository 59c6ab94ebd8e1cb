"""A variant of a union is gone.

Why: who sends it is refused.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..change import Found
from ..pairs import Kind, Pair, Variant

ON = Kind.VARIANT
REQUEST = "it is refused: send another variant"
RESPONSE = "nothing to do"
BEFORE = """\
oneOf:
  - $ref: "#/components/schemas/Cat"
  - $ref: "#/components/schemas/Dog"
  - $ref: "#/components/schemas/Fish"
"""
AFTER = """\
oneOf:
  - $ref: "#/components/schemas/Cat"
  - $ref: "#/components/schemas/Dog"
"""


def check(pair: Pair[Variant]) -> Iterator[Found]:
    if pair.old is not None and pair.is_removed:
        yield Found(f"{pair.subject} can no longer be {pair.old.label}")
