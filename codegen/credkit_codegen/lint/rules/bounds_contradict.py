"""A lower bound is not above its upper bound.

Why: no value satisfies such a schema: every request is refused, every answer is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...primitives import JSON
from ..context import Context
from ..kinds import Kind
from ..node import Node
from ..rule import Finding

ON = (Kind.SCHEMA,)
KEYS = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
PAIRS = (
    ("minimum", "maximum"),
    ("minLength", "maxLength"),
    ("minItems", "maxItems"),
    ("minProperties", "maxProperties"),
)
BAD = """\
components:
  schemas:
    Age:
      type: integer
      minimum: 18  # <-
      maximum: 7
"""
GOOD = """\
components:
  schemas:
    Age:
      type: integer
      minimum: 7
      maximum: 18
"""


def _number(value: JSON) -> float | int | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def check(node: Node, context: Context) -> Iterator[Finding]:
    for low, high in PAIRS:
        lower, upper = _number(node.value.get(low)), _number(node.value.get(high))
        if lower is not None and upper is not None and lower > upper:
            yield Finding(
                node, f"expected {low} at most {high} ({upper}); got {lower}", "swap or mend the bounds", (low,)
            )
    above, below = _number(node.value.get("exclusiveMinimum")), _number(node.value.get("exclusiveMaximum"))
    if above is not None and below is not None and above >= below:
        message = f"expected exclusiveMinimum below exclusiveMaximum ({below}); got {above}"
        yield Finding(node, message, "swap or mend the bounds", ("exclusiveMinimum",))
