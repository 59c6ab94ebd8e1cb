"""An operation has another `operationId`.

Why: nothing changes on the wire, but generators name methods by it; what that does is told under Python.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..change import Found
from ..pairs import Kind, Operation, Pair

ON = Kind.OPERATION
REQUEST = "nothing on the wire; a method may have another name"
BEFORE = """\
operationId: listPets
responses: {"200": {description: Pets.}}
"""
AFTER = """\
operationId: findPets
responses: {"200": {description: Pets.}}
"""


def check(pair: Pair[Operation]) -> Iterator[Found]:
    if pair.both is not None and all(item.is_named for item in pair.both):
        old, new = pair.both
        if old.operation_id != new.operation_id:
            yield Found(
                f'operationId "{old.operation_id}" of {pair.subject} is now "{new.operation_id}"',
                old.node.child("operationId"),
                new.node.child("operationId"),
            )
