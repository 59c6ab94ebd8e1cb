"""Tags of operations are declared in `tags`.

Why: a tag that is not declared has no description, and is often a misspelling of one that is.
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
    known = {tag.text("name") for tag in context.seen[Kind.TAG]}
    for operation in context.seen[Kind.OPERATION]:
        for index, name in enumerate(operation.list("tags")):
            if isinstance(name, str) and name not in known:
                message = f'expected a declared tag; "{name}" is not in tags'
                yield Finding(operation, message, f"add `- name: {name}` to tags, or mend it", ("tags", index))
