"""A tag is declared once.

Why: which of two descriptions holds is anybody's guess.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..kinds import Kind
from ..node import Node
from ..rule import Finding

ON = (Kind.END,)
BAD = """\
tags:
  - name: pets
  - name: pets  # <-
"""
GOOD = """\
tags:
  - name: pets
  - name: owners
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    met: set[str] = set()
    for tag in context.seen[Kind.TAG]:
        name = tag.text("name")
        if name in met:
            yield Finding(tag, f'expected each tag once; "{name}" stands twice', "take one out", ("name",))
        met.add(name)
