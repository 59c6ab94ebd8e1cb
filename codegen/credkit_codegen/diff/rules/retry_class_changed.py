"""Whether a call may be sent again is said otherwise (`x-retry`).

Why: the client repeats a call that it did not repeat, or the other way round.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...builder.extensions import read_retry
from ..change import Found
from ..pairs import Kind, Operation, Pair

ON = Kind.OPERATION
REQUEST = "look whether your own repeats are needed, or harm"
BEFORE = """\
operationId: listPets
responses: {"200": {description: Pets.}}
x-retry: unsafe
"""
AFTER = """\
operationId: listPets
responses: {"200": {description: Pets.}}
x-retry: idempotent
"""


def check(pair: Pair[Operation]) -> Iterator[Found]:
    if pair.both is not None:
        old, new = (read_retry(item.node, item.method) for item in pair.both)
        if old is not new:
            places = (item.node.child("x-retry") if "x-retry" in item.node.map else None for item in pair.both)
            yield Found(f"{pair.subject} is {new} to repeat (was {old})", *places)
