"""An operation that takes an idempotency key as a header says so by `x-idempotency`.

Why: with the fact a client makes a key for each call and may send it again; as a mere parameter the key is forgotten.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..kinds import Kind
from ..node import Node
from ..rule import Finding

ON = (Kind.OPERATION,)
BAD = """\
info: { title: Pets, version: "1", x-sources: {} }
paths:
  /pets:
    post:
      operationId: createPet
      x-retry: unsafe
      parameters:
        - { name: Idempotency-Key, in: header, schema: { type: string } }  # <-
      responses: { "201": { description: Created. } }
"""
GOOD = """\
info: { title: Pets, version: "1", x-sources: {} }
paths:
  /pets:
    post:
      operationId: createPet
      x-retry: unsafe
      x-idempotency: { header: Idempotency-Key }
      responses: { "201": { description: Created. } }
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    if "x-idempotency" in node.value:
        return
    for parameter in context.parameters(node):
        name = parameter.text("name")
        if parameter.text("in") == "header" and "idempoten" in name.lower():
            help_ = f"write `x-idempotency: {{ header: {name} }}` instead of the parameter, or beside it"
            yield Finding(parameter, f"expected x-idempotency; {name} is a mere parameter", help_)
