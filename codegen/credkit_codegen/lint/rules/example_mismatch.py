"""An example of a body, parameter or header satisfies its schema.

Why: examples are copied. One that does not fit makes people send what is refused, and mocks answer what no client reads.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context, in_request, is_json
from ..kinds import Kind
from ..node import Node
from ..rule import Finding
from ..values import mismatch_findings

ON = (Kind.MEDIA_TYPE, Kind.PARAMETER, Kind.HEADER)
KEYS = ("example", "examples")
BAD = """\
paths:
  /pets:
    get:
      operationId: listPets
      responses:
        "200":
          description: The pets.
          content:
            application/json:
              schema:
                type: object
                properties:
                  count: { type: integer }
              example:
                count: many  # <-
"""
GOOD = """\
paths:
  /pets:
    get:
      operationId: listPets
      responses:
        "200":
          description: The pets.
          content:
            application/json:
              schema:
                type: object
                properties:
                  count: { type: integer }
              example:
                count: 3
"""
HELP = "mend the example, or the schema when the service does send this"


def check(node: Node, context: Context) -> Iterator[Finding]:
    schema = node.child(Kind.SCHEMA, "schema")
    media_type = node.name if node.kind is Kind.MEDIA_TYPE else "application/json"
    if schema is None or not is_json(media_type):
        return
    request = in_request(node)
    if "example" in node.value:
        yield from mismatch_findings(node, ("example",), schema, node.value["example"], context, request, HELP)
    for name in node.map("examples"):
        example = node.child(Kind.EXAMPLE, "examples", name)
        if example is None:
            continue
        held = context.resolved(example)
        key = next((key for key in ("value", "dataValue") if held is not None and key in held.value), None)
        if held is not None and key is not None:
            at = (example, (key,)) if held is example else (node, ("examples", name))
            for finding in mismatch_findings(at[0], at[1], schema, held.value[key], context, request, HELP):
                yield finding if held is example else Finding(node, finding.message, HELP, at[1])
