"""A `pattern` escapes only what needs it.

Why: JSON Schema's regular expressions are those of ECMAScript in Unicode mode, where a needless escape such as `\\:` or
`\\@` is an error: validators that follow it refuse the whole schema.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..context import Context
from ..kinds import Kind
from ..node import Node
from ..patterns import usable_pattern
from ..rule import Finding

ON = (Kind.SCHEMA,)
KEYS = ("pattern",)
BAD = """\
components:
  schemas:
    Did:
      type: string
      pattern: '^did\\:[a-z]+$'  # <-
"""
GOOD = """\
components:
  schemas:
    Did:
      type: string
      pattern: '^did:[a-z]+$'
"""
# An escape that Unicode mode allows, with what belongs to it; anything else behind a backslash is an error there.
FINE = re.compile(
    r"\\([\^$.*+?()\[\]{}|/\\-]|[dDsSwWbBfnrtv0]|c[A-Za-z]|x[0-9a-fA-F]{2}|u\{?[0-9a-fA-F]|[pP]\{|[1-9]|k<)"
)
ANY = re.compile(r"\\.", re.DOTALL)


def check(node: Node, context: Context) -> Iterator[Finding]:
    pattern = node.text("pattern")
    if "\\" not in pattern or not usable_pattern(pattern):
        return
    at = 0
    while (match := ANY.search(pattern, at)) is not None:
        if FINE.match(pattern, match.start()) is None:
            message = f'expected an escape that ECMAScript knows in Unicode mode; got "{match.group()}"'
            yield Finding(node, message, "take the backslash out", ("pattern",))
            return
        at = match.end()
