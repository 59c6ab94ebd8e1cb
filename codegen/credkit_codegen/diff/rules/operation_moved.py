"""An operation of the same id has another path or method.

Why: clients that were generated before call a place where nothing is. A path variable that is only named differently is no move.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..change import Found
from ..pairs import Kind, Operation, Pair
from ..read import path_shape

ON = Kind.OPERATION
REQUEST = "earlier clients call a place that is gone: upgrade before the vendor switches it off"
BEFORE = """\
paths:
  /pets:
    get:
      operationId: listPets
      responses: {"200": {description: Pets.}}
"""
AFTER = """\
paths:
  /animals:
    get:
      operationId: listPets
      responses: {"200": {description: Pets.}}
"""


def check(pair: Pair[Operation]) -> Iterator[Found]:
    if pair.old is not None and pair.new is not None:
        old, new = (item.method + path_shape(item.path) for item in (pair.old, pair.new))
        if old != new:
            yield Found(f"{pair.old.label} is now {pair.new.label}")
