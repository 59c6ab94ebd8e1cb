"""The member that tells a webhook's event exists in its body and can have the value; no two events have the same.

Why: an event that no body can match is never received, one that two match is received as the first.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..kinds import Kind
from ..node import Node
from ..rule import Finding

ON = (Kind.OPERATION,)
KEYS = ("x-webhook-event",)
BAD = """\
openapi: 3.1.0
webhooks:
  born:
    post:
      operationId: petBorn
      x-webhook-event:
        pointer: /type  # <-
        value: born
      requestBody:
        content: { application/json: { schema: { type: object, properties: { kind: { type: string } } } } }
      responses: { "200": { description: Taken. } }
"""
GOOD = """\
openapi: 3.1.0
webhooks:
  born:
    post:
      operationId: petBorn
      x-webhook-event:
        pointer: /kind
        value: born
      requestBody:
        content: { application/json: { schema: { type: object, properties: { kind: { type: string } } } } }
      responses: { "200": { description: Taken. } }
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    event = node.map("x-webhook-event")
    pointer = event.get("pointer")
    body = context.child(node, Kind.REQUEST_BODY, "requestBody")
    schema = context.json_schema(body) if body is not None else None
    if not isinstance(pointer, str) or schema is None:
        return
    member = context.at(schema, pointer)
    if member is None:
        message = f'expected a member at "{pointer}" of the body; the schema knows none'
        yield Finding(node, message, "mend the pointer, or describe the member", ("x-webhook-event", "pointer"))
    elif context.validators.mismatches(member, event.get("value")) and member.value.get("x-enum-open") is not True:
        message = "expected a value that the member can have; its schema excludes this one"
        yield Finding(node, message, "mend the value, or the member's schema", ("x-webhook-event", "value"))
