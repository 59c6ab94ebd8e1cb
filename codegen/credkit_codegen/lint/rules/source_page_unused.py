"""Every page in `info.x-sources` is one that something rests on.

Why: a list with pages that carry nothing is read in vain when pages change.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..kinds import Kind
from ..node import Node
from ..rule import Finding
from . import source_page_unknown

ON = (*source_page_unknown.ON, Kind.END)
BAD = """\
info:
  title: Pets
  version: "1"
  x-sources:
    pets: https://pets.example/docs
    owners: https://pets.example/owners  # <-
x-source: { page: pets, basis: documented }
"""
GOOD = """\
info:
  title: Pets
  version: "1"
  x-sources:
    pets: https://pets.example/docs
x-source: { page: pets, basis: documented }
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    if node.kind is not Kind.END:
        list(source_page_unknown.check(node, context))
        return
    pages = node.map("info").get("x-sources")
    for key in pages if isinstance(pages, dict) else ():
        if key not in context.pages:
            yield Finding(
                node,
                f'expected something that rests on "{key}"; nothing does',
                "take the page out",
                ("info", "x-sources", key),
            )
