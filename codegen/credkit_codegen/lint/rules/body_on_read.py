"""GET, HEAD and DELETE have no body.

Why: HTTP gives such a body no meaning; proxies and libraries drop it.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..kinds import Kind
from ..node import Node
from ..rule import Finding

ON = (Kind.OPERATION,)
KEYS = ("requestBody",)
BAD = """\
paths:
  /pets:
    get:
      operationId: listPets
      requestBody:  # <-
        content: { application/json: { schema: { type: object } } }
      responses: { "200": { description: The pets. } }
"""
GOOD = """\
paths:
  /pets/search:
    post:
      operationId: searchPets
      requestBody:
        content: { application/json: { schema: { type: object } } }
      responses: { "200": { description: The pets. } }
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    if node.key in ("/get", "/head", "/delete"):
        method = node.name.upper()
        yield Finding(
            node, f"expected no body in {method}; there is one", "use query parameters, or POST", ("requestBody",)
        )
