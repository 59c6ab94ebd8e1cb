"""One more value chooses a variant of a union.

Why: callers have one more way to say it. In an answer the client hands on what it does not know.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..change import Found
from ..pairs import Kind, Pair, Variant, show

ON = Kind.VARIANT
REQUEST = "nothing to do"
RESPONSE = "nothing to do"
BEFORE = """\
oneOf:
  - $ref: "#/components/schemas/Cat"
  - $ref: "#/components/schemas/Dog"
discriminator: {propertyName: kind, mapping: {cat: "#/components/schemas/Cat"}}
"""
AFTER = """\
oneOf:
  - $ref: "#/components/schemas/Cat"
  - $ref: "#/components/schemas/Dog"
discriminator: {propertyName: kind, mapping: {cat: "#/components/schemas/Cat", puss: "#/components/schemas/Cat"}}
"""


def check(pair: Pair[Variant]) -> Iterator[Found]:
    if pair.both is not None:
        old, new = pair.both
        for value in sorted(set(new.values) - set(old.values)) if old.values and new.values else ():
            yield Found(f"{pair.subject}: value {show(value)} for {new.label} is new")
