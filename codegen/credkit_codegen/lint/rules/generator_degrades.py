"""Everything in the document has a Python type of its own.

Why: where it has not, the generated client still sends and accepts the value, but callers and type checkers see a wider
type than the document promises.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..generation import build
from ..kinds import Kind
from ..node import Node
from ..rule import Finding

ON = (Kind.END,)
BAD = """\
paths:
  /pets:
    post:
      operationId: createPet
      requestBody:
        content:
          application/json:
            schema:
              type: object
              properties:
                factor:  # <-
                  type: number
                  enum: [0.5, 1.5]
      responses:
        "201": { description: Created. }
"""
GOOD = """\
paths:
  /pets:
    post:
      operationId: createPet
      requestBody:
        content:
          application/json:
            schema:
              type: object
              properties:
                factor: { type: number }
      responses:
        "201": { description: Created. }
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    api = build(context).api
    if api is None:
        return
    from ...builder.shown import UNFIT  # not before something was built, as linting alone does not need it

    for item in api.degraded:
        if item.reason == UNFIT:
            continue  # no type is wider for it, and the rules about examples say what is wrong with it
        document = context.documents.document(item.location.file)
        place = Node(Kind.SCHEMA, {}, item.location.pointer, None, document)
        message = f"expected something that Python's types can say; {item.reason}"
        yield Finding(place, message, "say it with type, properties, enum, oneOf or allOf, or accept the wider type")
