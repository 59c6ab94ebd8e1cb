"""No two paths answer the same addresses.

Why: which of `/pets/{id}` and `/pets/{name}` is meant cannot be told; OpenAPI forbids it.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..kinds import Kind
from ..node import Node
from ..paths import path_shape
from ..rule import Finding

ON = (Kind.PATHS,)
BAD = """\
paths:
  /pets/{id}:
    get:
      operationId: getPet
      parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
      responses: { "200": { description: The pet. } }
  /pets/{name}:  # <-
    get:
      operationId: getPetByName
      parameters: [{ name: name, in: path, required: true, schema: { type: string } }]
      responses: { "200": { description: The pet. } }
"""
GOOD = """\
paths:
  /pets/{id}:
    get:
      operationId: getPet
      parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
      responses: { "200": { description: The pet. } }
  /pets/by-name/{name}:
    get:
      operationId: getPetByName
      parameters: [{ name: name, in: path, required: true, schema: { type: string } }]
      responses: { "200": { description: The pet. } }
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    met: dict[str, str] = {}
    for path in node.value:
        if path.startswith("x-"):
            continue
        shape = path_shape(path)
        if shape in met:
            message = f'expected paths that differ in more than names; "{met[shape]}" answers the same addresses'
            yield Finding(node, message, "join the two, or give one a part of its own", (path,))
        met.setdefault(shape, path)
