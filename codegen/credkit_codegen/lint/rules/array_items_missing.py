"""An array says what its items are.

Why: OpenAPI 3.0 demands it, and without it every item is untyped.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..kinds import Kind
from ..node import Node
from ..rule import Finding

ON = (Kind.SCHEMA,)
KEYS = ("type",)
BAD = """\
components:
  schemas:
    Pets:  # <-
      type: array
"""
GOOD = """\
components:
  schemas:
    Pets:
      type: array
      items: { type: string }
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    held = ("items", "prefixItems", "contains", "enum", "const")
    if "array" in node.types() and not any(key in node.value for key in held):
        yield Finding(
            node, "expected items in an array; there are none", "add `items:` with a schema (`{}` for anything)"
        )
