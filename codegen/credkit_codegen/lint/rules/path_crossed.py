"""Of two paths that one address can fit, one is more exact.

Why: `/pets/{id}/toys` and `/pets/lost/{town}` both fit `/pets/lost/toys`, and which is meant cannot be told.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..kinds import METHODS, Kind
from ..node import Node
from ..rule import Finding

ON = (Kind.PATHS,)
BAD = """\
paths:
  /pets/{id}/toys:
    get:
      operationId: listToys
      parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
      responses: { "200": { description: Toys. } }
  /pets/lost/{town}:  # <-
    get:
      operationId: listLost
      parameters: [{ name: town, in: path, required: true, schema: { type: string } }]
      responses: { "200": { description: Pets. } }
"""
GOOD = """\
paths:
  /pets/{id}/toys:
    get:
      operationId: listToys
      parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
      responses: { "200": { description: Toys. } }
  /pets/lost:
    get:
      operationId: listLost
      responses: { "200": { description: Pets. } }
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    groups: dict[int, list[str]] = {}
    for path in node.value:
        if path.startswith("x-"):
            continue
        rivals = groups.setdefault(path.count("/"), [])
        methods = _methods(node, path)
        rival = next((item for item in rivals if _crossed(item, path) and methods & _methods(node, item)), None)
        if rival is not None:
            message = f'expected paths of which one is more exact; one address can fit both this and "{rival}"'
            yield Finding(node, message, "give one of them a part of its own", (path,))
        rivals.append(path)


def _methods(node: Node, path: str) -> frozenset[str]:
    held = node.value.get(path)
    return frozenset(key for key in METHODS if isinstance(held, dict) and key in held)


def _crossed(one: str, other: str) -> bool:
    """Whether each path has a name where the other has text, and nothing else tells them apart."""
    wider = {"one": False, "other": False}
    for left, right in zip(one.split("/"), other.split("/"), strict=True):
        left_open, right_open = "{" in left, "{" in right
        if not left_open and not right_open and left != right:
            return False
        wider["one"] |= left_open and not right_open
        wider["other"] |= right_open and not left_open
    return wider["one"] and wider["other"]
