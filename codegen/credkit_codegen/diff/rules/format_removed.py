"""A value lost its `format`, or has a wider one.

Why: what comes may be any text: code that gets a date, an instant or an id in Python gets a string. Formats that only describe (`email`, `uri`) warn.
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
REQUEST = "nothing to do"
RESPONSE = "be ready for text of any form"
BEFORE = """\
{type: string, format: date-time}
"""
AFTER = """\
{type: string}
"""


def check(pair: Pair[Schema]) -> Iterator[Found]:
    if pair.both is None:
        return
    old, new = (item.text("format") for item in pair.both)
    step = step_of_formats(old, new)
    if step is Step.WIDENED:
        found = keyword_found(pair, "format", f"format is {show(new) if new else 'free'} (was {show(old)})")
        yield replace(found, severity=severity_of_format(pair, old, new))
