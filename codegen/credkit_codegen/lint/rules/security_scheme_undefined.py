"""A security requirement names a scheme that is defined.

Why: callers cannot know what to send, and generated clients cannot send it.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..kinds import Kind
from ..node import Node
from ..rule import Finding

ON = (Kind.SECURITY_REQUIREMENT,)
BAD = """\
paths:
  /pets:
    get:
      operationId: listPets
      security:
        - apiKye: []  # <-
      responses:
        "200": { description: The pets. }
components:
  securitySchemes:
    apiKey: { type: apiKey, in: header, name: X-Key }
"""
GOOD = """\
paths:
  /pets:
    get:
      operationId: listPets
      security:
        - apiKey: []
      responses:
        "200": { description: The pets. }
components:
  securitySchemes:
    apiKey: { type: apiKey, in: header, name: X-Key }
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    known = context.top.map("components").get("securitySchemes")
    for name in node.value:
        if not isinstance(known, dict) or name not in known:
            if context.version == "3.2" and ("/" in name or name.startswith("#")):
                continue
            message = f'expected "{name}" among components.securitySchemes; it is not there'
            yield Finding(node, message, "define the scheme, or mend the name", (name,))
