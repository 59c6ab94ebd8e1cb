"""An operation is no longer deprecated.

Why: callers who were leaving it may stay.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..change import Found
from ..pairs import Kind, Operation, Pair

ON = Kind.OPERATION
REQUEST = "nothing to do"
BEFORE = """\
operationId: listPets
responses: {"200": {description: Pets.}}
deprecated: true
"""
AFTER = """\
operationId: listPets
responses: {"200": {description: Pets.}}
"""


def check(pair: Pair[Operation]) -> Iterator[Found]:
    if pair.both is not None:
        old, new = (item.node.map.get("deprecated") is True for item in pair.both)
        if old and not new:
            yield Found(f"{pair.subject} is no longer deprecated")
