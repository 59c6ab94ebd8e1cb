"""A `$ref` of OpenAPI 3.0 stands alone.

Why: whatever stands beside it is ignored, a description or a `nullable` too.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..kinds import Kind
from ..node import Node
from ..rule import Finding

ON = (Kind.REFERENCE,)
BAD = """\
openapi: 3.0.3
components:
  schemas:
    Owner: { type: string }
    Pet:
      type: object
      properties:
        owner:
          $ref: "#/components/schemas/Owner"
          nullable: true  # <-
"""
GOOD = """\
openapi: 3.0.3
components:
  schemas:
    Owner: { type: string }
    Pet:
      type: object
      properties:
        owner:
          nullable: true
          allOf:
            - $ref: "#/components/schemas/Owner"
"""
BESIDE_31 = ("summary", "description")


def check(node: Node, context: Context) -> Iterator[Finding]:
    if node.expects is Kind.PATH_ITEM or (node.expects is Kind.SCHEMA and context.version != "3.0"):
        return
    allowed = BESIDE_31 if context.version != "3.0" else ()
    for key in node.value:
        if key != "$ref" and key not in allowed and not key.startswith("x-"):
            message = f'expected nothing beside $ref that has an effect; "{key}" is ignored'
            yield Finding(node, message, "move it to the target, or wrap the reference in allOf", (key,))
