"""A list comes in pages (`x-pagination`).

Why: there is a method that iterates over all of it.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...builder.extensions import read_pagination
from ..change import Found
from ..pairs import Kind, Operation, Pair

ON = Kind.OPERATION
REQUEST = "look whether one call still gives you all of it"
BEFORE = """\
operationId: listPets
responses: {"200": {description: Pets.}}
"""
AFTER = """\
operationId: listPets
responses: {"200": {description: Pets.}}
x-pagination: {style: page, page: page, size: size, items: /items}
"""


def check(pair: Pair[Operation]) -> Iterator[Found]:
    if pair.both is not None:
        old, new = (read_pagination(item.node) for item in pair.both)
        if new is not None and old is None:
            yield Found(f"{pair.subject} comes in pages", new=pair.both[1].node.child("x-pagination"))
