"""The generator can make a client of the document.

Why: an operation whose path item leads nowhere cannot be generated, and none may be dropped in silence.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...diagnostics import CONFIG_UNMATCHED
from ..context import Context
from ..generation import build
from ..kinds import Kind
from ..node import Node
from ..rule import Finding

ON = (Kind.END,)
BAD = """\
paths:
  /pets:
    $ref: "pets.yaml"  # <-
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
    for item in build(context).faults:
        if item.rule == CONFIG_UNMATCHED:  # told in every profile
            continue
        place = (item.file, item.line, item.column) if item.line else None
        yield Finding(node, item.message, item.help, at=place)
