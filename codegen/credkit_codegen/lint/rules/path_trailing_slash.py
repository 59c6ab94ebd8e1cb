"""A path does not end in a slash.

Why: `/pets` and `/pets/` are two addresses; most services know only the first.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..kinds import Kind
from ..node import Node
from ..rule import Finding

ON = (Kind.PATHS,)
BAD = """\
paths:
  /pets/:  # <-
    get:
      operationId: listPets
      responses: { "200": { description: The pets. } }
"""
GOOD = """\
paths:
  /pets:
    get:
      operationId: listPets
      responses: { "200": { description: The pets. } }
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    for path in node.value:
        if len(path) > 1 and path.endswith("/") and not path.startswith("x-"):
            yield Finding(
                node, f'expected a path without a slash at its end; got "{path}"', "take the slash out", (path,)
            )
