"""A header of an answer is new.

Why: there is more to read.
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
    headers: {}
"""
AFTER = """\
operationId: listPets
responses:
  "200":
    description: Pets.
    headers: {X-Total: {schema: {type: integer}}}
"""


def check(pair: Pair[Coded]) -> Iterator[Found]:
    if pair.is_added:
        yield Found(f"{pair.subject} is new")
