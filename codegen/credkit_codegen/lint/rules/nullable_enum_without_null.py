"""A nullable `enum` lists null.

Why: `nullable` (or a type list with "null") does not widen an `enum`: without null in the list the schema still refuses it.
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
      type: [string, "null"]
      enum: [red, green]  # <-
"""
GOOD = """\
components:
  schemas:
    Colour:
      type: [string, "null"]
      enum: [red, green, null]
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    given = node.value.get("type")
    said = node.value.get("nullable") is True and context.version == "3.0"
    nullable = said or (isinstance(given, list) and "null" in given)
    values = node.list("enum")
    if nullable and values and None not in values:
        yield Finding(
            node, "expected null in the enum of a nullable schema; it is not there", "add null to the list", ("enum",)
        )
