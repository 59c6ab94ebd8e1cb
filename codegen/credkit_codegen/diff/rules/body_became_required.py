"""A body that could be left out must be sent.

Why: a call that was right yesterday is refused today.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...resolve import Node
from ..change import Found
from ..pairs import Kind, Pair

ON = Kind.BODY
REQUEST = "calls without it are refused: send it"
BEFORE = """\
operationId: listPets
responses: {"200": {description: Pets.}}
requestBody:
  content: {application/json: {schema: {type: object}}}
"""
AFTER = """\
operationId: listPets
responses: {"200": {description: Pets.}}
requestBody:
  required: true
  content: {application/json: {schema: {type: object}}}
"""


def check(pair: Pair[Node]) -> Iterator[Found]:
    if (
        pair.both is not None
        and pair.both[1].map.get("required") is True
        and pair.both[0].map.get("required") is not True
    ):
        yield Found("the request body became required", new=pair.both[1].child("required"))
