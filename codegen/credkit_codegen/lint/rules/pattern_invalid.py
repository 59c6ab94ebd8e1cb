"""A `pattern` is a regular expression.

Why: one broken expression makes validators stop, and generated code fail when it is imported.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..kinds import Kind
from ..node import Node
from ..patterns import usable_pattern
from ..rule import Finding

ON = (Kind.SCHEMA,)
KEYS = ("pattern", "patternProperties")
BAD = """\
components:
  schemas:
    Code:
      type: string
      pattern: "[a-z"  # <-
"""
GOOD = """\
components:
  schemas:
    Code:
      type: string
      pattern: "[a-z]"
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    pattern = node.value.get("pattern")
    if isinstance(pattern, str) and not usable_pattern(pattern):
        yield Finding(
            node, "expected a regular expression; this one does not compile", "mend brackets and escapes", ("pattern",)
        )
    for name in node.map("patternProperties"):
        if not usable_pattern(name):
            path = ("patternProperties", name)
            yield Finding(node, "expected a regular expression as the key; this one does not compile", "mend it", path)
