"""A value of a list is free.

Why: anything may come. Clients keep enums open, so this breaks only where the document closed the enum.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...diagnostics import Severity
from ..change import Found
from ..pairs import Kind, Pair, show
from ..schema import Schema

ON = Kind.SCHEMA
REQUEST = "nothing to do"
RESPONSE = "be ready for any value"
BEFORE = """\
{type: string, enum: [cat, dog], x-enum-open: false}
"""
AFTER = """\
type: string
"""


def check(pair: Pair[Schema]) -> Iterator[Found]:
    if pair.both is not None and pair.both[0].enum is not None and pair.both[1].enum is None:
        old = pair.both[0]
        yield Found(
            f"{pair.subject} is free (was one of {show(old.enum)})",
            old.place("enum"),
            severity=Severity.INFO if old.is_open_enum else None,
        )
