"""A schema that contains itself can come to an end.

Why: when every value of a schema must hold another value of it, no finite value exists.
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
    Person:  # <-
      type: object
      required: [parent]
      properties:
        parent: { $ref: "#/components/schemas/Person" }
"""
GOOD = """\
components:
  schemas:
    Person:
      type: object
      properties:
        parent: { $ref: "#/components/schemas/Person" }
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    if node.parent is None or node.parent.kind is not Kind.COMPONENTS:
        return
    start = (node.document.file, node.pointer)
    pending, met = list(_demanded(node, context)), {start}
    while pending:
        item = pending.pop()
        key = (item.document.file, item.pointer)
        if key == start:
            yield Finding(
                node,
                "expected a way out of the recursion; every value must hold another",
                "make a property optional or nullable",
            )
            return
        if key not in met:
            met.add(key)
            pending.extend(_demanded(item, context))


def _demanded(schema: Node, context: Context) -> Iterator[Node]:
    """Schemas of which every value of this one must hold a value."""
    properties = context.properties(schema)
    for part in context.parts(schema):
        for name in part.list("required"):
            held = properties.get(name) if isinstance(name, str) else None
            found = context.resolved(held)
            if found is not None and found.types() in ((), ("object",)) and not _nullable(found):
                yield found


def _nullable(schema: Node) -> bool:
    given = schema.value.get("type")
    return schema.value.get("nullable") is True or (isinstance(given, list) and "null" in given)
