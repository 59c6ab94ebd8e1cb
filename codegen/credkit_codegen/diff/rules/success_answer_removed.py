"""An answer of success no longer comes.

Why: code that waits for this status, or reads its body, waits for something else from now on.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..change import Found
from ..pairs import Coded, Kind, Pair

ON = Kind.RESPONSE
RESPONSE = "read the answer that comes instead"
BEFORE = """\
operationId: listPets
responses:
  "200": {description: Pets.}
  "201": {description: Made.}
"""
AFTER = """\
operationId: listPets
responses:
  "200": {description: Pets.}
"""


def check(pair: Pair[Coded]) -> Iterator[Found]:
    if pair.old is not None and pair.is_removed and pair.old.key.startswith("2"):
        yield Found(f"answer {pair.old.key} is gone")
