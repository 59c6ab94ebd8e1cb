"""Every operation has a tag.

Why: tags group methods; an operation without one lands in a group made from its path.
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
      tags: [pets]
      responses:
        "200": { description: The pets. }
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    item = node.parent
    in_paths = item is not None and item.parent is not None and item.parent.kind is Kind.PATHS
    if in_paths and not node.list("tags"):
        yield Finding(node, "expected a tag; there is none", "add `tags: [name]`")
