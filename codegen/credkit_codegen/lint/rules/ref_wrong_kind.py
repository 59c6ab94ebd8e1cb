"""A reference leads to a component of the kind that is needed.

Why: a response where a schema is needed is read as an empty schema.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..kinds import SECTION_KINDS, Kind
from ..node import Node
from ..rule import Finding

ON = (Kind.REFERENCE,)
BAD = """\
components:
  parameters:
    Limit: { name: limit, in: query, schema: { type: integer } }
  schemas:
    Page:
      type: object
      properties:
        limit: { $ref: "#/components/parameters/Limit" }  # <-
"""
GOOD = """\
components:
  schemas:
    Limit: { type: integer }
    Page:
      type: object
      properties:
        limit: { $ref: "#/components/schemas/Limit" }
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    _, _, fragment = node.text("$ref").partition("#")
    tokens = fragment.split("/")
    if len(tokens) != 4 or tokens[1] != "components" or node.expects is None:
        return
    found = SECTION_KINDS.get(tokens[2])
    if found is not None and found is not node.expects:
        wanted = node.expects.name.lower().replace("_", " ")
        yield Finding(
            node,
            f"expected a {wanted}; the reference leads into components.{tokens[2]}",
            "refer to a component of the right kind",
            ("$ref",),
        )
