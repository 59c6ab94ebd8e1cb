"""`Accept`, `Content-Type` and `Authorization` are not declared as parameters.

Why: OpenAPI ignores such parameters: media types and security schemes say the same.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..kinds import Kind
from ..node import Node
from ..rule import Finding

ON = (Kind.PARAMETER,)
BAD = """\
paths:
  /pets:
    get:
      operationId: listPets
      parameters:
        - name: Authorization  # <-
          in: header
          schema: { type: string }
      responses: { "200": { description: The pets. } }
"""
GOOD = """\
paths:
  /pets:
    get:
      operationId: listPets
      parameters:
        - name: X-Request-Id
          in: header
          schema: { type: string }
      responses: { "200": { description: The pets. } }
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    if node.text("in") == "header" and node.text("name").lower() in ("accept", "content-type", "authorization"):
        message = f"expected no parameter {node.text('name')}; OpenAPI ignores it"
        yield Finding(node, message, "say it with content or a security scheme", ("name",))
