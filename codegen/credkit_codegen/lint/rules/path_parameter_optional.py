"""A path parameter is required.

Why: OpenAPI demands `required: true`, as a path without one of its parts is another path.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..kinds import Kind
from ..node import Node
from ..rule import Edit, Finding

ON = (Kind.PARAMETER,)
BAD = """\
paths:
  /pets/{petId}:
    get:
      operationId: getPet
      parameters:
        - name: petId  # <-
          in: path
          schema: { type: string }
      responses:
        "200": { description: The pet. }
"""
GOOD = """\
paths:
  /pets/{petId}:
    get:
      operationId: getPet
      parameters:
        - name: petId
          in: path
          required: true
          schema: { type: string }
      responses:
        "200": { description: The pet. }
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    if node.text("in") == "path" and node.value.get("required") is not True:
        given = "required" in node.value
        edit = (
            Edit("set", f"{node.pointer}/required", "true") if given else Edit("add", node.pointer, "true", "required")
        )
        path = ("required",) if given else ()
        yield Finding(node, "expected `required: true` on a path parameter", "add `required: true`", path, (edit,))
