"""What is taken when a value is left out is another (`default`).

Why: calls that leave it out do something else.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..change import Found
from ..pairs import Kind, Pair, show
from ..schema import Schema

ON = Kind.SCHEMA
REQUEST = "say the value that you mean"
RESPONSE = "nothing to do"
BEFORE = """\
{type: integer, default: 20}
"""
AFTER = """\
{type: integer, default: 50}
"""


def check(pair: Pair[Schema]) -> Iterator[Found]:
    if pair.both is None:
        return
    old, new = pair.both
    if ("default" in old.facts) != ("default" in new.facts) or old.value("default") != new.value("default"):
        now, was = (show(item.value("default")) if "default" in item.facts else "nothing" for item in (new, old))
        yield Found(f"{pair.subject} is {now} by default (was {was})", old.place("default"), new.place("default"))
