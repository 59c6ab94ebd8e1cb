"""A property is gone.

Why: in a request its fact is no longer taken, and dropped or refused; in an answer code that reads it finds nothing. One that was optional may have been missing before, so that is a warning there.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...diagnostics import Severity
from ..change import Found
from ..pairs import Kind, Member, Pair

ON = Kind.PROPERTY
REQUEST = "stop sending it; look where its fact goes now"
RESPONSE = "do without it"
BEFORE = """\
type: object
required: [age]
properties: {name: {type: string}, age: {type: integer}}
"""
AFTER = """\
type: object
properties: {name: {type: string}}
"""


def check(pair: Pair[Member]) -> Iterator[Found]:
    if pair.old is not None and pair.is_removed:
        may_be_missing = not pair.is_request and not pair.old.is_required
        yield Found(f"{pair.subject} is gone", severity=Severity.WARNING if may_be_missing else None)
