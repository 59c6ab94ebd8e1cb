"""An operation has at most one `querystring` parameter, and then none in `query`.

Why: such a parameter is the whole of what follows the question mark; there is no room for a second one.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..kinds import Kind
from ..node import Node
from ..rule import Finding

ON = (Kind.OPERATION,)
BAD = """\
openapi: 3.2.0
paths:
  /pets:
    get:
      operationId: listPets
      parameters:  # <-
        - { name: page, in: query, schema: { type: integer } }
        - name: filter
          in: querystring
          content: { application/x-www-form-urlencoded: { schema: { type: object } } }
      responses:
        "200": { description: The pets. }
"""
GOOD = """\
openapi: 3.2.0
paths:
  /pets:
    get:
      operationId: listPets
      parameters:
        - name: filter
          in: querystring
          content: { application/x-www-form-urlencoded: { schema: { type: object } } }
      responses:
        "200": { description: The pets. }
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    if context.version != "3.2":
        return
    places = [item.text("in") for item in context.parameters(node)]
    whole = places.count("querystring")
    if whole > 1 or (whole and "query" in places):
        got = f"{whole} of them" if whole > 1 else "one beside parameters in query"
        message = f"expected a single querystring parameter, and none in query; got {got}"
        held = node if "parameters" in node.value else node.parent
        if held is not None:
            yield Finding(held, message, "describe all of it in one `querystring` parameter", ("parameters",))
