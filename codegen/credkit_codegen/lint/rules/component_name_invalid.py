"""A component's name is made of letters, digits, `.`, `-` and `_`.

Why: OpenAPI demands it; other characters break references and file names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..context import Context
from ..kinds import SECTION_KINDS, Kind
from ..node import Node
from ..rule import Finding

ON = (Kind.COMPONENTS,)
NAME = re.compile(r"[A-Za-z0-9._-]+")
BAD = """\
components:
  schemas:
    "Pet Food": { type: string }  # <-
"""
GOOD = """\
components:
  schemas:
    PetFood: { type: string }
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    for section in SECTION_KINDS:
        for name in node.map(section):
            if not NAME.fullmatch(name):
                message = f'expected letters, digits, ".", "-" and "_"; got "{name}"'
                yield Finding(node, message, "rename it, and the references to it", (section, name))
