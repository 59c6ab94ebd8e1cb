"""An extension of ours has the shape that the conventions give it.

Why: one that has not reads as if it were absent: no retry, no limit, no pages.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..extensions import EXTENSIONS, faults
from ..kinds import Kind
from ..node import Node
from ..rule import Finding

ON = tuple(kind for kind in Kind if kind not in (Kind.REFERENCE, Kind.END))
KEYS = tuple(EXTENSIONS)
BAD = """\
paths:
  /pets:
    get:
      operationId: listPets
      responses: { "200": { description: The pets. } }
      x-rate-limit:
        calls: 0  # <-
        per: 60
        scope: key
"""
GOOD = """\
paths:
  /pets:
    get:
      operationId: listPets
      responses: { "200": { description: The pets. } }
      x-rate-limit:
        calls: 2
        per: 60
        scope: key
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    for name in node.value.keys() & EXTENSIONS.keys():
        for fault in faults(name, node.value[name])[:3]:
            help_ = f"docs/spec-conventions.md shows {name}"
            yield Finding(node, f"{name}: {fault.message}", help_, (name, *fault.path))
