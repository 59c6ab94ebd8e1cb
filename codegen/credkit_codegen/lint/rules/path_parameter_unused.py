"""A declared path parameter stands in the path.

Why: a caller is asked for a value that goes nowhere.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..kinds import Kind
from ..node import Node
from ..paths import template_names
from ..rule import Finding

ON = (Kind.PARAMETER,)
BAD = """\
paths:
  /pets:
    get:
      operationId: listPets
      parameters:
        - name: petId
          in: path  # <-
          required: true
          schema: { type: string }
      responses:
        "200": { description: The pets. }
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
    if node.text("in") != "path":
        return
    item = node.nearest(Kind.PATH_ITEM)
    if item is None or item.parent is None or item.parent.kind is not Kind.PATHS:
        return
    if node.text("name") not in template_names(item.name):
        message = f'expected "{{{node.text("name")}}}" in the path; it is not there'
        yield Finding(node, message, "put the name into the path, or mend `in`", ("in",))
