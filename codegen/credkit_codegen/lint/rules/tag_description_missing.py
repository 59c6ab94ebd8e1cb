"""A declared tag has a description.

Why: it becomes the documentation of a group of methods.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..kinds import Kind
from ..node import Node
from ..rule import Finding

ON = (Kind.TAG,)
BAD = """\
tags:
  - name: pets  # <-
"""
GOOD = """\
tags:
  - name: pets
    description: Pets of all kinds.
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    if not node.text("description").strip() and not node.text("summary").strip():
        yield Finding(node, "expected a description of the tag; there is none", "add `description:`")
