"""A key is not sent in the address.

Why: addresses are written to logs, histories and referrers, and the key with them.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..kinds import Kind
from ..node import Node
from ..rule import Finding

ON = (Kind.SECURITY_SCHEME,)
BAD = """\
security:
  - key: []
components:
  securitySchemes:
    key:
      type: apiKey
      name: key
      in: query  # <-
"""
GOOD = """\
security:
  - key: []
components:
  securitySchemes:
    key:
      type: apiKey
      name: X-Key
      in: header
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    if node.text("type") == "apiKey" and node.text("in") == "query":
        yield Finding(
            node,
            "expected the key in a header; it is sent in the address",
            "use `in: header` where the service takes it",
            ("in",),
        )
