"""An extension of ours stands on a node that can carry it.

Why: elsewhere nothing reads it, and whoever wrote it thinks that it works.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..extensions import EXTENSIONS
from ..kinds import Kind
from ..node import Node
from ..rule import Finding

ON = tuple(kind for kind in Kind if kind not in (Kind.REFERENCE, Kind.END))
KEYS = tuple(EXTENSIONS)
BAD = """\
paths:
  /pets:
    x-retry: safe  # <-
    get:
      operationId: listPets
      responses: { "200": { description: The pets. } }
"""
GOOD = """\
paths:
  /pets:
    get:
      operationId: listPets
      x-retry: safe
      responses: { "200": { description: The pets. } }
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    for name in node.value.keys() & EXTENSIONS.keys():
        if node.kind not in EXTENSIONS[name].on:
            places = ", ".join(sorted(kind.name.lower().replace("_", " ") for kind in EXTENSIONS[name].on))
            yield Finding(node, f"expected {name} on: {places}", "move it there", (name,))
