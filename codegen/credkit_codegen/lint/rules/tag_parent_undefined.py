"""A tag's `parent` is a tag of the document, and no tag is above itself.

Why: pages and command lines that are nested by tags lose those whose parent is missing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..context import Context
from ..kinds import Kind
from ..node import Node
from ..rule import Finding

ON = (Kind.DOCUMENT,)
KEYS = ("tags",)
BAD = """\
openapi: 3.2.0
tags:
  - name: pets
  - name: cats
    parent: pet  # <-
  - name: owners
    parent: people  # <-
  - name: people
    parent: owners  # <-
"""
GOOD = """\
openapi: 3.2.0
tags:
  - name: pets
  - name: cats
    parent: pets
  - name: people
  - name: owners
    parent: people
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    tags = [tag if isinstance(tag, dict) else {} for tag in node.list("tags")]
    parents = {str(tag.get("name")): tag.get("parent") for tag in tags}
    for index, tag in enumerate(tags):
        parent = tag.get("parent")
        if not isinstance(parent, str):
            continue
        path = ("tags", index, "parent")
        if parent not in parents:
            yield Finding(node, f'expected a tag of the document; "{parent}" is none', "add it to `tags:`", path)
        elif _is_above_itself(str(tag.get("name")), parents):
            yield Finding(node, "expected a tag above this one; this leads back to it", "take one `parent` out", path)


def _is_above_itself(name: str, parents: Mapping[str, object]) -> bool:
    met: set[str] = set()
    above = parents.get(name)
    while isinstance(above, str) and above not in met:
        if above == name:
            return True
        met.add(above)
        above = parents.get(above)
    return False
