"""Servers are real.

Why: a client that talks to example.com by default fails for everybody.
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
PLACEHOLDER = re.compile(r"//([^/]*\.)?(example\.(com|org|net)|localhost|127\.0\.0\.1)(:|/|$)")
BAD = """\
servers:
  - url: https://api.example.com  # <-
"""
GOOD = """\
servers:
  - url: https://api.pets.dev
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    if PLACEHOLDER.search(node.text("url")):
        yield Finding(
            node, "expected the address of a real server; got a placeholder", "write the service's address", ("url",)
        )
