"""A text must match a pattern.

Why: what was right is refused.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..bounds import keyword_found, plain_change
from ..change import Found
from ..pairs import Kind, Pair, show
from ..schema import Schema

ON = Kind.SCHEMA
REQUEST = "values that were right are refused: keep to what is allowed now"
RESPONSE = "nothing to do"
BEFORE = """\
type: string
"""
AFTER = """\
{type: string, pattern: "^[a-z]+$"}
"""


def check(pair: Pair[Schema]) -> Iterator[Found]:
    if (values := plain_change(pair, "pattern")) is not None and values[0] is None:
        yield keyword_found(pair, "pattern", f"must match {show(values[1])}")
