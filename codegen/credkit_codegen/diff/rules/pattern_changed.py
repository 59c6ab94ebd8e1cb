"""A text must match another pattern.

Why: whether the new one lets in more or less cannot be known, so it counts as less in a request.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..bounds import keyword_found, plain_change
from ..change import Found
from ..pairs import Kind, Pair, show
from ..schema import Schema

ON = Kind.SCHEMA
REQUEST = "values that were right are refused: keep to what is allowed now"
RESPONSE = "look whether your code relies on the old form"
BEFORE = """\
{type: string, pattern: "^[a-z]+$"}
"""
AFTER = """\
{type: string, pattern: "^[a-z]{3}$"}
"""


def check(pair: Pair[Schema]) -> Iterator[Found]:
    if (values := plain_change(pair, "pattern")) is not None and None not in values:
        yield keyword_found(pair, "pattern", f"must match {show(values[1])} (was {show(values[0])})")
