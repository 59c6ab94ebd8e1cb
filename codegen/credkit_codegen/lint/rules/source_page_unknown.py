"""The page of an `x-source` is listed in `info.x-sources`, or an https address.

Why: a key that nothing explains leads nowhere.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...primitives import JSON
from ..context import Context
from ..kinds import Kind
from ..node import Node
from ..rule import Finding

ON = (
    Kind.DOCUMENT,
    Kind.PATH_ITEM,
    Kind.OPERATION,
    Kind.PARAMETER,
    Kind.REQUEST_BODY,
    Kind.RESPONSE,
    Kind.HEADER,
    Kind.MEDIA_TYPE,
    Kind.SCHEMA,
    Kind.SERVER,
    Kind.SECURITY_SCHEME,
    Kind.EXAMPLE,
)
KEYS = ("x-source", "x-undocumented")
BAD = """\
info: { title: Pets, version: "1", x-sources: { pets: "https://pets.example/docs" } }
paths:
  /pets:
    get:
      operationId: listPets
      x-source: { page: pets, basis: documented }
      responses: { "200": { description: The pets. } }
    post:
      operationId: createPet
      x-source:
        page: pest  # <-
        basis: documented
      responses: { "200": { description: The pets. } }
"""
GOOD = """\
info: { title: Pets, version: "1", x-sources: { pets: "https://pets.example/docs" } }
paths:
  /pets:
    get:
      operationId: listPets
      x-source: { page: pets, basis: documented }
      responses: { "200": { description: The pets. } }
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    known = context.top.map("info").get("x-sources")
    pages = known if isinstance(known, dict) else {}
    found: list[tuple[tuple[str | int, ...], JSON]] = [(("x-source", "page"), node.map("x-source").get("page"))]
    for index, item in enumerate(node.list("x-undocumented")):
        if isinstance(item, dict):
            found.append((("x-undocumented", index, "page"), item.get("page")))
    for path, page in found:
        if isinstance(page, str):
            context.pages.add(page)
            if page not in pages and not page.startswith("https://"):
                yield Finding(
                    node, f'expected a page of info.x-sources; "{page}" is none', "list it there, or mend the key", path
                )
    note = node.map("x-source").get("note")
    if isinstance(note, str):
        context.pages.update(key for key in pages if key in note)
