"""A place has `example` or `examples`, not both.

Why: OpenAPI forbids both; tools show one and drop the other.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..kinds import Kind
from ..node import Node
from ..rule import Finding

ON = (Kind.MEDIA_TYPE, Kind.PARAMETER, Kind.HEADER)
KEYS = ("example",)
BAD = """\
paths:
  /pets:
    get:
      operationId: listPets
      parameters:
        - name: limit
          in: query
          schema: { type: integer }
          example: 3  # <-
          examples: { few: { value: 3 } }
      responses:
        "200": { description: The pets. }
"""
GOOD = """\
paths:
  /pets:
    get:
      operationId: listPets
      parameters:
        - name: limit
          in: query
          schema: { type: integer }
          examples: { few: { value: 3 } }
      responses:
        "200": { description: The pets. }
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    if "examples" in node.value:
        yield Finding(node, "expected example or examples; there are both", "move it into examples", ("example",))
