"""An operation takes a body, which may be left out.

Why: callers can say more.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...resolve import Node
from ..change import Found
from ..pairs import Kind, Pair

ON = Kind.BODY
REQUEST = "nothing to do"
BEFORE = """\
operationId: listPets
responses: {"200": {description: Pets.}}
"""
AFTER = """\
operationId: listPets
responses: {"200": {description: Pets.}}
requestBody:
  content: {application/json: {schema: {type: object}}}
"""


def check(pair: Pair[Node]) -> Iterator[Found]:
    if pair.new is not None and pair.is_added and pair.new.map.get("required") is not True:
        yield Found("a request body is new")
