"""A code of an error is documented (`x-error-codes`).

Why: it can be handled by name. Codes are open: it was raised before, too.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..change import Found
from ..pairs import Coded, Kind, Pair

ON = Kind.RESPONSE
RESPONSE = "nothing to do"
BEFORE = """\
operationId: listPets
responses:
  "200": {description: Pets.}
  "409":
    description: Conflict.
    x-error-codes: [{code: TAKEN}]
"""
AFTER = """\
operationId: listPets
responses:
  "200": {description: Pets.}
  "409":
    description: Conflict.
    x-error-codes: [{code: TAKEN}, {code: LOCKED}]
"""


def _codes(item: Coded) -> list[str]:
    return [text for entry in item.node.child("x-error-codes").items() if (text := entry.text("code")) is not None]


def check(pair: Pair[Coded]) -> Iterator[Found]:
    if pair.both is not None:
        old, new = (_codes(item) for item in pair.both)
        for code in new:
            if code not in old:
                yield Found(f'{pair.subject}: code "{code}" is new', new=pair.both[1].node.child("x-error-codes"))
