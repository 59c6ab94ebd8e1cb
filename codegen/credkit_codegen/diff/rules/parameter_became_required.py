"""A parameter that could be left out must be sent.

Why: a call that was right yesterday is refused today.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..change import Found
from ..pairs import Kind, Pair, Parameter

ON = Kind.PARAMETER
REQUEST = "calls without it are refused: send it"
BEFORE = """\
operationId: listPets
responses: {"200": {description: Pets.}}
parameters:
  - {name: limit, in: query, schema: {type: integer}}
"""
AFTER = """\
operationId: listPets
responses: {"200": {description: Pets.}}
parameters:
  - {name: limit, in: query, required: true, schema: {type: integer}}
"""


def check(pair: Pair[Parameter]) -> Iterator[Found]:
    if pair.both is not None and pair.both[1].is_required and not pair.both[0].is_required:
        yield Found(f"{pair.subject} became required", new=pair.both[1].node.child("required"))
