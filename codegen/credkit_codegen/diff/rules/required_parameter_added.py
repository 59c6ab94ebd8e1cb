"""There is a new parameter that must be sent.

Why: every call that was right is refused. A default does not help: a required parameter must be there.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..change import Found
from ..pairs import Kind, Pair, Parameter

ON = Kind.PARAMETER
REQUEST = "calls without it are refused: send it"
BEFORE = """\
operationId: listPets
responses: {"200": {description: Pets.}}
"""
AFTER = """\
operationId: listPets
responses: {"200": {description: Pets.}}
parameters:
  - {name: limit, in: query, required: true, schema: {type: integer}}
"""


def check(pair: Pair[Parameter]) -> Iterator[Found]:
    if pair.new is not None and pair.is_added and pair.new.is_required:
        yield Found(f"{pair.subject} is new and required")
