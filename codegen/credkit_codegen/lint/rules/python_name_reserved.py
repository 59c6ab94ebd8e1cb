"""A property or parameter is not called like a keyword of Python.

Why: `from` cannot be written as an argument; the generator appends an underscore, which callers have to know.
"""

from __future__ import annotations

import keyword
from collections.abc import Iterator

from ..context import Context
from ..kinds import Kind
from ..node import Node
from ..rule import Finding

ON = (Kind.PARAMETER,)
BAD = """\
paths:
  /pets:
    get:
      operationId: listPets
      parameters:
        - name: from  # <-
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
        - name: since
          in: query
          schema: { type: string }
      responses:
        "200": { description: The pets. }
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    name = node.text("name")
    operation = node.parent
    given = context.config.operations.get(operation.text("operationId")) if operation is not None else None
    if keyword.iskeyword(name) and not (given is not None and name in given.arguments):
        message = f'expected a name that Python does not reserve; "{name}" becomes {name}_'
        yield Finding(node, message, "name it in client.toml, [operations.….arguments]", ("name",))
