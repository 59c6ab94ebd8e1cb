"""An operation is gone.

Why: every call of it fails from now on.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..change import Found
from ..pairs import Kind, Operation, Pair

ON = Kind.OPERATION
REQUEST = "calls fail: use what replaces it, if anything does"
BEFORE = """\
paths:
  /pets:
    get:
      operationId: listPets
      responses: {"200": {description: Pets.}}
  /pets/{id}:
    get:
      operationId: getPet
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses: {"200": {description: A pet.}}
"""
AFTER = """\
paths:
  /pets:
    get:
      operationId: listPets
      responses: {"200": {description: Pets.}}
"""


def check(pair: Pair[Operation]) -> Iterator[Found]:
    if pair.old is not None and pair.is_removed:
        was = ", which was deprecated" if pair.old.node.map.get("deprecated") is True else ""
        yield Found(f"{pair.old.label} is gone{was}")
