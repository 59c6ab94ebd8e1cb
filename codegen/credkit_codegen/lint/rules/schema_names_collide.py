"""Component schemas have different class names in Python.

Why: `pet-food` and `PetFood` are one class, and on some file systems one file.
"""

from __future__ import annotations

from collections.abc import Iterator

from ... import names
from ..context import Context
from ..kinds import Kind
from ..node import Node
from ..rule import Finding

ON = (Kind.COMPONENTS,)
KEYS = ("schemas",)
BAD = """\
components:
  schemas:
    PetFood: { type: string }
    pet-food: { type: string }  # <-
"""
GOOD = """\
components:
  schemas:
    PetFood: { type: string }
    PetToy: { type: string }
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    met: dict[str, str] = {}
    for name in node.map("schemas"):
        given = context.config.schemas.get(name)
        python = given.name if given is not None and given.name else names.model_name(name)
        key = python.lower()
        if key in met:
            message = f'expected names that differ in Python; "{name}" and "{met[key]}" both become {python}'
            yield Finding(node, message, "rename one, or name it in client.toml, [schemas.…]", ("schemas", name))
        met.setdefault(key, name)
