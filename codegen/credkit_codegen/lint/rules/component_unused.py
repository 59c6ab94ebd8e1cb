"""Every component is used.

Why: what nothing refers to is left over, or was to be used where it is not.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...diagnostics import SpecError
from ...positions import escape
from ...resolve import UnresolvedRef
from ..context import Context
from ..kinds import SECTION_KINDS, Kind
from ..node import Node
from ..rule import Finding

ON = (Kind.END,)
BAD = """\
components:
  schemas:
    Pet: { type: string }  # <-
"""
GOOD = """\
paths:
  /pets:
    get:
      operationId: getPet
      responses:
        "200":
          description: The pet.
          content:
            application/json:
              schema: { $ref: "#/components/schemas/Pet" }
components:
  schemas:
    Pet: { type: string }
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    used = _used(context)
    for section in node.map("components"):
        if section not in SECTION_KINDS:
            continue
        holder = node.child(Kind.COMPONENTS, "components", section)
        for name in holder.value if holder is not None else ():
            if f"/components/{section}/{escape(name)}" not in used:
                message = f"expected a use of {section}.{name}; nothing refers to it"
                yield Finding(node, message, "refer to it, or take it out", ("components", section, name))


def _used(context: Context) -> set[str]:
    """Pointers in the root document that a reference, requirement or mapping names; what holds a place is used with it."""
    found: set[str] = set()
    for item in context.seen[Kind.REFERENCE]:
        _add(found, item, item.text("$ref"), context)
    for item in context.seen[Kind.DISCRIMINATOR]:
        for ref in item.map("mapping").values():
            if isinstance(ref, str):
                found.add(f"/components/schemas/{escape(ref)}")
                _add(found, item, ref, context)
    for item in context.seen[Kind.SECURITY_REQUIREMENT]:
        found.update(f"/components/securitySchemes/{escape(name)}" for name in item.value)
    found.update(_by_inheritance(context, found))
    return found


def _add(found: set[str], node: Node, ref: str, context: Context) -> None:
    try:
        target = context.documents.target(node.document, ref)
    except (UnresolvedRef, SpecError):
        return
    if target.document is context.documents.root:
        found.add("/".join(target.pointer.split("/")[:4]))


def _by_inheritance(context: Context, used: set[str]) -> Iterator[str]:
    """Schemas that extend by `allOf` one that has a discriminator: values of the base may be of theirs."""
    bases = {item.parent.pointer for item in context.seen[Kind.DISCRIMINATOR] if item.parent is not None}
    for item in context.seen[Kind.REFERENCE]:
        holder = item.parent
        if item.slot == "allOf" and holder is not None and item.text("$ref").removeprefix("#") in bases:
            yield "/".join(holder.pointer.split("/")[:4])
