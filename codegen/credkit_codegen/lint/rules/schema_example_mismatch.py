"""An example of a schema satisfies the schema.

Why: examples are copied, and mocks answer with them.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..kinds import Kind
from ..node import Node
from ..rule import Finding
from ..values import mismatch_findings

ON = (Kind.SCHEMA,)
KEYS = ("example", "examples")
BAD = """\
components:
  schemas:
    Age:
      type: integer
      examples:
        - 7
        - old  # <-
"""
GOOD = """\
components:
  schemas:
    Age:
      type: integer
      examples:
        - 7
        - 70
"""
HELP = "mend the example, or the schema when the service does send this"


def check(node: Node, context: Context) -> Iterator[Finding]:
    if "example" in node.value:
        yield from mismatch_findings(node, ("example",), node, node.value["example"], context, None, HELP)
    if context.version != "3.0":
        for index, value in enumerate(node.list("examples")):
            yield from mismatch_findings(node, ("examples", index), node, value, context, None, HELP)
