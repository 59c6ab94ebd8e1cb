"""An answer that asks a client to come back later (429, 503) documents `Retry-After`.

Why: without it a client has to guess how long it should wait, and guesses too short.
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
      responses:
        "200": { description: The pets. }
        "429":  # <-
          description: Too many calls.
"""
GOOD = """\
paths:
  /pets:
    get:
      operationId: listPets
      responses:
        "200": { description: The pets. }
        "429":
          description: Too many calls.
          headers:
            Retry-After: { description: Seconds to wait., schema: { type: integer } }
"""
_TELLS = ("retry-after", "ratelimit", "rate-limit")


def check(node: Node, context: Context) -> Iterator[Finding]:
    if context.curated:  # a curated document says what the vendor's pages say, and they may not say this
        return
    for status, answer in context.responses(node).items():
        if status not in ("429", "503"):
            continue
        if not any(word in name.lower() for name in answer.map("headers") for word in _TELLS):
            message = "expected a Retry-After header in this answer; none is documented"
            help_ = "add it to `headers:`, or say in the description when to come back"
            yield Finding(answer, message, help_)
