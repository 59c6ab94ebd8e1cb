"""A body is no longer taken, or no longer given, in one of its media types.

Why: a caller who sends it is refused; one who asked for it gets nothing that he can read.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..change import Found
from ..pairs import Coded, Kind, Pair

ON = Kind.MEDIA_TYPE
REQUEST = "send one of the other media types"
RESPONSE = "ask for one of the other media types"
BEFORE = """\
operationId: listPets
responses:
  "200":
    description: Pets.
    content:
      application/json: {schema: {type: string}}
      text/csv: {schema: {type: string}}
"""
AFTER = """\
operationId: listPets
responses:
  "200":
    description: Pets.
    content:
      application/json: {schema: {type: string}}
"""


def check(pair: Pair[Coded]) -> Iterator[Found]:
    if pair.old is not None and pair.is_removed:
        yield Found(f"{pair.subject}: {pair.old.key} is gone")
