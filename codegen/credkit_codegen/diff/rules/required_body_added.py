"""An operation asks for a body that it did not take.

Why: every call without one is refused.
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
"""
AFTER = """\
operationId: listPets
responses: {"200": {description: Pets.}}
requestBody:
  required: true
  content: {application/json: {schema: {type: object}}}
"""


def check(pair: Pair[Node]) -> Iterator[Found]:
    if pair.new is not None and pair.is_added and pair.new.map.get("required") is True:
        yield Found("a request body is new and required")
