"""A `$ref` leads to something that may be read.

Why: what it stands for is unknown: no type, no parameter, no answer. References to other hosts and out of the project's
folder are never followed.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...diagnostics import SpecError
from ...resolve import UnresolvedRef
from ..context import Context
from ..kinds import Kind
from ..node import Node
from ..rule import Finding

ON = (Kind.REFERENCE,)
BAD = """\
components:
  schemas:
    Pet:
      type: object
      properties:
        owner:
          $ref: "#/components/schemas/Ownr"  # <-
"""
GOOD = """\
components:
  schemas:
    Owner: { type: string }
    Pet:
      type: object
      properties:
        owner:
          $ref: "#/components/schemas/Owner"
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    try:
        context.documents.target(node.document, str(node.value["$ref"]))
    except UnresolvedRef as error:
        if error.rule != "ref-circular":
            yield Finding(node, error.message, error.help, ("$ref",))
    except SpecError as error:
        for item in error.diagnostics[:1]:
            yield Finding(node, f"expected a readable file; {item.message}", item.help, ("$ref",))
