"""Names of component schemas are good class names.

Why: they become classes: `CredentialBatch`, not `credential_batch`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..context import Context
from ..kinds import Kind
from ..node import Node
from ..rule import Finding

ON = (Kind.COMPONENTS,)
KEYS = ("schemas",)
CLASS = re.compile(r"[A-Z][A-Za-z0-9]*")
BAD = """\
components:
  schemas:
    pet_food: { type: string }  # <-
"""
GOOD = """\
components:
  schemas:
    PetFood: { type: string }
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    for name in node.map("schemas"):
        if not CLASS.fullmatch(name):
            yield Finding(
                node,
                f'expected a name in PascalCase; got "{name}"',
                "rename it, and the references to it",
                ("schemas", name),
            )
