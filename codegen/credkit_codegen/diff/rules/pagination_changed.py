"""Pages are asked for, or found in the answer, in another way (`x-pagination`).

Why: earlier clients stop after the first page, or never.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...builder.extensions import read_pagination
from ..change import Found
from ..pairs import Kind, Operation, Pair, show

ON = Kind.OPERATION
REQUEST = "upgrade before you iterate again"
BEFORE = """\
operationId: listPets
responses: {"200": {description: Pets.}}
x-pagination: {style: page, page: page, size: size, items: /items}
"""
AFTER = """\
operationId: listPets
responses: {"200": {description: Pets.}}
x-pagination: {style: cursor, page: cursor, size: size, items: /items, next: /next}
"""
_WORDS = ("style", "page", "size", "items", "next", "has_more", "page_size", "start")


def check(pair: Pair[Operation]) -> Iterator[Found]:
    if pair.both is None:
        return
    old, new = (read_pagination(item.node) for item in pair.both)
    if old is not None and new is not None:
        changed = [key for key in _WORDS if getattr(old, key) != getattr(new, key)]
        if changed:
            words = ", ".join(f"{key} {show(getattr(new, key))} (was {show(getattr(old, key))})" for key in changed)
            yield Found(f"pages of {pair.subject}: {words}", *(item.node.child("x-pagination") for item in pair.both))
