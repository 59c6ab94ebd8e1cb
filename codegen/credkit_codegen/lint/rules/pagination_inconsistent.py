"""`x-pagination` names parameters and members that the operation has.

Why: an iterator built on a name that does not exist asks for the first page for ever, or ends after it.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..kinds import Kind
from ..node import Node
from ..rule import Finding

ON = (Kind.OPERATION,)
KEYS = ("x-pagination",)
BAD = """\
paths:
  /pets:
    get:
      operationId: listPets
      parameters: [{ name: cursor, in: query, schema: { type: string } }]
      responses:
        "200":
          description: The pets.
          content:
            application/json:
              schema:
                type: object
                properties:
                  items: { type: array, items: { type: string } }
                  next: { type: string }
      x-pagination:
        style: cursor
        page: after  # <-
        items: /items
        next: /next
"""
GOOD = """\
paths:
  /pets:
    get:
      operationId: listPets
      parameters: [{ name: cursor, in: query, schema: { type: string } }]
      responses:
        "200":
          description: The pets.
          content:
            application/json:
              schema:
                type: object
                properties:
                  items: { type: array, items: { type: string } }
                  next: { type: string }
      x-pagination:
        style: cursor
        page: cursor
        items: /items
        next: /next
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    given = node.map("x-pagination")
    names = {item.text("name") for item in context.parameters(node) if item.text("in") == "query"}
    for key in ("page", "size"):
        name = given.get(key)
        if isinstance(name, str) and name not in names:
            yield Finding(
                node,
                f'expected a query parameter "{name}"; there is none',
                "name one that is declared",
                ("x-pagination", key),
            )
    schemas = [schema for answer in context.successes(node) if (schema := context.json_schema(answer)) is not None]
    for key in ("items", "next", "hasMore", "pageSize"):
        pointer = given.get(key)
        if not isinstance(pointer, str) or not schemas:
            continue
        found = [context.at(schema, pointer) for schema in schemas]
        if not any(item is not None for item in found):
            message = f'expected something at "{pointer}" in the body; the schema knows no such member'
            yield Finding(node, message, "mend the pointer, or describe the member", ("x-pagination", key))
        elif key == "items" and not any(item is not None and _listy(item, context) for item in found):
            yield Finding(
                node,
                f'expected a list at "{pointer}"; the schema has something else',
                "point at the list",
                ("x-pagination", key),
            )


def _listy(schema: Node, context: Context) -> bool:
    types = {name for part in context.parts(schema) for name in part.types()}
    return not types or "array" in types
