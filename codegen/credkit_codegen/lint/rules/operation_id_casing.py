"""All `operationId`s are written in one way.

Why: `listPets` beside `get_pet` looks like two APIs.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from ..context import Context
from ..kinds import Kind
from ..node import Node
from ..rule import Finding
from .operation_id_unsafe import SAFE

ON = (Kind.END,)
STYLES = {
    "camelCase": re.compile(r"[a-z]+([A-Z][a-z0-9]*|[0-9]+)*"),
    "snake_case": re.compile(r"[a-z0-9]+(_[a-z0-9]+)*"),
    "PascalCase": re.compile(r"([A-Z][a-z0-9]*)+"),
    "kebab-case": re.compile(r"[a-z0-9]+(-[a-z0-9]+)*"),
}
BAD = """\
paths:
  /pets:
    get:
      operationId: listPets
      responses:
        "200": { description: The pets. }
    post:
      operationId: createPet
      responses:
        "201": { description: Created. }
    delete:
      operationId: delete_pets  # <-
      responses:
        "204": { description: Gone. }
"""
GOOD = """\
paths:
  /pets:
    get:
      operationId: listPets
      responses:
        "200": { description: The pets. }
    post:
      operationId: createPet
      responses:
        "201": { description: Created. }
    delete:
      operationId: deletePets
      responses:
        "204": { description: Gone. }
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    operations = [item for item in context.seen[Kind.OPERATION] if item.text("operationId")]
    fits = Counter(
        style for item in operations for style in STYLES if STYLES[style].fullmatch(item.text("operationId"))
    )
    if not fits:
        return
    style, _ = max(fits.items(), key=lambda pair: pair[1])
    for item in operations:
        name = item.text("operationId")
        if SAFE.fullmatch(name) and not STYLES[style].fullmatch(name):
            yield Finding(
                item, f'expected {style} as elsewhere; got "{name}"', f"write it in {style}", ("operationId",)
            )
