"""Every operation and every component schema says where its facts come from.

Why: a fact without a page cannot be checked when the vendor's pages change.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..kinds import Kind
from ..node import Node
from ..rule import Finding

ON = (Kind.OPERATION, Kind.SCHEMA)
BAD = """\
info: { title: Pets, version: "1", x-sources: { pets: "https://pets.example/docs" } }
paths:
  /pets:
    get:  # <-
      operationId: listPets
      responses: { "200": { description: The pets. } }
"""
GOOD = """\
info: { title: Pets, version: "1", x-sources: { pets: "https://pets.example/docs" } }
paths:
  /pets:
    get:
      operationId: listPets
      x-source: { page: pets, basis: documented }
      responses: { "200": { description: The pets. } }
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    if node.kind is Kind.SCHEMA and (node.parent is None or node.parent.kind is not Kind.COMPONENTS):
        return
    if "x-source" not in node.value and not any("x-source" in above.value for above in node.above()):
        yield Finding(
            node, "expected x-source here or above; there is none", "add `x-source: {page: …, basis: documented}`"
        )
