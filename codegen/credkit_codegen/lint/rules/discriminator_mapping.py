"""A discriminator's mapping leads to schemas that exist, and to variants.

Why: a value whose target is missing is read as nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...positions import escape
from ...primitives import JSON
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
    Pet:
      oneOf:
        - $ref: "#/components/schemas/Cat"
      discriminator:
        propertyName: kind
        mapping:
          cat: "#/components/schemas/Cat"
          dog: "#/components/schemas/Dog"  # <-
"""
GOOD = """\
components:
  schemas:
    Cat: { type: object, properties: { kind: { type: string } }, required: [kind] }
    Pet:
      oneOf:
        - $ref: "#/components/schemas/Cat"
      discriminator:
        propertyName: kind
        mapping:
          cat: "#/components/schemas/Cat"
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    discriminator = node.map("discriminator")
    mapping = discriminator.get("mapping")
    targets: dict[tuple[str, ...], JSON] = {}
    if isinstance(mapping, dict):
        targets = {("discriminator", "mapping", key): ref for key, ref in mapping.items()}
    if "defaultMapping" in discriminator:
        targets["discriminator", "defaultMapping"] = discriminator["defaultMapping"]
    held = [variant for key in ("oneOf", "anyOf") for _, variant in context.children(node, Kind.SCHEMA, key)]
    variants = {(variant.document.file, variant.pointer) for variant in held}
    for path, ref in targets.items():
        if not isinstance(ref, str):
            continue
        target = context.target(node.document, ref, Kind.SCHEMA) if "#" in ref or "/" in ref or "." in ref else None
        if target is None:
            target = context.target(context.documents.root, f"#/components/schemas/{escape(ref)}", Kind.SCHEMA)
        if target is None:
            yield Finding(node, f'expected a schema; "{ref}" leads to nothing', "define it, or mend the name", path)
        elif variants and (target.document.file, target.pointer) not in variants:
            yield Finding(node, f'expected a variant of the union; "{ref}" is none', "add it to the variants", path)
