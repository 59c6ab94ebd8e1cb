"""A path has an operation.

Why: a path without one describes nothing; something was forgotten.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..kinds import METHODS, Kind
from ..node import Node
from ..rule import Finding

ON = (Kind.PATH_ITEM,)
BAD = """\
paths:
  /pets:  # <-
    summary: Pets.
"""
GOOD = """\
paths:
  /pets:
    summary: Pets.
    get:
      operationId: listPets
      responses: { "200": { description: The pets. } }
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    if "$ref" not in node.value and not any(key in node.value for key in (*METHODS, "additionalOperations")):
        yield Finding(node, "expected an operation; the path has none", "add one, or take the path out")
