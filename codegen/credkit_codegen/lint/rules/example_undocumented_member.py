"""The members of an example are ones that its schema describes.

Why: extra members are allowed, so a misspelt one passes as valid: the example shows something that nobody reads.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...primitives import JSON
from ..context import Context, is_json
from ..kinds import Kind
from ..node import Node
from ..rule import Finding
from ..undocumented import unknown_members

ON = (Kind.MEDIA_TYPE,)
KEYS = ("example", "examples")
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
                name: { type: string }
            example:
              nmae: Rex  # <-
      responses: { "201": { description: Created. } }
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
                name: { type: string }
            example:
              name: Rex
      responses: { "201": { description: Created. } }
"""
MOST = 5


def check(node: Node, context: Context) -> Iterator[Finding]:
    schema = node.child(Kind.SCHEMA, "schema")
    if schema is None or not is_json(node.name):
        return
    held: list[tuple[tuple[str | int, ...], JSON]] = []
    if "example" in node.value:
        held.append((("example",), node.value["example"]))
    for name, example in node.map("examples").items():
        if isinstance(example, dict) and "value" in example:
            held.append((("examples", name, "value"), example["value"]))
    for path, value in held:
        for index, below in enumerate(unknown_members(context, schema, value)):
            if index < MOST:
                message = f'expected a member that the schema describes; "{below[-1]}" is none'
                yield Finding(node, message, "mend the name, or describe the member", (*path, *below))
