"""An operation that takes a page or cursor says how its pages go on.

Why: without `x-pagination` the generator cannot offer an iterator, and every caller writes the loop again.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..kinds import Kind
from ..node import Node
from ..rule import Finding

ON = (Kind.OPERATION,)
BAD = """\
info: { title: Pets, version: "1", x-sources: {} }
paths:
  /pets:
    get:  # <-
      operationId: listPets
      parameters: [{ name: cursor, in: query, schema: { type: string } }]
      responses: { "200": { description: The pets. } }
"""
GOOD = """\
info: { title: Pets, version: "1", x-sources: {} }
paths:
  /pets:
    get:
      operationId: listPets
      parameters: [{ name: cursor, in: query, schema: { type: string } }]
      responses: { "200": { description: The pets. } }
      x-pagination: { style: cursor, page: cursor, items: /items, next: /next }
"""
PAGES = frozenset({"page", "cursor", "offset", "pagetoken", "page_token", "starting_after", "skip"})


def check(node: Node, context: Context) -> Iterator[Finding]:
    if "x-pagination" in node.value or node.key != "/get":
        return
    names = [item.text("name") for item in context.parameters(node) if item.text("in") == "query"]
    if any(name.lower() in PAGES for name in names):
        yield Finding(
            node,
            "expected x-pagination on an operation with pages; it is not there",
            "add `x-pagination:` (docs/spec-conventions.md)",
        )
