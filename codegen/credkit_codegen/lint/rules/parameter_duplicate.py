"""A parameter is declared once.

Why: which of two declarations holds is anybody's guess.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..kinds import Kind
from ..node import Node
from ..rule import Finding

ON = (Kind.OPERATION, Kind.PATH_ITEM)
KEYS = ("parameters",)
BAD = """\
paths:
  /pets:
    get:
      operationId: listPets
      parameters:
        - { name: limit, in: query, schema: { type: integer } }
        - { name: limit, in: query, schema: { type: string } }  # <-
      responses:
        "200": { description: The pets. }
"""
GOOD = """\
paths:
  /pets:
    get:
      operationId: listPets
      parameters:
        - { name: limit, in: query, schema: { type: integer } }
        - { name: after, in: query, schema: { type: string } }
      responses:
        "200": { description: The pets. }
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    met: set[tuple[str, str]] = set()
    for index, item in context.children(node, Kind.PARAMETER, "parameters"):
        where = item.text("in")
        name = item.text("name").lower() if where == "header" else item.text("name")
        if (name, where) in met:
            message = f'expected each parameter once; "{name}" in {where} stands twice'
            yield Finding(node, message, "take one out", ("parameters", int(index)))
        met.add((name, where))
