"""A path begins with a slash, and its braces hold names, each once.

Why: it is appended to the server's address as it is; a brace that is not closed is sent.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..context import Context
from ..kinds import Kind
from ..node import Node
from ..paths import path_shape, template_names
from ..rule import Finding

ON = (Kind.PATHS,)
BAD = """\
paths:
  /pets/{petId:  # <-
    get:
      operationId: getPet
      responses: { "200": { description: The pet. } }
"""
GOOD = """\
paths:
  /pets/{petId}:
    get:
      operationId: getPet
      parameters: [{ name: petId, in: path, required: true, schema: { type: string } }]
      responses: { "200": { description: The pet. } }
"""


def check(node: Node, context: Context) -> Iterator[Finding]:
    for path in node.value:
        if path.startswith("x-"):
            continue
        names = template_names(path)
        rest = path_shape(path).replace("{}", "")
        if not path.startswith("/"):
            yield Finding(node, f'expected a path that begins with "/"; got "{path}"', f'write "/{path}"', (path,))
        elif "{" in rest or "}" in rest or "" in names:
            yield Finding(
                node, "expected braces in pairs with a name between them; got others", "close the brace", (path,)
            )
        elif len(set(names)) != len(names):
            yield Finding(node, "expected each name once in a path; one stands twice", "rename one of them", (path,))
