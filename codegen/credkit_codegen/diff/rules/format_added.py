"""A value has a `format`, or a narrower one.

Why: other texts may be refused. Formats that only describe (`email`, `uri`) warn.
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
REQUEST = "keep to the format"
RESPONSE = "nothing to do"
BEFORE = """\
{type: string}
"""
AFTER = """\
{type: string, format: uuid}
"""


def check(pair: Pair[Schema]) -> Iterator[Found]:
    if pair.both is None:
        return
    old, new = (item.text("format") for item in pair.both)
    step = step_of_formats(old, new)
    if step is Step.NARROWED:
        found = keyword_found(pair, "format", f"format is {show(new)} (was {show(old) if old else 'free'})")
        yield replace(found, severity=severity_of_format(pair, old, new))
