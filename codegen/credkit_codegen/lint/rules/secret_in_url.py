"""No parameter in path or query carries a password, secret or token.

Why: addresses are written to logs, histories and referrers.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..kinds import Kind
from ..node import Node
from ..rule import Finding
from ..secrets import secret_name

ON = (Kind.PARAMETER,)
BAD = """\
paths:
  /pets:
    get:
      operationId: listPets
      parameters:
        - name: password  # <-
          in: query
          schema: { type: string }
      responses:
        "200": { description: The pets. }
"""
GOOD = """\
paths:
  /pets:
    get:
      operationId: listPets
      parameters:
        - name: X-Password
          in: header
          schema: { type: string }
      responses:
        "200": { description: The pets. }
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    if node.text("in") in ("query", "path") and secret_name(node.text("name")):
        yield Finding(
            node, "expected no secret in an address; this parameter is one", "send it in a header or body", ("name",)
        )
