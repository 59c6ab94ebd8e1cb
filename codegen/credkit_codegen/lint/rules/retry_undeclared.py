"""Every write says whether it may be sent again.

Why: after a lost answer a client must know whether a second call acts twice. `unsafe` is the default, but a reader should
not need to know it.
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
    post:  # <-
      operationId: createPet
      responses: { "201": { description: Created. } }
"""
GOOD = """\
info: { title: Pets, version: "1", x-sources: {} }
paths:
  /pets:
    post:
      operationId: createPet
      x-retry: unsafe
      responses: { "201": { description: Created. } }
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    item = node.parent
    called = item is not None and item.parent is not None and item.parent.kind is Kind.PATHS
    if called and node.key in ("/post", "/put", "/patch", "/delete") and "x-retry" not in node.value:
        yield Finding(
            node, "expected x-retry on a write; it is not there", "add `x-retry: unsafe` unless a page says more"
        )
