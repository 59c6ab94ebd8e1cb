"""An operation documents a success.

Why: without a 2xx (or 3xx) answer nobody knows what the call gives, and generated methods return nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..kinds import Kind
from ..node import Node
from ..rule import Finding

ON = (Kind.OPERATION,)
KEYS = ("responses",)
BAD = """\
paths:
  /pets:
    get:
      operationId: listPets
      responses:  # <-
        "404": { description: There are none. }
"""
GOOD = """\
paths:
  /pets:
    get:
      operationId: listPets
      responses:
        "200": { description: The pets. }
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    held = [key for key in node.map("responses") if key[:1] in ("1", "2", "3") or key == "default"]
    if not held and isinstance(node.value["responses"], dict):
        yield Finding(
            node, "expected a 2xx answer; there is none", 'add `"200":` with what the call gives', ("responses",)
        )
