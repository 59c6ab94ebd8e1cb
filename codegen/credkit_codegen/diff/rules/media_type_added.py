"""A body is taken, or given, in one more media type.

Why: a choice is new. Answers come in it to those who ask for it.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..change import Found
from ..pairs import Coded, Kind, Pair

ON = Kind.MEDIA_TYPE
REQUEST = "nothing to do"
RESPONSE = "nothing to do"
BEFORE = """\
operationId: listPets
responses:
  "200":
    description: Pets.
    content:
      application/json: {schema: {type: string}}
"""
AFTER = """\
operationId: listPets
responses:
  "200":
    description: Pets.
    content:
      application/json: {schema: {type: string}}
      text/csv: {schema: {type: string}}
"""


def check(pair: Pair[Coded]) -> Iterator[Found]:
    if pair.new is not None and pair.is_added:
        yield Found(f"{pair.subject}: {pair.new.key} is new")
