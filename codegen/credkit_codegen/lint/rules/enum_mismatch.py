"""The values of `enum` and `const` have the type that the schema states.

Why: such a value can never occur, so either the type or the list is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...primitives import JSON
from ..context import Context
from ..examples import json_type
from ..kinds import Kind
from ..node import Node
from ..rule import Finding

ON = (Kind.SCHEMA,)
KEYS = ("enum", "const")
BAD = """\
components:
  schemas:
    Size:
      type: string
      enum:
        - small
        - 7  # <-
"""
GOOD = """\
components:
  schemas:
    Size:
      type: string
      enum:
        - small
        - "7"
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    types = set(node.types())
    if not types:
        return
    given = node.value.get("type")
    if node.value.get("nullable") is True or (isinstance(given, list) and "null" in given):
        types.add("null")
    values: list[tuple[tuple[str | int, ...], JSON]] = [
        (("enum", index), value) for index, value in enumerate(node.list("enum"))
    ]
    if "const" in node.value:
        values.append((("const",), node.value["const"]))
    for path, value in values:
        kind = json_type(value)
        fits = kind in types or (kind == "integer" and "number" in types) or (value == 0 and kind == "number")
        if isinstance(value, float) and value.is_integer() and "integer" in types:
            fits = True
        if not fits and not (kind == "null" and context.version == "3.0"):
            message = f"expected {' or '.join(sorted(types))}; got {kind}"
            yield Finding(node, message, "quote the value, or mend the type", path)
