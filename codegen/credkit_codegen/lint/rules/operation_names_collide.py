"""Operations of one group have different method names in Python.

Why: `getPet` and `get_pet` are one method; the generator has to rename one of them.
"""

from __future__ import annotations

from collections.abc import Iterator

from ... import names
from ..context import Context
from ..kinds import Kind
from ..node import Node
from ..rule import Finding

ON = (Kind.END,)
BAD = """\
paths:
  /pets:
    get:
      operationId: listPets
      responses:
        "200": { description: The pets. }
  /dogs:
    get:
      operationId: list_pets  # <-
      responses:
        "200": { description: The dogs. }
"""
GOOD = """\
paths:
  /pets:
    get:
      operationId: listPets
      responses:
        "200": { description: The pets. }
  /dogs:
    get:
      operationId: listDogs
      responses:
        "200": { description: The dogs. }
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    met: dict[tuple[str, str], str] = {}
    for item in context.seen[Kind.OPERATION]:
        name = item.text("operationId")
        given = context.config.operations.get(name)
        if not name or (given is not None and given.name):
            continue
        tag = next((tag for tag in item.list("tags") if isinstance(tag, str)), "")
        key = (names.resource_name(tag) if tag else "", names.method_name(name))
        if met.setdefault(key, name) != name:
            message = f'expected names that differ in Python; "{name}" and "{met[key]}" both become {key[1]}'
            yield Finding(item, message, "rename one, or name it in client.toml, [operations.…]", ("operationId",))
