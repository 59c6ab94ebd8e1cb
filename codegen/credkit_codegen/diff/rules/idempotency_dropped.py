"""A repeated call is no longer recognised by a header, or by another header (`x-idempotency`).

Why: a call that is sent again may act twice.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...builder.extensions import read_idempotency
from ..change import Found
from ..pairs import Kind, Operation, Pair

ON = Kind.OPERATION
REQUEST = "do not send it again when the outcome is unknown; upgrade where the header is another"
BEFORE = """\
operationId: listPets
responses: {"200": {description: Pets.}}
x-idempotency: {header: Idempotency-Key}
"""
AFTER = """\
operationId: listPets
responses: {"200": {description: Pets.}}
"""


def check(pair: Pair[Operation]) -> Iterator[Found]:
    if pair.both is not None:
        old, new = (read_idempotency(item.node) for item in pair.both)
        if old is not None and old != new:
            now = f"by {new.header}" if new is not None else "no longer"
            yield Found(
                f"repeats of {pair.subject} are recognised {now} (was by {old.header})",
                pair.both[0].node.child("x-idempotency"),
            )
