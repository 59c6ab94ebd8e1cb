"""A list no longer comes in pages (`x-pagination`).

Why: the method that iterates over all of it is gone.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...builder.extensions import read_pagination
from ..change import Found
from ..pairs import Kind, Operation, Pair

ON = Kind.OPERATION
REQUEST = "call the plain method"
BEFORE = """\
operationId: listPets
responses: {"200": {description: Pets.}}
x-pagination: {style: page, page: page, size: size, items: /items}
"""
AFTER = """\
operationId: listPets
responses: {"200": {description: Pets.}}
"""


def check(pair: Pair[Operation]) -> Iterator[Found]:
    if pair.both is not None:
        old, new = (read_pagination(item.node) for item in pair.both)
        if old is not None and new is None:
            yield Found(f"{pair.subject} no longer comes in pages", pair.both[0].node.child("x-pagination"))
