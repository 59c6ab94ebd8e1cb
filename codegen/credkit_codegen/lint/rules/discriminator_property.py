"""A discriminator's property is declared and required in every variant.

Why: without it a value cannot be told to be of one variant, and clients have to guess.
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
components:
  schemas:
    Cat: { type: object, properties: { kind: { type: string } }, required: [kind] }
    Dog: { type: object, properties: { name: { type: string } } }
    Pet:
      oneOf:
        - $ref: "#/components/schemas/Cat"
        - $ref: "#/components/schemas/Dog"  # <-
      discriminator: { propertyName: kind }
"""
GOOD = """\
components:
  schemas:
    Cat: { type: object, properties: { kind: { type: string } }, required: [kind] }
    Dog: { type: object, properties: { kind: { type: string } }, required: [kind] }
    Pet:
      oneOf:
        - $ref: "#/components/schemas/Cat"
        - $ref: "#/components/schemas/Dog"
      discriminator: { propertyName: kind }
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    name = node.map("discriminator").get("propertyName")
    if not isinstance(name, str):
        return
    variants = [key for key in ("oneOf", "anyOf") if node.list(key)]
    if not variants and name not in context.properties(node):
        message = f'expected the property "{name}" that the discriminator names; it is not there'
        yield Finding(node, message, "describe it under properties and require it", ("discriminator",))
    for key in variants:
        for index, variant in context.children(node, Kind.SCHEMA, key):
            if variant.types() == ("null",) or variant.value.get("type") == "null":
                continue
            parts = list(context.parts(variant))
            declared = any(name in part.map("properties") for part in parts)
            required = any(name in part.list("required") for part in parts)
            if not declared or (not required and "defaultMapping" not in node.map("discriminator")):
                word = "declared" if not declared else "required"
                message = f'expected "{name}" to be {word} in every variant; it is not in this one'
                yield Finding(node, message, "declare and require it there", (key, int(index)))
