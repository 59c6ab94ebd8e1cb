"""Every operation has a summary or a description.

Why: it becomes the first line of the method's documentation.
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
paths:
  /pets:
    get:
      operationId: listPets
      summary: List pets
      responses:
        "200": { description: The pets. }
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    item = node.parent
    held = (node, item) if item is not None and item.kind is Kind.PATH_ITEM else (node,)
    if not any(holder.text(key).strip() for holder in held for key in ("summary", "description")):
        yield Finding(node, "expected a summary; there is none", "add `summary:`, a few words that begin with a verb")
