"""There is a new parameter that may be left out.

Why: callers can say more.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..change import Found
from ..pairs import Kind, Pair, Parameter

ON = Kind.PARAMETER
REQUEST = "nothing to do"
BEFORE = """\
operationId: listPets
responses: {"200": {description: Pets.}}
"""
AFTER = """\
operationId: listPets
responses: {"200": {description: Pets.}}
parameters:
  - {name: limit, in: query, schema: {type: integer}}
"""


def check(pair: Pair[Parameter]) -> Iterator[Found]:
    if pair.new is not None and pair.is_added and not pair.new.is_required:
        yield Found(f"{pair.subject} is new")
