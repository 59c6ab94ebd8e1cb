"""A header of an answer is gone.

Why: code that reads it finds nothing. One that was optional may have been missing before, so that is a warning.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...diagnostics import Severity
from ..change import Found
from ..pairs import Coded, Kind, Pair

ON = Kind.HEADER
RESPONSE = "do without it"
BEFORE = """\
operationId: listPets
responses:
  "200":
    description: Pets.
    headers: {X-Total: {required: true, schema: {type: integer}}}
"""
AFTER = """\
operationId: listPets
responses:
  "200":
    description: Pets.
    headers: {}
"""


def check(pair: Pair[Coded]) -> Iterator[Found]:
    if pair.old is not None and pair.is_removed:
        was_required = pair.old.node.map.get("required") is True
        yield Found(f"{pair.subject} is gone", severity=None if was_required else Severity.WARNING)
