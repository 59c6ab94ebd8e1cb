"""The day on which an operation ends (`x-sunset`) was set, moved or taken back.

Why: it is the last day on which calls work.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..change import Found
from ..pairs import Kind, Operation, Pair, show

ON = Kind.OPERATION
REQUEST = "look whether you are off it by that day"
BEFORE = """\
operationId: listPets
responses: {"200": {description: Pets.}}
x-sunset: "2027-01-31"
"""
AFTER = """\
operationId: listPets
responses: {"200": {description: Pets.}}
x-sunset: "2026-12-31"
"""


def check(pair: Pair[Operation]) -> Iterator[Found]:
    if pair.both is not None:
        old, new = (item.node.map.get("x-sunset") for item in pair.both)
        if old != new:
            yield Found(
                f"{pair.subject} ends {show(new) if new else 'on no known day'} (was {show(old) if old else 'open'})",
                new=pair.both[1].node.child("x-sunset"),
            )
