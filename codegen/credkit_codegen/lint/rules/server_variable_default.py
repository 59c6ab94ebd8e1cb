"""The default of a server variable is one of its values.

Why: the address that most callers use would be one that the document excludes.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..kinds import Kind
from ..node import Node
from ..rule import Finding

ON = (Kind.SERVER_VARIABLE,)
KEYS = ("enum",)
BAD = """\
servers:
  - url: https://{region}.pets.example
    variables:
      region:
        default: us  # <-
        enum: [eu, asia]
"""
GOOD = """\
servers:
  - url: https://{region}.pets.example
    variables:
      region:
        default: eu
        enum: [eu, asia]
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    values = node.list("enum")
    if "default" in node.value and values and node.value["default"] not in values:
        yield Finding(node, "expected one of the values of enum; got another", "write one of them", ("default",))
    if not values and isinstance(node.value.get("enum"), list):
        yield Finding(node, "expected a value in enum; it is empty", "list the values, or take enum out", ("enum",))
