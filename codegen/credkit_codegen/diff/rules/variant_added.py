"""A union has one more variant.

Why: an answer may be of a kind that code does not know. Clients hand it on untyped, so it warns. A plain schema that becomes a union has more variants, too.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..change import Found
from ..pairs import Kind, Pair, Variant

ON = Kind.VARIANT
REQUEST = "nothing to do"
RESPONSE = "the client hands it on as it came; look whether your code has a branch for others"
BEFORE = """\
oneOf:
  - $ref: "#/components/schemas/Cat"
  - $ref: "#/components/schemas/Dog"
"""
AFTER = """\
oneOf:
  - $ref: "#/components/schemas/Cat"
  - $ref: "#/components/schemas/Dog"
  - $ref: "#/components/schemas/Fish"
"""


def check(pair: Pair[Variant]) -> Iterator[Found]:
    if pair.new is not None and pair.is_added:
        yield Found(f"{pair.subject} can be {pair.new.label} too")
