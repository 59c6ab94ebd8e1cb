"""There is one more answer of success.

Why: code that knows one kind of success may meet another, with another body.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..change import Found
from ..pairs import Coded, Kind, Pair

ON = Kind.RESPONSE
RESPONSE = "look whether your code takes it for what it is"
BEFORE = """\
operationId: listPets
responses:
  "200": {description: Pets.}
"""
AFTER = """\
operationId: listPets
responses:
  "200": {description: Pets.}
  "202": {description: Later.}
"""


def check(pair: Pair[Coded]) -> Iterator[Found]:
    if pair.new is not None and pair.is_added and pair.new.key.startswith("2"):
        yield Found(f"answer {pair.new.key} is new")
