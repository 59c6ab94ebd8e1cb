"""A schema with members of a type states the type.

Why: `properties` without `type: object` also allows text and numbers, which nobody means; tools read it differently.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..kinds import Kind
from ..node import Node
from ..rule import Edit, Finding

ON = (Kind.SCHEMA,)
KEYS = ("properties", "items", "additionalProperties")
BAD = """\
components:
  schemas:
    Pet:  # <-
      properties:
        name: { type: string }
"""
GOOD = """\
components:
  schemas:
    Pet:
      type: object
      properties:
        name: { type: string }
"""
WITH = ("type", "allOf", "oneOf", "anyOf", "$ref", "enum", "const", "not", "if")


def check(node: Node, context: Context) -> Iterator[Finding]:
    if any(key in node.value for key in WITH) or node.slot in ("allOf", "oneOf", "anyOf", "not", "if", "then", "else"):
        return
    type_ = "array" if "items" in node.value and "properties" not in node.value else "object"
    edit = Edit("add", node.pointer, type_, "type")
    yield Finding(
        node, f"expected `type: {type_}` beside its members; there is no type", f"add `type: {type_}`", edits=(edit,)
    )
