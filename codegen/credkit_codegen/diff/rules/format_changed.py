"""A value has another `format`.

Why: a date read as an instant, or a number of 64 bits in 32, is read wrongly. Formats that only describe (`email`, `uri`) warn.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..bounds import keyword_found
from ..change import Found
from ..formats import severity_of_format, step_of_formats
from ..pairs import Kind, Pair, show
from ..schema import Schema
from ..types import Step

ON = Kind.SCHEMA
REQUEST = "write the new format"
RESPONSE = "read the new format"
BEFORE = """\
{type: string, format: date}
"""
AFTER = """\
{type: string, format: date-time}
"""


def check(pair: Pair[Schema]) -> Iterator[Found]:
    if pair.both is None:
        return
    old, new = (item.text("format") for item in pair.both)
    step = step_of_formats(old, new)
    if old is not None and new is not None and step is Step.CHANGED:
        found = keyword_found(pair, "format", f"format is {show(new)} (was {show(old)})")
        yield replace(found, severity=severity_of_format(pair, old, new))
