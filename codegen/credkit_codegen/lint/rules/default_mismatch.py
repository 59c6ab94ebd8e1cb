"""A `default` satisfies its schema.

Why: a client that fills it in sends what the service refuses, and generated code has a wrong type.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..kinds import Kind
from ..node import Node
from ..rule import Finding
from ..values import mismatch_findings

ON = (Kind.SCHEMA,)
KEYS = ("default",)
BAD = """\
components:
  schemas:
    Limit:
      type: integer
      default: many  # <-
"""
GOOD = """\
components:
  schemas:
    Limit:
      type: integer
      default: 20
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    help_ = "write a default of the schema's type and range"
    yield from mismatch_findings(node, ("default",), node, node.value["default"], context, None, help_)
