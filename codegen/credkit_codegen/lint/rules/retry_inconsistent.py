"""`x-retry`, `x-idempotency` and `x-rate-limit` agree with the operation.

Why: a client acts on them: a write that is declared `safe` is sent again and may act twice.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..kinds import Kind
from ..node import Node
from ..rule import Finding

ON = (Kind.OPERATION,)
KEYS = ("x-retry", "x-idempotency")
BAD = """\
paths:
  /pets:
    post:
      operationId: createPet
      x-retry: unsafe
      x-idempotency: { header: Idempotency-Key }
      responses: { "201": { description: Created. } }
    get:
      operationId: listPets
      x-idempotency: { header: Idempotency-Key }  # <-
      responses: { "200": { description: The pets. } }
    delete:
      operationId: deletePets
      x-retry: safe  # <-
      responses: { "204": { description: Gone. } }
"""
GOOD = """\
paths:
  /pets:
    post:
      operationId: createPet
      x-retry: unsafe
      x-idempotency: { header: Idempotency-Key }
      responses: { "201": { description: Created. } }
    delete:
      operationId: deletePets
      x-retry: target-state
      responses: { "204": { description: Gone. } }
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    retry = node.value.get("x-retry")
    if node.key in ("/put", "/patch", "/delete") and retry == "safe":
        yield Finding(
            node,
            f"expected a write not to be safe; {node.name.upper()} changes something",
            "write idempotent, target-state or unsafe",
            ("x-retry",),
        )
    if node.key in ("/get", "/head") and retry in ("unsafe", "target-state"):
        yield Finding(
            node, f"expected a read to be safe; got {retry}", "write safe, or describe why the read acts", ("x-retry",)
        )
    if node.key in ("/get", "/head") and "x-idempotency" in node.value:
        yield Finding(
            node, "expected no key on a read; reads may be repeated anyway", "take it out", ("x-idempotency",)
        )
