"""What is deprecated says what to use instead.

Why: a warning without a way out is ignored.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..context import Context
from ..kinds import Kind
from ..node import Node
from ..rule import Finding

ON = (Kind.OPERATION,)
KEYS = ("deprecated",)
INSTEAD = re.compile(
    r"instead|replace|\buse\b|supersed|migrat|moved|successor|prefer|in favou?r|switch|alternative|no longer|removed|sunset",
    re.IGNORECASE,
)
BAD = """\
paths:
  /pets:
    get:
      operationId: listPets
      description: Lists pets.
      deprecated: true  # <-
      responses:
        "200": { description: The pets. }
"""
GOOD = """\
paths:
  /pets:
    get:
      operationId: listPets
      description: Lists pets. Use `searchPets` instead.
      deprecated: true
      responses:
        "200": { description: The pets. }
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    said = f"{node.text('summary')} {node.text('description')}"
    if node.value["deprecated"] is True and not INSTEAD.search(said):
        yield Finding(
            node,
            "expected words on what to use instead; there are none",
            "say it in the description: `Use … instead.`",
            ("deprecated",),
        )
