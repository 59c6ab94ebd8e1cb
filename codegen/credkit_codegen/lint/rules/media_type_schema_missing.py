"""A media type has a schema.

Why: without one the body is untyped: any bytes, any JSON.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context, is_json
from ..kinds import Kind
from ..node import Node
from ..rule import Finding

ON = (Kind.MEDIA_TYPE,)
BAD = """\
paths:
  /pets:
    get:
      operationId: listPets
      responses:
        "200":
          description: The pets.
          content:
            application/json: {}  # <-
"""
GOOD = """\
paths:
  /pets:
    get:
      operationId: listPets
      responses:
        "200":
          description: The pets.
          content:
            application/json: { schema: { type: array, items: { type: string } } }
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    typed = is_json(node.name) or node.name.startswith(("multipart/", "application/x-www-form-urlencoded"))
    if typed and "schema" not in node.value and "itemSchema" not in node.value:
        yield Finding(node, "expected a schema of the body; there is none", "add `schema:`")
