"""An example of a date, time or UUID is written as its `format` says.

Why: where a document's own examples break a format, the generated type falls back to text. Curated documents are left
alone: they keep placeholders of the vendor's pages, and formats there are annotations.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime

from ...primitives import JSON
from ..context import Context
from ..kinds import Kind
from ..node import Node
from ..rule import Finding

ON = (Kind.SCHEMA,)
KEYS = ("format",)
BAD = """\
components:
  schemas:
    Born:
      type: string
      format: date-time
      example: 1 May 2024  # <-
"""
GOOD = """\
components:
  schemas:
    Born:
      type: string
      format: date-time
      example: "2024-05-01T09:30:00Z"
"""
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")


def check(node: Node, context: Context) -> Iterator[Finding]:
    form = node.text("format")
    if context.curated or form not in ("date-time", "date", "uuid"):
        return
    held: list[tuple[tuple[str | int, ...], JSON]] = [(("example",), node.value.get("example"))]
    held.extend((("examples", index), value) for index, value in enumerate(node.list("examples")))
    for path, value in held:
        if isinstance(value, str) and not _fits(form, value):
            yield Finding(node, f"expected text of the format {form}; got other text", f"write it as {form}", path)


def _fits(form: str, text: str) -> bool:
    try:
        if form == "date":
            return bool(date.fromisoformat(text)) and len(text) == 10
        if form == "date-time":
            return bool(MOMENT.fullmatch(text)) and bool(datetime.fromisoformat(text[:19]))
    except ValueError:
        return False
    return UUID.fullmatch(text) is not None
