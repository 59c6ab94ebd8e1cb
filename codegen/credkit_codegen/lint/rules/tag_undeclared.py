"""Tags of operations are declared in `tags`.

Why: a tag that is not declared has no description, and is often a misspelling of one that is.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..kinds import Kind
from ..node import Node
from ..rule import Finding

ON = (Kind.OPERATION,)
KEYS = ("tags",)
BAD = """\
tags:
  - name: pets
paths:
  /pets:
    get:
      operationId: listPets
      tags:
        - pest  # <-
      responses:
        "200": { description: The pets. }
"""
GOOD = """\
tags:
  - name: pets
paths:
  /pets:
    get:
      operationId: listPets
      tags:
        - pets
      responses:
        "200": { description: The pets. }
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    known = {item.get("name") for item in context.top.list("tags") if isinstance(item, dict)}
    for index, name in enumerate(node.list("tags")):
        if isinstance(name, str) and name not in known:
            yield Finding(
                node,
                f'expected a declared tag; "{name}" is not in tags',
                f"add `- name: {name}` to tags, or mend it",
                ("tags", index),
            )
