"""A parameter is deprecated.

Why: it will go.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..change import Found
from ..pairs import Kind, Pair, Parameter

ON = Kind.PARAMETER
REQUEST = "it still works: plan to stop sending it"
BEFORE = """\
operationId: listPets
responses: {"200": {description: Pets.}}
parameters:
  - {name: limit, in: query, schema: {type: integer}}
"""
AFTER = """\
operationId: listPets
responses: {"200": {description: Pets.}}
parameters:
  - {name: limit, in: query, schema: {type: integer}, deprecated: true}
"""


def check(pair: Pair[Parameter]) -> Iterator[Found]:
    if pair.both is not None:
        old, new = (item.node.map.get("deprecated") is True for item in pair.both)
        if new and not old:
            yield Found(f"{pair.subject} is deprecated")
