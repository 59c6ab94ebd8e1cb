"""`additionalOperations` holds only methods that have no field of their own.

Why: readers look for a POST at `post`; one that stands elsewhere is overlooked, or contradicts the first.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..kinds import METHODS, Kind
from ..node import Node
from ..rule import Finding

ON = (Kind.PATH_ITEM,)
KEYS = ("additionalOperations",)
BAD = """\
openapi: 3.2.0
paths:
  /pets:
    additionalOperations:
      POST:  # <-
        operationId: createPet
        responses: { "201": { description: Created. } }
      COPY:
        operationId: copyPets
        responses: { "200": { description: Copied. } }
"""
GOOD = """\
openapi: 3.2.0
paths:
  /pets:
    post:
      operationId: createPet
      responses: { "201": { description: Created. } }
    additionalOperations:
      COPY:
        operationId: copyPets
        responses: { "200": { description: Copied. } }
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    for method in node.map("additionalOperations"):
        path = ("additionalOperations", method)
        if method.lower() in METHODS:
            message = f"expected a method without a field of its own; {method} is `{method.lower()}:`"
            yield Finding(node, message, f"move it to `{method.lower()}:` of the path", path)
