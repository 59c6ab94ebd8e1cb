"""The document says what the API is for.

Why: it is the first thing that a reader of documentation or of a generated client sees.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..kinds import Kind
from ..node import Node
from ..rule import Finding

ON = (Kind.INFO,)
BAD = """\
info:  # <-
  title: Pets
  version: "1"
"""
GOOD = """\
info:
  title: Pets
  version: "1"
  description: Pets and their owners.
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    if not node.text("description").strip() and not node.text("summary").strip():
        yield Finding(
            node, "expected a description of the API; there is none", "add `description:` with a sentence or two"
        )
