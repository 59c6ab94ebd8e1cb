"""What a document calls itself and its schemas: `$self`, `$id`, `$anchor`, and which of them a reference means.

A schema with `$id` is a resource of its own: references in it may lead to its parts as if it were a document. Real documents
write `$id` for decoration as often as by the book, so an identifier is never needed for what plain pointers already find.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urldefrag, urljoin

from .load import Document
from .nodes import DATA_KEYS, Node, walk
from .primitives import JSON

ANCHORS = ("$anchor", "$dynamicAnchor")


@dataclass(frozen=True, slots=True)
class Identifiers:
    """The identifiers of one document.

    Attributes:
        self_uri: `$self` of the document; "" when it has none.
        resources: absolute `$id` -> the schema that has it; as written, too.
        scopes: pointers of the schemas with `$id`, longest first, with their absolute identifiers.
        anchors: (pointer of the resource, name) -> the schema that has the anchor.
        dynamic: name -> every schema with that `$dynamicAnchor`.
    """

    self_uri: str = ""
    resources: dict[str, Node] = field(default_factory=dict)
    scopes: tuple[tuple[str, str], ...] = ()
    anchors: dict[tuple[str, str], Node] = field(default_factory=dict)
    dynamic: dict[str, list[Node]] = field(default_factory=dict)

    def scope(self, pointer: str) -> tuple[str, str]:
        """Pointer and identifier of the innermost resource around a place; that of the document is ""."""
        for start, uri in self.scopes:
            if pointer == start or pointer.startswith(f"{start}/"):
                return start, uri
        return "", self.self_uri

    def named(self, reference: str, pointer: str) -> Node | None:
        """The resource that a reference without its fragment names, seen from `pointer`."""
        if not self.resources:
            return None
        _, base = self.scope(pointer)
        return self.resources.get(urljoin(base, reference)) or self.resources.get(reference)

    def anchor(self, start: str, name: str) -> Node | None:
        """The schema with an anchor in the resource at `start`, else anywhere in the document."""
        own = self.anchors.get((start, name))
        if own is not None:
            return own
        return next((node for (_, known), node in self.anchors.items() if known == name), None)


def read_identifiers(document: Document) -> Identifiers:
    """Look for identifiers, where the text holds any at all."""
    top = Node(document, "", document.data)
    given = top.map.get("$self")
    self_uri = urldefrag(given).url if isinstance(given, str) else ""
    text = document.text
    if not self_uri and not (any(key in text for key in ("$id", *ANCHORS)) and _holds_any(document.data)):
        return Identifiers()
    resources: dict[str, Node] = {self_uri: top} if self_uri else {}
    scopes: list[tuple[str, str]] = []
    anchors: dict[tuple[str, str], Node] = {}
    for node in walk(top):
        _enter(node, self_uri, resources, scopes)
    found = Identifiers(self_uri, resources, tuple(sorted(scopes, key=lambda scope: -len(scope[0]))), anchors)
    for node in walk(top):
        for name in _anchors(node):
            anchors.setdefault((found.scope(node.pointer)[0], name), node)
        dynamic = node.map.get("$dynamicAnchor")
        if isinstance(dynamic, str):
            found.dynamic.setdefault(dynamic, []).append(node)
    return found


def _holds_any(value: JSON) -> bool:
    """Whether some mapping has an identifier, data of the author left aside. Much cheaper than to walk the places."""
    stack = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, dict):
            if any(isinstance(item.get(key), str) for key in ("$id", *ANCHORS)):
                return True
            stack.extend(
                child for key, child in item.items() if isinstance(child, dict | list) and key not in DATA_KEYS
            )
        elif isinstance(item, list):
            stack.extend(child for child in item if isinstance(child, dict | list))
    return False


def _enter(node: Node, self_uri: str, resources: dict[str, Node], scopes: list[tuple[str, str]]) -> None:
    given = node.map.get("$id")
    if not isinstance(given, str) or not given or given.startswith("#") or not node.pointer:
        return
    outer = next((uri for start, uri in reversed(scopes) if node.pointer.startswith(f"{start}/")), self_uri)
    uri = urldefrag(urljoin(outer, given)).url
    scopes.append((node.pointer, uri))
    resources.setdefault(uri, node)
    resources.setdefault(urldefrag(given).url, node)


def _anchors(node: Node) -> Iterator[str]:
    for key in ANCHORS:
        name = node.map.get(key)
        if isinstance(name, str):
            yield name
