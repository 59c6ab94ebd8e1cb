"""Parameters of one operation have different names in Python.

Why: an `id` in the path and an `id` in the query are one keyword argument; the generator has to rename one of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from ... import names
from ..context import Context
from ..kinds import Kind
from ..node import Node
from ..rule import Finding

ON = (Kind.OPERATION,)
BAD = """\
paths:
  /pets/{id}:
    get:
      operationId: getPet
      parameters:
        - { name: id, in: path, required: true, schema: { type: string } }
        - { name: ID, in: query, schema: { type: string } }  # <-
      responses:
        "200": { description: The pet. }
"""
GOOD = """\
paths:
  /pets/{id}:
    get:
      operationId: getPet
      parameters:
        - { name: id, in: path, required: true, schema: { type: string } }
        - { name: ownerId, in: query, schema: { type: string } }
      responses:
        "200": { description: The pet. }
"""

# A document has few names, and uses them again and again.
_argument_name = lru_cache(maxsize=100_000)(names.argument_name)


def check(node: Node, context: Context) -> Iterator[Finding]:
    operation = context.config.operations.get(node.text("operationId"))
    given = operation.arguments if operation is not None else {}
    met: dict[str, str] = {}
    for item in context.parameters(node):
        name = item.text("name")
        if not name or name in given:
            continue
        python = _argument_name(name)
        if python in met:
            message = f'expected names that differ in Python; "{name}" and "{met[python]}" both become {python}'
            place = Finding(node, message, "name one of them in client.toml, [operations.….arguments]")
            yield _at(place, node, item)
        met.setdefault(python, name)


def _at(finding: Finding, operation: Node, item: Node) -> Finding:
    """At the parameter when it stands in the operation itself."""
    if item.parent is operation and item.document is operation.document:
        return Finding(item, finding.message, finding.help)
    return finding
