"""A text need no longer match a pattern.

Why: texts of another form may come.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..bounds import keyword_found, plain_change
from ..change import Found
from ..pairs import Kind, Pair, show
from ..schema import Schema

ON = Kind.SCHEMA
REQUEST = "nothing to do"
RESPONSE = "look whether your code relies on the form"
BEFORE = """\
{type: string, pattern: "^[a-z]+$"}
"""
AFTER = """\
type: string
"""


def check(pair: Pair[Schema]) -> Iterator[Found]:
    if (values := plain_change(pair, "pattern")) is not None and values[1] is None:
        yield keyword_found(pair, "pattern", f"need not match {show(values[0])} any more")
