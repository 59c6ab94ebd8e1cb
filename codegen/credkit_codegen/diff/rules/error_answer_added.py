"""One more error is documented.

Why: it has a class of its own; before, it was raised as an error of its status.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..change import Found
from ..pairs import Coded, Kind, Pair

ON = Kind.RESPONSE
RESPONSE = "nothing to do; look whether you want to handle it"
BEFORE = """\
operationId: listPets
responses:
  "200": {description: Pets.}
"""
AFTER = """\
operationId: listPets
responses:
  "200": {description: Pets.}
  "409": {description: Conflict.}
"""


def check(pair: Pair[Coded]) -> Iterator[Found]:
    if pair.new is not None and pair.is_added and not pair.new.key.startswith("2"):
        yield Found(f"answer {pair.new.key} is new")
