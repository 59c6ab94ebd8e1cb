"""A `$ref` stands where OpenAPI allows one.

Why: elsewhere it is an unknown member: some tools follow it, others see an empty object.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..kinds import REFERABLE, Kind
from ..node import Node
from ..rule import Finding

ON = (Kind.REFERENCE,)
BAD = """\
paths:
  /pets:
    get:
      $ref: "#/components/x-operations/listPets"  # <-
components:
  x-operations:
    listPets: { operationId: listPets, responses: { "200": { description: The pets. } } }
"""
GOOD = """\
paths:
  /pets:
    get: { operationId: listPets, responses: { "200": { description: The pets. } } }
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    if node.expects is not None and node.expects not in REFERABLE:
        what = node.expects.name.lower().replace("_", " ")
        yield Finding(node, f"expected the {what} itself; OpenAPI allows no reference here", "write it out", ("$ref",))
