"""A component schema says something about its values.

Why: an empty schema is `Any`: no completion, no check, no drift report.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..kinds import Kind
from ..node import Node
from ..rule import Finding

ON = (Kind.COMPONENTS,)
KEYS = ("schemas",)
BAD = """\
components:
  schemas:
    Pet:  # <-
      description: A pet.
"""
GOOD = """\
components:
  schemas:
    Pet:
      description: A pet.
      type: object
"""
ABOUT = frozenset(
    {"description", "title", "example", "examples", "deprecated", "readOnly", "writeOnly", "externalDocs", "nullable"}
)


def check(node: Node, context: Context) -> Iterator[Finding]:
    for name, schema in node.map("schemas").items():
        if isinstance(schema, dict) and all(key in ABOUT or key.startswith("x-") for key in schema):
            yield Finding(
                node,
                "expected a type, members or a composition; there is none",
                "add `type:`, or say in a note why it is open",
                ("schemas", name),
            )
