"""An `operationId` names one operation.

Why: two operations of one name become one method, and one of them is lost.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..kinds import Kind
from ..node import Node
from ..rule import Finding

ON = (Kind.END,)
BAD = """\
paths:
  /pets:
    get:
      operationId: pets
      responses:
        "200": { description: The pets. }
    post:
      operationId: pets  # <-
      responses:
        "201": { description: Created. }
"""
GOOD = """\
paths:
  /pets:
    get:
      operationId: listPets
      responses:
        "200": { description: The pets. }
    post:
      operationId: createPet
      responses:
        "201": { description: Created. }
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    first: dict[str, Node] = {}
    for operation in context.seen[Kind.OPERATION]:
        name = operation.text("operationId")
        known = first.setdefault(name, operation)
        if name and known is not operation:
            message = f'expected each operationId once; "{name}" also names {_call(known)}'
            yield Finding(operation, message, "give one of them another name", ("operationId",))


def _call(operation: Node) -> str:
    path = operation.parent.name if operation.parent is not None else ""
    return f"{operation.name.upper()} {path}"
