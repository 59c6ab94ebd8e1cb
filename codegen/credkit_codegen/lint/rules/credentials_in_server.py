"""An address of a server holds no user name or password.

Why: whoever reads the document has them.
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
BAD = """\
servers:
  - url: https://user:hunter2@api.pets.example  # <-
"""
GOOD = """\
servers:
  - url: https://api.pets.example
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    if re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*://[^/?#]*@", node.text("url")):
        yield Finding(
            node,
            "expected an address without a user name; this one has one",
            "take it out; describe a security scheme",
            ("url",),
        )
