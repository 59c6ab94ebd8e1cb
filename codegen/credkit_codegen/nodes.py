"""Places in a document: a value together with its file and JSON pointer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .load import Document
from .positions import escape
from .primitives import JSON, Location

# Keys whose value is data of the document's author, never a place for references.
DATA_KEYS = frozenset({"example", "default", "enum", "const", "value", "dataValue", "mapping"})
# Keys whose value maps free names to objects of the specification.
_NAME_KEYS = frozenset(
    {
        "properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "schemas", "responses", "parameters",
        "requestBodies", "headers", "securitySchemes", "links", "callbacks", "pathItems", "paths", "webhooks", "content",
        "encoding", "variables", "mediaTypes", "examples", "additionalOperations",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """A value with its place."""

    document: Document
    pointer: str
    value: JSON

    @property
    def location(self) -> Location:
        return Location(self.document.file, self.pointer)

    @property
    def key(self) -> tuple[str, str]:
        """What identifies the place."""
        return self.document.file, self.pointer

    @property
    def map(self) -> dict[str, JSON]:
        """The value as a mapping; anything else reads as an empty one."""
        return self.value if isinstance(self.value, dict) else {}

    def child(self, key: str) -> Node:
        """The member `key`; its value is None when there is none."""
        return Node(self.document, f"{self.pointer}/{escape(key)}", self.map.get(key))

    def children(self) -> Iterator[tuple[str, Node]]:
        """Members of a mapping."""
        for key, value in self.map.items():
            yield key, Node(self.document, f"{self.pointer}/{escape(key)}", value)

    def items(self) -> Iterator[Node]:
        """Items of a list; anything else has none."""
        if isinstance(self.value, list):
            for index, value in enumerate(self.value):
                yield Node(self.document, f"{self.pointer}/{index}", value)

    def text(self, key: str) -> str | None:
        """A member that is text and not empty."""
        value = self.map.get(key)
        return value if isinstance(value, str) and value else None


def ref_of(value: JSON) -> str | None:
    """The reference that a value is, if it is one."""
    if isinstance(value, dict):
        ref = value.get("$ref")
        if isinstance(ref, str):
            return ref
    return None


def walk(node: Node) -> Iterator[Node]:
    """Every mapping of a document in which references may stand; never the author's data (examples, defaults, enums)."""
    stack: list[tuple[Node, bool]] = [(node, False)]
    while stack:
        item, free_names = stack.pop()
        if isinstance(item.value, list):
            stack.extend((child, False) for child in item.items() if isinstance(child.value, dict | list))
            continue
        if not free_names:
            yield item
        below = [(child, key) for key, child in item.children() if isinstance(child.value, dict | list)]
        for child, key in reversed(below):
            if free_names:
                stack.append((child, False))
            elif key == "examples" and isinstance(child.value, list):
                continue
            elif key not in DATA_KEYS and not key.startswith("x-"):
                stack.append((child, key in _NAME_KEYS and isinstance(child.value, dict)))
