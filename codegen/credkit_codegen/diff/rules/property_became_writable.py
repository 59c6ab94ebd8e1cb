"""A property that only came can be sent (no longer `readOnly`).

Why: callers can say more; where it is required they must.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...diagnostics import Severity
from ..change import Found
from ..pairs import Kind, Member, Pair

ON = Kind.ACCESS
REQUEST = "nothing to do"
BEFORE = """\
type: object
properties: {name: {type: string, readOnly: true}}
"""
AFTER = """\
type: object
properties: {name: {type: string}}
"""


def check(pair: Pair[Member]) -> Iterator[Found]:
    if pair.new is not None and pair.is_added:
        must = pair.new.is_required
        yield Found(
            f"{pair.subject} became writable{' and must be sent' if must else ''}",
            severity=Severity.ERROR if must else None,
            means="requests without it are refused: send it" if must else None,
        )
