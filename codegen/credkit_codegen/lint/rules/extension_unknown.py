"""Every `x-` extension of a curated document is one that the conventions define.

Why: a misspelt extension is ignored without a word: `x-secert: true` hides nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from ...positions import escape
from ..context import Context
from ..extensions import EXTENSIONS
from ..kinds import Kind
from ..node import Node
from ..rule import Edit, Finding

ON = tuple(kind for kind in Kind if kind not in (Kind.REFERENCE, Kind.END))
BAD = """\
info: { title: Pets, version: "1", x-sources: {} }
components:
  schemas:
    Token:
      type: string
      x-secert: true  # <-
"""
GOOD = """\
info: { title: Pets, version: "1", x-sources: {} }
components:
  schemas:
    Token:
      type: string
      x-secret: true
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    if node.kind in (Kind.SECURITY_REQUIREMENT, Kind.DISCRIMINATOR):
        return
    for name in node.value:
        if not name.startswith("x-") or name in EXTENSIONS or name == "x-lint-ignore":
            continue
        close = get_close_matches(name.lower().replace("_", "-"), EXTENSIONS, 1)
        edits = (
            (Edit("rename", f"{node.pointer}/{escape(name)}", close[0]),) if close and _casing(name) == close[0] else ()
        )
        help_ = f"did you mean {close[0]}?" if close else "take it out, or define it in docs/spec-conventions.md"
        yield Finding(node, f'expected an extension that the conventions define; got "{name}"', help_, (name,), edits)


def _casing(name: str) -> str:
    """The name in the casing of our extensions: `x-rateLimit`, `x-Rate_Limit` -> `x-rate-limit`."""
    spaced = "".join(f"-{char.lower()}" if char.isupper() else char for char in name[2:]).replace("_", "-")
    return "x-" + "-".join(part for part in spaced.split("-") if part)
