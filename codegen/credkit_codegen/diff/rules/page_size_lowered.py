"""Pages hold less at most (`x-pagination`, `sizeMax`).

Why: iterating takes more calls, and a larger page than that is cut or refused.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from ...builder.extensions import read_pagination
from ..change import Found
from ..pairs import Kind, Operation, Pair

ON = Kind.OPERATION
REQUEST = "ask for no more than that"
BEFORE = """\
operationId: listPets
responses: {"200": {description: Pets.}}
x-pagination: {style: page, page: page, size: size, items: /items, sizeMax: 100}
"""
AFTER = """\
operationId: listPets
responses: {"200": {description: Pets.}}
x-pagination: {style: page, page: page, size: size, items: /items, sizeMax: 50}
"""


def check(pair: Pair[Operation]) -> Iterator[Found]:
    if pair.both is None:
        return
    old, new = (read_pagination(item.node) for item in pair.both)
    if old is not None and new is not None:
        before, after = (item.size_max if item.size_max is not None else math.inf for item in (old, new))
        if after < before:
            now, was = (item.size_max if item.size_max is not None else "as many as asked for" for item in (new, old))
            yield Found(
                f"pages of {pair.subject} hold {now} at most (was {was})",
                *(item.node.child("x-pagination") for item in pair.both),
            )
