"""An operation is deprecated.

Why: it will go; who calls it should look for another way while there is time.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..change import Found
from ..pairs import Kind, Operation, Pair

ON = Kind.OPERATION
REQUEST = "it still works: plan to stop calling it"
BEFORE = """\
operationId: listPets
responses: {"200": {description: Pets.}}
"""
AFTER = """\
operationId: listPets
responses: {"200": {description: Pets.}}
deprecated: true
"""


def check(pair: Pair[Operation]) -> Iterator[Found]:
    if pair.both is not None:
        old, new = (item.node.map.get("deprecated") is True for item in pair.both)
        if new and not old:
            yield Found(f"{pair.subject} is deprecated")
