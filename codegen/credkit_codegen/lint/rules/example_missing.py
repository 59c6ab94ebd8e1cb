"""A JSON body has an example.

Why: an example shows what a schema only allows; stubs and tests answer with it. Curated documents are left alone: they hold the
examples that the vendor's pages print, and no others.
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
      operationId: getPet
      responses:
        "200":
          description: The pet.
          content:
            application/json:  # <-
              schema: { type: object, properties: { name: { type: string } } }
"""
GOOD = """\
paths:
  /pets:
    get:
      operationId: getPet
      responses:
        "200":
          description: The pet.
          content:
            application/json:
              schema: { type: object, properties: { name: { type: string } } }
              example: { name: Rex }
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    if context.curated or not is_json(node.name) or "example" in node.value or node.map("examples"):
        return
    schema = context.child(node, Kind.SCHEMA, "schema")
    if schema is not None and not any(_shown(part, context) for part in context.parts(schema)):
        yield Finding(
            node, "expected an example of the body; there is none", "add `examples:` with one that the service gave"
        )


def _shown(schema: Node, context: Context) -> bool:
    """Whether a schema, or every property of it, has an example."""
    if "example" in schema.value or schema.list("examples"):
        return True
    held = [context.resolved(item) for item in context.properties(schema).values()]
    return bool(held) and all(
        item is not None and ("example" in item.value or "examples" in item.value) for item in held
    )
