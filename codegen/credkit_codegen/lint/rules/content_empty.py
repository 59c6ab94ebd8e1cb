"""A body names its media type.

Why: with an empty `content` nobody knows how to read or write the body.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..kinds import Kind
from ..node import Node
from ..rule import Finding

ON = (Kind.REQUEST_BODY, Kind.RESPONSE)
KEYS = ("content",)
BAD = """\
paths:
  /pets:
    post:
      operationId: createPet
      requestBody:
        content: {}  # <-
      responses: { "201": { description: Created. } }
"""
GOOD = """\
paths:
  /pets:
    post:
      operationId: createPet
      requestBody:
        content: { application/json: { schema: { type: object } } }
      responses: { "201": { description: Created. } }
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    if node.value["content"] == {}:
        yield Finding(
            node,
            "expected a media type; there is none",
            "add `application/json:` with a schema, or take content out",
            ("content",),
        )
