"""A node of the walk: a value, what it is in OpenAPI, and the chain of nodes around it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..load import Document
from ..positions import escape
from ..primitives import JSON
from .kinds import Kind


@dataclass(slots=True, eq=False)
class Node:
    """One node. `key` is the JSON pointer from the parent's place to here (`/properties/name`), so a pointer costs
    nothing until a finding asks for it. Not frozen, because a large document has a hundred thousand of them and freezing
    doubles what each costs; nobody changes one.
    """

    kind: Kind
    value: dict[str, JSON]
    key: str
    parent: Node | None
    document: Document
    expects: Kind | None = None

    @property
    def pointer(self) -> str:
        """JSON pointer of the place in its file."""
        parts: list[str] = []
        node: Node | None = self
        while node is not None:
            parts.append(node.key)
            node = node.parent
        return "".join(reversed(parts))

    @property
    def name(self) -> str:
        """The last token of the pointer as a key: name of a component or property, a status, a path, a method."""
        return self.key.rpartition("/")[2].replace("~1", "/").replace("~0", "~")

    @property
    def slot(self) -> str:
        """The member of the parent that holds this node: `properties`, `allOf`, `items`, …"""
        return self.key.split("/")[1] if self.key else ""

    def text(self, key: str) -> str:
        """A member that is text; anything else reads as empty."""
        value = self.value.get(key)
        return value if isinstance(value, str) else ""

    def map(self, key: str) -> dict[str, JSON]:
        """A member that is a mapping; anything else reads as an empty one."""
        value = self.value.get(key)
        return value if isinstance(value, dict) else {}

    def list(self, key: str) -> list[JSON]:
        """A member that is a list; anything else reads as an empty one."""
        value = self.value.get(key)
        return value if isinstance(value, list) else []

    def types(self) -> tuple[str, ...]:
        """The types that a schema states, without "null"."""
        given = self.value.get("type")
        if isinstance(given, str):
            return (given,) if given != "null" else ()
        return tuple(
            item for item in (given if isinstance(given, list) else [given]) if isinstance(item, str) and item != "null"
        )

    def above(self) -> Iterator[Node]:
        """The nodes around this one, nearest first."""
        node = self.parent
        while node is not None:
            yield node
            node = node.parent

    def nearest(self, *kinds: Kind) -> Node | None:
        """The nearest node around this one that is of one of these kinds."""
        return next((node for node in self.above() if node.kind in kinds), None)

    def child(self, kind: Kind, *path: str | int) -> Node | None:
        """A mapping below this one as a node, or None when there is none."""
        value: JSON = self.value
        for token in path:
            value = _step(value, token)
        return Node(kind, value, pointer_of(path), self, self.document) if isinstance(value, dict) else None


def _step(value: JSON, token: str | int) -> JSON:
    if isinstance(value, dict):
        return value.get(token) if isinstance(token, str) else None
    if isinstance(value, list):
        return value[token] if isinstance(token, int) and token < len(value) else None
    return None


def pointer_of(path: tuple[str | int, ...]) -> str:
    """A path of keys and indexes as a JSON pointer."""
    return "".join(f"/{escape(str(token))}" for token in path)
