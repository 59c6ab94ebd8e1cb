"""Every component schema has a description.

Why: it becomes the documentation of a class.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..kinds import Kind
from ..node import Node
from ..rule import Finding

ON = (Kind.SCHEMA,)
BAD = """\
components:
  schemas:
    Pet:  # <-
      type: object
      properties:
        name: { type: string }
"""
GOOD = """\
components:
  schemas:
    Pet:
      description: An animal that somebody owns.
      type: object
      properties:
        name: { type: string }
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    component = node.parent is not None and node.parent.kind is Kind.COMPONENTS
    if component and not node.text("description").strip() and not node.text("title").strip():
        yield Finding(node, "expected a description of the schema; there is none", "add `description:`")
