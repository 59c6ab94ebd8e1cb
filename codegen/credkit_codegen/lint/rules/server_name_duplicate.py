"""No two servers have the same `name`.

Why: people and clients choose a server by its name.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..kinds import Kind
from ..node import Node
from ..rule import Finding

ON = (Kind.DOCUMENT, Kind.PATH_ITEM, Kind.OPERATION)
KEYS = ("servers",)
BAD = """\
openapi: 3.2.0
servers:
  - { url: https://api.example.com, name: production }
  - { url: https://eu.example.com, name: production }  # <-
"""
GOOD = """\
openapi: 3.2.0
servers:
  - { url: https://api.example.com, name: production }
  - { url: https://eu.example.com, name: europe }
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    met: set[str] = set()
    for index, server in enumerate(node.list("servers")):
        name = server.get("name") if isinstance(server, dict) else None
        if isinstance(name, str):
            if name in met:
                message = f'expected a name of its own; another server is called "{name}" too'
                yield Finding(node, message, "give each server another name", ("servers", index, "name"))
            met.add(name)
