"""`x-enum-open` stands beside an `enum`.

Why: without a list of values there is nothing to be open or closed.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..kinds import Kind
from ..node import Node
from ..rule import Finding

ON = (Kind.SCHEMA,)
KEYS = ("x-enum-open",)
BAD = """\
components:
  schemas:
    Colour:
      type: string
      x-enum-open: false  # <-
"""
GOOD = """\
components:
  schemas:
    Colour:
      type: string
      enum: [red, green]
      x-enum-open: false
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    if "enum" not in node.value:
        yield Finding(
            node,
            "expected an enum beside x-enum-open; there is none",
            "add the values, or take it out",
            ("x-enum-open",),
        )
