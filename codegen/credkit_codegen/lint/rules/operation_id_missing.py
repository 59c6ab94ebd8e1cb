"""Every operation has an `operationId`.

Why: it names the method that people call. Without one the name is made from method and path and changes with them.
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
      responses:
        "200": { description: The pets. }
"""
GOOD = """\
paths:
  /pets:
    get:
      operationId: listPets
      responses:
        "200": { description: The pets. }
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    item = node.parent
    called = item is None or item.parent is None or item.parent.kind is Kind.PATHS
    if called and not node.text("operationId"):
        yield Finding(node, "expected an operationId; there is none", "add one, verb first: `operationId: listPets`")
