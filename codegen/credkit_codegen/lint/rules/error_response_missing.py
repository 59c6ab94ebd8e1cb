"""An operation documents an error.

Why: every call can fail, and callers want to know how: which status, which body.
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
        "200": { description: The pets. }
"""
GOOD = """\
paths:
  /pets:
    get:
      operationId: listPets
      responses:
        "200": { description: The pets. }
        default: { description: The call failed. }
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    item = node.parent
    webhook = item is not None and (item.slot == "webhooks" or item.nearest(Kind.CALLBACK) is not None)
    held = [key for key in node.map("responses") if key[:1] in ("4", "5") or key == "default"]
    if not held and not webhook and isinstance(node.value["responses"], dict):
        yield Finding(
            node,
            "expected an error answer (4XX, 5XX or default); there is none",
            "add `default:` with the error body",
            ("responses",),
        )
