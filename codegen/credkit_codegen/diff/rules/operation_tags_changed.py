"""An operation stands under other tags.

Why: nothing changes on the wire, but the resource under which a method is found may.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..change import Found
from ..pairs import Kind, Operation, Pair, show

ON = Kind.OPERATION
REQUEST = "nothing on the wire; a method may stand elsewhere"
BEFORE = """\
operationId: listPets
responses: {"200": {description: Pets.}}
tags: [pets]
"""
AFTER = """\
operationId: listPets
responses: {"200": {description: Pets.}}
tags: [animals]
"""


def check(pair: Pair[Operation]) -> Iterator[Found]:
    if pair.both is not None:
        old, new = (item.node.map.get("tags") or [] for item in pair.both)
        if old != new:
            yield Found(f"{pair.subject} is under {show(new)} (was {show(old)})", new=pair.both[1].node.child("tags"))
