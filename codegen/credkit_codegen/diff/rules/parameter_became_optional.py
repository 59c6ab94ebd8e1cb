"""A parameter that had to be sent may be left out.

Why: callers may say less.
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
parameters:
  - {name: limit, in: query, required: true, schema: {type: integer}}
"""
AFTER = """\
operationId: listPets
responses: {"200": {description: Pets.}}
parameters:
  - {name: limit, in: query, schema: {type: integer}}
"""


def check(pair: Pair[Parameter]) -> Iterator[Found]:
    if pair.both is not None and pair.both[0].is_required and not pair.both[1].is_required:
        yield Found(f"{pair.subject} became optional")
