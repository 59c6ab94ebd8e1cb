"""More calls are allowed in a time, or no limit is known any more (`x-rate-limit`).

Why: the client waits less.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..change import Found
from ..limits import limit_change
from ..pairs import Kind, Operation, Pair

ON = Kind.OPERATION
REQUEST = "nothing to do"
BEFORE = """\
operationId: listPets
responses: {"200": {description: Pets.}}
x-rate-limit: {calls: 10, per: 60, scope: key}
"""
AFTER = """\
operationId: listPets
responses: {"200": {description: Pets.}}
x-rate-limit: {calls: 60, per: 60, scope: key}
"""


def check(pair: Pair[Operation]) -> Iterator[Found]:
    yield from limit_change(pair, lowered=False)
