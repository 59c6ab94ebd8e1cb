"""The document names a server.

Why: without one a client must be told its address each time.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..kinds import Kind
from ..node import Node
from ..rule import Finding

ON = (Kind.DOCUMENT,)
BAD = """\
openapi: 3.1.0  # <-
paths:
  /pets:
    get:
      operationId: listPets
      responses: { "200": { description: The pets. } }
"""
GOOD = """\
openapi: 3.1.0
servers:
  - url: https://api.pets.example
paths:
  /pets:
    get:
      operationId: listPets
      responses: { "200": { description: The pets. } }
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    if node.map("paths") and not node.list("servers"):
        yield Finding(node, "expected a server; there is none", "add `servers: [{url: https://…}]`")
