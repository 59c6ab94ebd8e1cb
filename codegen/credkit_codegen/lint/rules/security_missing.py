"""Every operation says whether it needs a credential.

Why: without `security` an operation is public. That is rarely meant, and a client then sends no credential.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..kinds import Kind
from ..node import Node
from ..rule import Finding

ON = (Kind.OPERATION,)
BAD = """\
paths:
  /pets:
    get:  # <-
      operationId: listPets
      responses:
        "200": { description: The pets. }
"""
GOOD = """\
security: []
paths:
  /pets:
    get:
      operationId: listPets
      responses:
        "200": { description: The pets. }
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    item = node.parent
    called = item is not None and item.parent is not None and item.parent.kind is Kind.PATHS
    if called and "security" not in node.value and "security" not in context.top.value:
        yield Finding(
            node,
            "expected security; the operation is public without it",
            "add `security:`, empty (`[]`) when it is meant to be public",
        )
