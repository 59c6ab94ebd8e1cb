"""Every operation has a description.

Why: a summary names a call; what it does, never does, and what to do when its answer is lost needs a sentence more.
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
      summary: List pets
      responses:
        "200": { description: The pets. }
"""
GOOD = """\
paths:
  /pets:
    get:
      operationId: listPets
      summary: List pets
      description: Lists pets, newest first.
      responses:
        "200": { description: The pets. }
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    if not node.text("description").strip():
        yield Finding(node, "expected a description; there is none", "add `description:` that says what the call does")
