"""A mapping has each key once.

Why: readers differ in which of the two they take; what the other one says is lost without a word.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..kinds import Kind
from ..node import Node
from ..rule import Finding

ON = (Kind.END,)
BAD = """\
components:
  schemas:
    Pet: { type: string }
    Pet: { type: integer }  # <-
"""
GOOD = """\
components:
  schemas:
    Pet: { type: string }
    Dog: { type: integer }
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    for document in context.documents.files:
        for item in document.findings:
            if item.rule == "duplicate-key":
                yield Finding(node, item.message, item.help, at=(item.file, item.line, item.column))
