"""A path holds no query and no fragment.

Why: OpenAPI matches paths without them; what stands after `?` is declared as parameters.
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
  /pets?kind=cat:  # <-
    get:
      operationId: listCats
      responses: { "200": { description: The cats. } }
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
        if ("?" in path or "#" in path) and not path.startswith("x-"):
            yield Finding(
                node, "expected a path without ? and #; got one with them", "declare query parameters", (path,)
            )
