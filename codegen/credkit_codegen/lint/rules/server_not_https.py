"""Servers are reached over https.

Why: over http credentials can be read on the way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..context import Context
from ..kinds import Kind
from ..node import Node
from ..rule import Finding

ON = (Kind.SERVER,)
KEYS = ("url",)
LOOPBACK = re.compile(r"http://(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:|/|$)", re.IGNORECASE)
BAD = """\
servers:
  - url: http://api.pets.example  # <-
"""
GOOD = """\
servers:
  - url: https://api.pets.example
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    url = node.text("url")
    if url.lower().startswith(("http://", "ws://")) and not LOOPBACK.match(url):
        yield Finding(node, "expected an address that begins with https://; got http", "write https://", ("url",))
