"""A response has a description with words in it.

Why: OpenAPI demands the member; an empty one documents nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..kinds import Kind
from ..node import Node
from ..rule import Finding

ON = (Kind.RESPONSE,)
BAD = """\
paths:
  /pets:
    get:
      operationId: listPets
      responses:
        "200":
          description: ""  # <-
"""
GOOD = """\
paths:
  /pets:
    get:
      operationId: listPets
      responses:
        "200":
          description: The pets.
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    if isinstance(node.value.get("description"), str) and not node.text("description").strip():
        yield Finding(node, "expected words; the description is empty", "say when this answer comes", ("description",))
