"""A server's address does not end in a slash.

Why: paths begin with one, and `//pets` is another address than `/pets`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..kinds import Kind
from ..node import Node
from ..rule import Edit, Finding

ON = (Kind.SERVER,)
KEYS = ("url",)
BAD = """\
servers:
  - url: https://api.pets.example/v1/  # <-
"""
GOOD = """\
servers:
  - url: https://api.pets.example/v1
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    url = node.text("url")
    if len(url) > 1 and url.endswith("/"):
        edit = Edit("set", f"{node.pointer}/url", url.rstrip("/"))
        yield Finding(
            node, "expected an address without a slash at its end; got one", "take the slash out", ("url",), (edit,)
        )
