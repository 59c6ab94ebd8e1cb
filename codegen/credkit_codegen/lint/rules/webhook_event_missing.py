"""Where there are several webhooks, each says how its event is told from the others.

Why: a receiver that has to guess by the body's shape takes one event for another.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..kinds import Kind
from ..node import Node
from ..rule import Finding

ON = (Kind.OPERATION,)
BAD = """\
openapi: 3.1.0
info: { title: Pets, version: "1", x-sources: {} }
webhooks:
  born:
    post:  # <-
      operationId: petBorn
      responses: { "200": { description: Taken. } }
  sold:
    post:
      operationId: petSold
      x-webhook-event: { pointer: /kind, value: sold }
      responses: { "200": { description: Taken. } }
"""
GOOD = """\
openapi: 3.1.0
info: { title: Pets, version: "1", x-sources: {} }
webhooks:
  born:
    post:
      operationId: petBorn
      x-webhook-event: { pointer: /kind, value: born }
      responses: { "200": { description: Taken. } }
  sold:
    post:
      operationId: petSold
      x-webhook-event: { pointer: /kind, value: sold }
      responses: { "200": { description: Taken. } }
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    item = node.parent
    if item is None or item.slot != "webhooks":
        return
    if len(context.top.map("webhooks")) > 1 and "x-webhook-event" not in node.value:
        yield Finding(
            node,
            "expected x-webhook-event, as there are several events; it is not there",
            "add `x-webhook-event: {pointer: …, value: …}`",
        )
