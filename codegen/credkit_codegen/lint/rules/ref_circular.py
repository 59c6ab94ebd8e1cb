"""A chain of references ends at something.

Why: references that lead only to each other describe nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...diagnostics import SpecError
from ...resolve import UnresolvedRef, ref_of
from ..context import Context
from ..kinds import Kind
from ..node import Node
from ..rule import Finding

ON = (Kind.REFERENCE,)
BAD = """\
components:
  schemas:
    One:
      $ref: "#/components/schemas/Two"  # <-
    Two:
      $ref: "#/components/schemas/One"  # <-
"""
GOOD = """\
components:
  schemas:
    One:
      $ref: "#/components/schemas/Two"
    Two: { type: string }
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    start = (node.document.file, node.pointer)
    met: set[tuple[str, str]] = set()
    document, ref = node.document, node.text("$ref")
    while ref:
        try:
            found = context.documents.target(document, ref)
        except (UnresolvedRef, SpecError):
            return
        if found.key == start:
            yield Finding(node, "expected a target; this reference leads back to itself", "break the circle", ("$ref",))
        if found.key in met or found.key == start:
            return
        met.add(found.key)
        document, ref = found.document, ref_of(found.value) or ""
