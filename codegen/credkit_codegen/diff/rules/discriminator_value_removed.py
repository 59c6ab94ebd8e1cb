"""A value that chose a variant of a union no longer does.

Why: a request with it is refused.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..change import Found
from ..pairs import Kind, Pair, Variant, show

ON = Kind.VARIANT
REQUEST = "send one of the other values"
RESPONSE = "nothing to do"
BEFORE = """\
oneOf:
  - $ref: "#/components/schemas/Cat"
  - $ref: "#/components/schemas/Dog"
discriminator: {propertyName: kind, mapping: {cat: "#/components/schemas/Cat", puss: "#/components/schemas/Cat"}}
"""
AFTER = """\
oneOf:
  - $ref: "#/components/schemas/Cat"
  - $ref: "#/components/schemas/Dog"
discriminator: {propertyName: kind, mapping: {cat: "#/components/schemas/Cat"}}
"""


def check(pair: Pair[Variant]) -> Iterator[Found]:
    if pair.both is not None:
        old, new = pair.both
        for value in sorted(set(old.values) - set(new.values)) if old.values and new.values else ():
            yield Found(f"{pair.subject}: value {show(value)} for {new.label} is gone")
