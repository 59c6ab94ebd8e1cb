"""A repeated call is recognised by a header (`x-idempotency`).

Why: the client may send it again after a failure without acting twice.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...builder.extensions import read_idempotency
from ..change import Found
from ..pairs import Kind, Operation, Pair

ON = Kind.OPERATION
REQUEST = "nothing to do; the client repeats it where that is safe"
BEFORE = """\
operationId: listPets
responses: {"200": {description: Pets.}}
"""
AFTER = """\
operationId: listPets
responses: {"200": {description: Pets.}}
x-idempotency: {header: Idempotency-Key}
"""


def check(pair: Pair[Operation]) -> Iterator[Found]:
    if pair.both is not None:
        old, new = (read_idempotency(item.node) for item in pair.both)
        if new is not None and old is None:
            yield Found(
                f"repeats of {pair.subject} are recognised by {new.header}",
                new=pair.both[1].node.child("x-idempotency"),
            )
