"""A variable of a path has another name.

Why: nothing changes on the wire, where only its value stands; an argument of the generated method may have another name.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..change import Found
from ..pairs import Kind, Pair, Parameter

ON = Kind.PARAMETER
REQUEST = "nothing on the wire; an argument may have another name"
BEFORE = """\
paths:
  /pets/{id}:
    get:
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses: {"200": {description: A pet.}}
"""
AFTER = """\
paths:
  /pets/{petId}:
    get:
      parameters: [{name: petId, in: path, required: true, schema: {type: string}}]
      responses: {"200": {description: A pet.}}
"""


def check(pair: Pair[Parameter]) -> Iterator[Found]:
    if pair.both is not None and pair.both[0].location == "path" and pair.both[0].name != pair.both[1].name:
        yield Found(f'path parameter "{pair.both[0].name}" is now "{pair.both[1].name}"')
