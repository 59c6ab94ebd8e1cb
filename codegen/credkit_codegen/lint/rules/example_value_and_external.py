"""A named example has one value: `value`, `serializedValue` or an `externalValue`; `value` and `dataValue` are not both there.

Why: OpenAPI forbids it, and the two may differ.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..kinds import Kind
from ..node import Node
from ..rule import Finding

ON = (Kind.EXAMPLE,)
KEYS = ("value", "serializedValue", "externalValue")
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


_ONE_OF = ("value", "serializedValue", "externalValue")


def check(node: Node, context: Context) -> Iterator[Finding]:
    held = [key for key in _ONE_OF if key in node.value]
    if "dataValue" in node.value and "value" in node.value:
        held = ["dataValue", *held]
    if len(held) > 1 and held != ["dataValue", "serializedValue"]:
        message = f"expected one value of an example; got {' and '.join(held)}"
        yield Finding(node, message, "keep one of them", (held[-1],))
