"""An `enum` lists each value once.

Why: a value listed twice is a slip for another value that is now missing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from ..context import Context
from ..kinds import Kind
from ..node import Node
from ..rule import Finding

ON = (Kind.SCHEMA,)
KEYS = ("enum",)
BAD = """\
components:
  schemas:
    Colour:
      type: string
      enum:
        - red
        - green
        - red  # <-
"""
GOOD = """\
components:
  schemas:
    Colour:
      type: string
      enum:
        - red
        - green
        - blue
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    values = node.list("enum")
    if all(isinstance(value, str) for value in values) and len(set(map(str, values))) == len(values):
        return
    met: set[str] = set()
    for index, value in enumerate(values):
        text = json.dumps(value, sort_keys=True)
        if text in met:
            yield Finding(node, "expected each value once; this one stands twice", "take one out", ("enum", index))
        met.add(text)
