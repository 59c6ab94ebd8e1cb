"""The document has the structure that its version of OpenAPI demands.

Why: a member that is misspelt, missing or of the wrong type is skipped by one tool, refused by the next, and read
differently by a third. Checked against the JSON Schema that the OpenAPI Initiative publishes for the version, with each
schema object held to its dialect.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..kinds import Kind
from ..node import Node
from ..rule import Finding
from ..structure import structure_faults

ON = (Kind.DOCUMENT,)
BAD = """\
paths:
  /pets:
    get:
      operationId: listPets
      responses:
        "200":
          description: 7  # <-
"""
GOOD = """\
paths:
  /pets:
    get:
      operationId: listPets
      responses:
        "200":
          description: The pets.
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    for fault in structure_faults(node.value, context.version):
        yield Finding(node, fault.message, fault.help, fault.path)
