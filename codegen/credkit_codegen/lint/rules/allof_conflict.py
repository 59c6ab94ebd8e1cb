"""The parts of an `allOf` can be true together.

Why: when two parts give different types to a value, nothing satisfies the schema.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..kinds import Kind
from ..node import Node
from ..rule import Finding

ON = (Kind.SCHEMA,)
KEYS = ("allOf",)
BAD = """\
components:
  schemas:
    Base:
      type: object
      properties:
        id: { type: string }
    Pet:
      allOf:
        - $ref: "#/components/schemas/Base"
        - type: object  # <-
          properties:
            id: { type: integer }
"""
GOOD = """\
components:
  schemas:
    Base:
      type: object
      properties:
        id: { type: string }
    Pet:
      allOf:
        - $ref: "#/components/schemas/Base"
        - type: object
          properties:
            name: { type: string }
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    types: set[str] | None = None
    properties: dict[str, set[str]] = {}
    for index, part in context.children(node, Kind.SCHEMA, "allOf"):
        path = ("allOf", int(index))
        own = _wide(set(part.types()))
        if own and types and not own & types:
            message = (
                f"expected the type of the parts before ({' or '.join(sorted(types))}); got {' or '.join(sorted(own))}"
            )
            yield Finding(node, message, "give the parts one type", path)
        types = own or types
        for name in part.map("properties"):
            found = context.child(part, Kind.SCHEMA, "properties", name)
            kinds = _wide(set(found.types())) if found is not None else set()
            if kinds and properties.get(name) and not kinds & properties[name]:
                message = f'expected "{name}" to have one type in all parts; it has two that exclude each other'
                yield Finding(node, message, "mend one of the parts, or use oneOf", path)
            properties[name] = kinds or properties.get(name, set())


def _wide(types: set[str]) -> set[str]:
    return types | {"integer"} if "number" in types else types
