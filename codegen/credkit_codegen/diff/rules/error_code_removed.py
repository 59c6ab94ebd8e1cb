"""A code of an error is no longer documented (`x-error-codes`).

Why: a branch for it may never be taken again.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..change import Found
from ..pairs import Coded, Kind, Pair

ON = Kind.RESPONSE
RESPONSE = "look for the code that is sent instead"
BEFORE = """\
operationId: listPets
responses:
  "200": {description: Pets.}
  "409":
    description: Conflict.
    x-error-codes: [{code: TAKEN}, {code: LOCKED}]
"""
AFTER = """\
operationId: listPets
responses:
  "200": {description: Pets.}
  "409":
    description: Conflict.
    x-error-codes: [{code: TAKEN}]
"""


def _codes(item: Coded) -> list[str]:
    return [text for entry in item.node.child("x-error-codes").items() if (text := entry.text("code")) is not None]


def check(pair: Pair[Coded]) -> Iterator[Found]:
    if pair.both is not None:
        old, new = (_codes(item) for item in pair.both)
        for code in old:
            if code not in new:
                yield Found(f'{pair.subject}: code "{code}" is gone', new=pair.both[1].node.child("x-error-codes"))
