"""In OpenAPI 3.2 a discriminator whose property may be absent has a `defaultMapping`.

Why: a value without the property fits no variant by name; the default says which one it is.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..kinds import Kind
from ..node import Node
from ..rule import Finding

ON = (Kind.SCHEMA,)
KEYS = ("discriminator",)
BAD = """\
openapi: 3.2.0
components:
  schemas:
    Pet:
      type: object
      properties: { kind: { type: string } }
      discriminator:  # <-
        propertyName: kind
        mapping: { cat: "#/components/schemas/Cat" }
    Cat:
      allOf: [{ $ref: "#/components/schemas/Pet" }]
"""
GOOD = """\
openapi: 3.2.0
components:
  schemas:
    Pet:
      type: object
      properties: { kind: { type: string } }
      discriminator:
        propertyName: kind
        mapping: { cat: "#/components/schemas/Cat" }
        defaultMapping: Cat
    Cat:
      allOf: [{ $ref: "#/components/schemas/Pet" }]
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    discriminator = node.map("discriminator")
    name = discriminator.get("propertyName")
    if context.version != "3.2" or not isinstance(name, str) or "defaultMapping" in discriminator:
        return
    variants = [item for key in ("oneOf", "anyOf") for _, item in context.children(node, Kind.SCHEMA, key)] or [node]
    if _requires(node, name, context):
        return
    if any(name in context.properties(item) and not _requires(item, name, context) for item in variants):
        message = f'expected defaultMapping; "{name}" may be absent'
        yield Finding(node, message, f"require {name}, or add `defaultMapping:` with a variant", ("discriminator",))


def _requires(schema: Node, name: str, context: Context) -> bool:
    return any(name in part.list("required") for part in context.parts(schema))
