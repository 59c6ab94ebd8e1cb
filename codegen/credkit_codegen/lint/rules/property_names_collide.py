"""Properties of one schema have different names in Python.

Why: `petId` and `pet_id` both become `pet_id`; the generator has to give one of them another name, which changes with its
neighbours.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from ... import names
from ..context import Context
from ..kinds import Kind
from ..node import Node
from ..rule import Finding

ON = (Kind.SCHEMA,)
KEYS = ("properties",)
BAD = """\
components:
  schemas:
    Pet:
      type: object
      properties:
        petId: { type: string }
        pet_id: { type: string }  # <-
"""
GOOD = """\
components:
  schemas:
    Pet:
      type: object
      properties:
        petId: { type: string }
        ownerId: { type: string }
"""

_field_name = lru_cache(maxsize=100_000)(names.field_name)  # a document has few names, and uses them again and again


def check(node: Node, context: Context) -> Iterator[Finding]:
    schema = context.config.schemas.get(node.name)
    given = schema.fields if schema is not None else {}
    met: dict[str, str] = {}
    for name in node.map("properties"):
        if name in given:
            continue
        python = _field_name(name)
        if python in met:
            message = f'expected names that differ in Python; "{name}" and "{met[python]}" both become {python}'
            yield Finding(node, message, "name one of them in client.toml, [schemas.….fields]", ("properties", name))
        met.setdefault(python, name)
