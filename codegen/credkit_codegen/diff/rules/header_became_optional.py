"""A header that always came may be missing.

Why: code that relies on it fails without it.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..change import Found
from ..pairs import Coded, Kind, Pair

ON = Kind.HEADER
RESPONSE = "be ready to do without it"
BEFORE = """\
operationId: listPets
responses:
  "200":
    description: Pets.
    headers: {X-Total: {required: true, schema: {type: integer}}}
"""
AFTER = """\
operationId: listPets
responses:
  "200":
    description: Pets.
    headers: {X-Total: {schema: {type: integer}}}
"""


def check(pair: Pair[Coded]) -> Iterator[Found]:
    if pair.both is not None:
        old, new = (item.node.map.get("required") is True for item in pair.both)
        if old and not new:
            yield Found(f"{pair.subject} became optional")
