"""A parameter is gone.

Why: a filter that is no longer read gives another answer, and servers that look closely refuse the call.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..change import Found
from ..pairs import Kind, Pair, Parameter

ON = Kind.PARAMETER
REQUEST = "stop sending it; look what the answer holds without it"
BEFORE = """\
operationId: listPets
responses: {"200": {description: Pets.}}
parameters:
  - {name: limit, in: query, schema: {type: integer}}
"""
AFTER = """\
operationId: listPets
responses: {"200": {description: Pets.}}
"""


def check(pair: Pair[Parameter]) -> Iterator[Found]:
    if pair.is_removed:
        yield Found(f"{pair.subject} is gone")
