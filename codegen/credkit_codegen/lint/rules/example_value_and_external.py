"""A named example has a value or an address, not both.

Why: OpenAPI forbids both, and they may differ.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..kinds import Kind
from ..node import Node
from ..rule import Finding

ON = (Kind.EXAMPLE,)
KEYS = ("externalValue",)
BAD = """\
components:
  examples:
    Pet:
      value: { name: Rex }
      externalValue: https://example.com/rex.json  # <-
"""
GOOD = """\
components:
  examples:
    Pet:
      value: { name: Rex }
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    if any(key in node.value for key in ("value", "dataValue", "serializedValue")):
        yield Finding(
            node, "expected a value or an externalValue; there are both", "keep one of them", ("externalValue",)
        )
