"""A constraint fits the type beside it.

Why: `minLength` on a number, or `minimum` on text, constrains nothing; somebody thinks that it does.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..kinds import Kind
from ..node import Node
from ..rule import Finding

ON = (Kind.SCHEMA,)
FITS = {
    **dict.fromkeys(("minLength", "maxLength", "pattern"), "string"),
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"), "number"),
    **dict.fromkeys(("minItems", "maxItems", "uniqueItems", "items", "prefixItems"), "array"),
    **dict.fromkeys(("minProperties", "maxProperties", "properties", "required", "additionalProperties"), "object"),
}
KEYS = tuple(FITS)
BAD = """\
components:
  schemas:
    Age:
      type: integer
      maxLength: 3  # <-
"""
GOOD = """\
components:
  schemas:
    Age:
      type: integer
      maximum: 999
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    types = set(node.types())
    if "integer" in types:
        types.add("number")
    if not types:
        return
    for key in node.value.keys() & FITS.keys():
        if FITS[key] not in types:
            message = f"expected a constraint on {' or '.join(sorted(node.types()))}; {key} is one on {FITS[key]}"
            yield Finding(node, message, "take it out, or mend the type", (key,))
