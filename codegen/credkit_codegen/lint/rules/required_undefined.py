"""Every name in `required` is a property that the schema knows.

Why: a required property that nobody describes is a misspelling, or a promise without a type.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..kinds import Kind
from ..node import Node
from ..rule import Finding

ON = (Kind.SCHEMA,)
KEYS = ("required",)
BAD = """\
components:
  schemas:
    Pet:
      type: object
      required:
        - name
        - nmae  # <-
      properties:
        name: { type: string }
"""
GOOD = """\
components:
  schemas:
    Pet:
      type: object
      required:
        - name
      properties:
        name: { type: string }
"""
OPEN = ("additionalProperties", "patternProperties", "oneOf", "anyOf", "if", "$dynamicRef")


def check(node: Node, context: Context) -> Iterator[Finding]:
    names = [name for name in node.list("required") if isinstance(name, str)]
    missing = [name for name in names if name not in node.map("properties")]
    if not missing or (not node.value.get("properties") and not node.value.get("allOf")):
        return
    parts = list(context.parts(node))
    if any(part.value.get(key) not in (None, False) for part in parts for key in OPEN) or _within(node):
        return
    known = {name for part in parts for name in part.map("properties")}
    for index, name in enumerate(node.list("required")):
        if name in missing and name not in known:
            message = f'expected "{name}" among properties; it is not there'
            yield Finding(node, message, "describe the property, or mend the name", ("required", index))


def _within(node: Node) -> bool:
    """Whether the schema is a part of another one, which may hold the property."""
    return node.slot in ("allOf", "oneOf", "anyOf", "not", "if", "then", "else")
