"""The names in a server's address are its variables.

Why: nobody can fill in a variable without a default, and a variable that is not in the address does nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..kinds import Kind
from ..node import Node
from ..paths import template_names
from ..rule import Finding

ON = (Kind.SERVER,)
KEYS = ("url",)
BAD = """\
servers:
  - url: https://{region}.pets.example  # <-
"""
GOOD = """\
servers:
  - url: https://{region}.pets.example
    variables:
      region: { default: eu }
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    known, used = node.map("variables"), template_names(node.text("url"))
    for name in dict.fromkeys(used):
        if name not in known:
            yield Finding(
                node,
                f'expected a variable "{name}"; it is not declared',
                "add it to variables with a default",
                ("url",),
            )
    for name in known:
        if name not in used:
            yield Finding(
                node,
                f'expected "{{{name}}}" in the address; it is not there',
                "use the variable, or take it out",
                ("variables", name),
            )
