"""A header that might be missing always comes.

Why: code may rely on it.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..change import Found
from ..pairs import Coded, Kind, Pair

ON = Kind.HEADER
RESPONSE = "nothing to do"
BEFORE = """\
operationId: listPets
responses:
  "200":
    description: Pets.
    headers: {X-Total: {schema: {type: integer}}}
"""
AFTER = """\
operationId: listPets
responses:
  "200":
    description: Pets.
    headers: {X-Total: {required: true, schema: {type: integer}}}
"""


def check(pair: Pair[Coded]) -> Iterator[Found]:
    if pair.both is not None:
        old, new = (item.node.map.get("required") is True for item in pair.both)
        if new and not old:
            yield Found(f"{pair.subject} became required", new=pair.both[1].node.child("required"))
