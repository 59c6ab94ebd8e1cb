"""Every parameter has a description.

Why: its name rarely says what values mean; the description becomes the documentation of an argument.
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
        - name: limit  # <-
          in: query
          schema: { type: integer }
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
          description: The most pets that one answer holds.
          schema: { type: integer }
      responses:
        "200": { description: The pets. }
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    schema = context.child(node, Kind.SCHEMA, "schema")
    if not node.text("description").strip() and not (schema is not None and schema.text("description").strip()):
        yield Finding(node, "expected a description of the parameter; there is none", "add `description:`")
