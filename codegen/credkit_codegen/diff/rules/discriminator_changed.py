"""Another property tells the variants of a union apart, or none does.

Why: variants are taken for another. One that is only added or gone warns: the variants themselves did not change.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...diagnostics import Severity
from ..change import Found
from ..pairs import Kind, Pair, Union, show

ON = Kind.CHOICE
REQUEST = "send the new property"
RESPONSE = "look at the new property"
BEFORE = """\
oneOf:
  - $ref: "#/components/schemas/Cat"
  - $ref: "#/components/schemas/Dog"
discriminator: {propertyName: kind}
"""
AFTER = """\
oneOf:
  - $ref: "#/components/schemas/Cat"
  - $ref: "#/components/schemas/Dog"
discriminator: {propertyName: type}
"""


def check(pair: Pair[Union]) -> Iterator[Found]:
    if pair.both is None:
        return
    old, new = pair.both
    if old.discriminator != new.discriminator:
        places = (item.node.child("discriminator") if item.discriminator else None for item in (old, new))
        yield Found(
            f"{pair.subject} is told apart by {show(new.discriminator or 'nothing')} (was {show(old.discriminator or 'nothing')})",
            *places,
            severity=None if old.discriminator and new.discriminator else Severity.WARNING,
        )
