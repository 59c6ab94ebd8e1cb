"""There is a new operation.

Why: callers can do something that they could not do.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..change import Found
from ..pairs import Kind, Operation, Pair

ON = Kind.OPERATION
REQUEST = "nothing to do; a new method is there"
BEFORE = """\
paths:
  /pets:
    get:
      operationId: listPets
      responses: {"200": {description: Pets.}}
"""
AFTER = """\
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


def check(pair: Pair[Operation]) -> Iterator[Found]:
    if pair.new is not None and pair.is_added:
        yield Found(f"{pair.new.label} is new")
