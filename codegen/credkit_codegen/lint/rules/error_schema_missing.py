"""An error answer has a body with a schema.

Why: without one an exception can say the status and nothing of what the service told.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..kinds import Kind
from ..node import Node
from ..rule import Finding

ON = (Kind.RESPONSE,)
BAD = """\
paths:
  /pets:
    get:
      operationId: listPets
      responses:
        "400": { description: The call is wrong. }  # <-
"""
GOOD = """\
paths:
  /pets:
    get:
      operationId: listPets
      responses:
        "400":
          description: The call is wrong.
          content: { application/json: { schema: { type: object } } }
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    holder = node.parent
    if holder is not None and holder.kind is Kind.RESPONSES and (node.name[:1] in ("4", "5") or node.name == "default"):
        schemas = [media.get("schema") for media in node.map("content").values() if isinstance(media, dict)]
        if not any(isinstance(schema, dict) for schema in schemas):
            yield Finding(
                node, "expected a schema of the error body; there is none", "add `content:` with the error's schema"
            )
