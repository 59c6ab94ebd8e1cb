"""An enum has one more value.

Why: an answer may hold a value that code does not know. Clients keep enums open and hand on what they do not know, so this breaks only where the document closed the enum (`x-enum-open: false`, `const`).
"""

from __future__ import annotations

from collections.abc import Iterator

from ...diagnostics import Severity
from ..change import Found
from ..pairs import Kind, Pair, show
from ..schema import Schema

ON = Kind.SCHEMA
REQUEST = "nothing to do"
RESPONSE = "be ready for it"
BEFORE = """\
{type: string, enum: [cat], x-enum-open: false}
"""
AFTER = """\
{type: string, enum: [cat, dog], x-enum-open: false}
"""


def check(pair: Pair[Schema]) -> Iterator[Found]:
    if pair.both is None or all(item.is_const for item in pair.both):
        return
    old, new = pair.both
    for value in new.enum or ():
        if old.enum is not None and value not in old.enum:
            open_ = old.is_open_enum or pair.is_request
            yield Found(
                f"{pair.subject}: value {show(value)} is new",
                old.place("enum"),
                new.place("enum"),
                severity=Severity.INFO if open_ else None,
                means=(
                    "the client hands it on as it is; look whether your code has a branch for others" if open_ else None
                ),
            )
