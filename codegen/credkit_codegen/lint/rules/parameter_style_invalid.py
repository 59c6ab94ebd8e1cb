"""A parameter's `style` is one that its place knows.

Why: another style has no meaning there; tools fall back to a default, each to its own.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..kinds import Kind
from ..node import Node
from ..rule import Finding

ON = (Kind.PARAMETER,)
KEYS = ("style",)
STYLES = {
    "path": ("matrix", "label", "simple"),
    "query": ("form", "spaceDelimited", "pipeDelimited", "deepObject"),
    "header": ("simple",),
    "cookie": ("form", "cookie"),
}
BAD = """\
paths:
  /pets:
    get:
      operationId: listPets
      parameters:
        - name: kind
          in: query
          style: simple  # <-
          schema: { type: string }
      responses: { "200": { description: The pets. } }
"""
GOOD = """\
paths:
  /pets:
    get:
      operationId: listPets
      parameters:
        - name: kind
          in: query
          style: form
          schema: { type: string }
      responses: { "200": { description: The pets. } }
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    where, style = node.text("in"), node.text("style")
    if where in STYLES and style not in STYLES[where]:
        yield Finding(
            node, f"expected {' or '.join(STYLES[where])} in {where}; got {style}", "write one of these", ("style",)
        )
