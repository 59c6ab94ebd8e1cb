"""An operation no longer takes a body.

Why: what callers send is not read any more, or refused.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...resolve import Node
from ..change import Found
from ..pairs import Kind, Pair

ON = Kind.BODY
REQUEST = "stop sending one; look where its facts go now"
BEFORE = """\
operationId: listPets
responses: {"200": {description: Pets.}}
requestBody:
  content: {application/json: {schema: {type: object}}}
"""
AFTER = """\
operationId: listPets
responses: {"200": {description: Pets.}}
"""


def check(pair: Pair[Node]) -> Iterator[Found]:
    if pair.is_removed:
        yield Found("the request body is gone")
