"""An enum says whether other values may come.

Why: a client that takes an enum as closed breaks on the first new value. Clients of ours take it as open unless
`x-enum-open: false` says otherwise; this rule is for those who want it written down.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..kinds import Kind
from ..node import Node
from ..rule import Finding

ON = (Kind.SCHEMA,)
KEYS = ("enum",)
BAD = """\
components:
  schemas:
    Colour:
      type: string
      enum: [red, green]  # <-
"""
GOOD = """\
components:
  schemas:
    Colour:
      type: string
      enum: [red, green]
      x-enum-open: true
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    if "x-enum-open" not in node.value and "x-extensible-enum" not in node.value:
        yield Finding(
            node, "expected x-enum-open beside enum; it is not there", "add `x-enum-open: true`, or false", ("enum",)
        )
