"""Every name in a path template is declared as a path parameter.

Why: nobody can fill in a part that has no type and no description.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..kinds import Kind
from ..node import Node
from ..paths import template_names
from ..rule import Finding

ON = (Kind.OPERATION,)
BAD = """\
paths:
  /pets/{petId}:
    get:  # <-
      operationId: getPet
      responses:
        "200": { description: The pet. }
"""
GOOD = """\
paths:
  /pets/{petId}:
    get:
      operationId: getPet
      parameters:
        - { name: petId, in: path, required: true, schema: { type: string } }
      responses:
        "200": { description: The pet. }
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    item = node.parent
    if item is None or item.parent is None or item.parent.kind is not Kind.PATHS:
        return
    declared = {parameter.text("name") for parameter in context.parameters(node) if parameter.text("in") == "path"}
    for name in dict.fromkeys(template_names(item.name)):
        if name not in declared:
            message = f'expected a path parameter "{name}"; none is declared'
            yield Finding(node, message, f"add `- name: {name}`, `in: path`, `required: true` to parameters")
