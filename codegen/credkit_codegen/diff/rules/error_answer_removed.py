"""A documented error is documented no longer.

Why: a branch for it may never be taken again.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..change import Found
from ..pairs import Coded, Kind, Pair

ON = Kind.RESPONSE
RESPONSE = "nothing to do; errors of every status are still raised"
BEFORE = """\
operationId: listPets
responses:
  "200": {description: Pets.}
  "409": {description: Conflict.}
"""
AFTER = """\
operationId: listPets
responses:
  "200": {description: Pets.}
"""


def check(pair: Pair[Coded]) -> Iterator[Found]:
    if pair.old is not None and pair.is_removed and not pair.old.key.startswith("2"):
        yield Found(f"answer {pair.old.key} is no longer documented")
