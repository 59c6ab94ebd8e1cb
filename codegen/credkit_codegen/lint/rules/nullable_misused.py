"""Null is allowed in the way of the document's version.

Why: OpenAPI 3.1 does not know `nullable`, and 3.0 knows it only beside `type`: what is written has no effect.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..kinds import Kind
from ..node import Node
from ..rule import Finding

ON = (Kind.SCHEMA,)
KEYS = ("nullable",)
BAD = """\
components:
  schemas:
    Name:
      type: string
      nullable: true  # <-
"""
GOOD = """\
components:
  schemas:
    Name:
      type: [string, "null"]
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    if context.version != "3.0":
        yield Finding(
            node,
            "expected null among the types; `nullable` has no effect since 3.1",
            'write `type: [string, "null"]`',
            ("nullable",),
        )
    elif "type" not in node.value and node.value["nullable"] is True and not _composed(node):
        yield Finding(
            node, "expected `type` beside `nullable`; without it nullable has no effect", "add the type", ("nullable",)
        )


def _composed(node: Node) -> bool:
    return any(key in node.value for key in ("allOf", "oneOf", "anyOf", "$ref", "enum"))
