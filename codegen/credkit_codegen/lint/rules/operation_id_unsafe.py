"""An `operationId` is made of letters, digits and `_`, and begins with a letter.

Why: it becomes a name in every language. Spaces, slashes and dots are replaced there, and not everywhere in the same way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..context import Context
from ..kinds import Kind
from ..node import Node
from ..rule import Finding

ON = (Kind.OPERATION,)
KEYS = ("operationId",)
SAFE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
BAD = """\
paths:
  /pets:
    get:
      operationId: list pets  # <-
      responses:
        "200": { description: The pets. }
"""
GOOD = """\
paths:
  /pets:
    get:
      operationId: listPets
      responses:
        "200": { description: The pets. }
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    name = node.text("operationId")
    if name and not SAFE.fullmatch(name):
        yield Finding(
            node, f'expected letters, digits and "_"; got "{name}"', "write it as `listPets`", ("operationId",)
        )
