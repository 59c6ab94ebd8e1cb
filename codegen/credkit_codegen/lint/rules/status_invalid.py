"""A status of a response is three digits, a class such as `4XX`, or `default`.

Why: an answer under another key is never matched with what the service sends.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...positions import escape
from ..context import Context
from ..kinds import Kind
from ..node import Node
from ..rule import Edit, Finding

ON = (Kind.RESPONSES,)
STATUS = re.compile(r"[1-5]([0-9]{2}|XX)")
BAD = """\
paths:
  /pets:
    get:
      operationId: listPets
      responses:
        "2xx": { description: The pets. }  # <-
"""
GOOD = """\
paths:
  /pets:
    get:
      operationId: listPets
      responses:
        "2XX": { description: The pets. }
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    for status in node.value:
        if status != "default" and not status.startswith("x-") and not STATUS.fullmatch(status):
            message = f'expected a status such as "200", "4XX" or "default"; got "{status}"'
            edits = (
                (Edit("rename", f"{node.pointer}/{escape(status)}", status.upper()),)
                if STATUS.fullmatch(status.upper())
                else ()
            )
            yield Finding(node, message, "write the status that the service sends", (status,), edits)
