"""A field whose name says that it is secret is marked `x-secret`.

Why: what is not marked is shown in logs, reprs and drift reports.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..kinds import Kind
from ..node import Node
from ..rule import Edit, Finding
from ..secrets import secret_name

ON = (Kind.SCHEMA, Kind.PARAMETER)
BAD = """\
info: { title: Pets, version: "1", x-sources: {} }
components:
  schemas:
    Login:
      type: object
      properties:
        user: { type: string }
        password: { type: string }  # <-
"""
GOOD = """\
info: { title: Pets, version: "1", x-sources: {} }
components:
  schemas:
    Login:
      type: object
      properties:
        user: { type: string }
        password: { type: string, x-secret: true }
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    name = node.text("name") if node.kind is Kind.PARAMETER else node.name if node.slot == "properties" else ""
    if not secret_name(name) or _marked(node) or set(node.types()) & {"boolean", "integer", "number"}:
        return
    edit = Edit("add", node.pointer, "true", "x-secret")
    yield Finding(
        node, "expected x-secret on a field of this name; it is not marked", "add `x-secret: true`", edits=(edit,)
    )


def _marked(node: Node) -> bool:
    return any("x-secret" in item.value for item in (node, *node.above()))
