"""The one walk over a document: every node of a known kind is made once and handed to `visit`, parents first."""

from __future__ import annotations

from collections.abc import Callable

from ..load import Document
from ..positions import escape
from ..primitives import JSON
from .kinds import ELEMENTS, MEMBERS, Kind, Shape
from .node import Node

Visit = Callable[[Node], None]


def walk_document(document: Document, visit: Visit, *, siblings: bool) -> None:
    """Visit the whole document. `siblings`: members beside a schema's `$ref` count (OpenAPI 3.1 and later)."""
    if isinstance(document.data, dict):
        walk_node(Kind.DOCUMENT, document.data, "", None, document, visit, siblings=siblings)


def walk_node(
    kind: Kind,
    value: JSON,
    key: str,
    parent: Node | None,
    document: Document,
    visit: Visit,
    *,
    siblings: bool,
) -> None:
    """Visit a value of a kind and all below it. A value that is no mapping is left to the rule on structure."""
    if not isinstance(value, dict):
        return
    if isinstance(value.get("$ref"), str):
        visit(Node(Kind.REFERENCE, value, key, parent, document, kind))
        schema = kind is Kind.SCHEMA and siblings and len(value) > 1
        if not schema and kind is not Kind.PATH_ITEM:
            return
    node = Node(kind, value, key, parent, document)
    visit(node)
    element = ELEMENTS.get(kind)
    if element is not None:
        for name, child in value.items():
            if not name.startswith("x-"):
                walk_node(element, child, f"/{escape(name)}", node, document, visit, siblings=siblings)
        return
    members = MEMBERS.get(kind)
    if not members:
        return
    for name, child in value.items():
        member = members.get(name)
        if member is None:
            continue
        if member.shape is Shape.ONE and not isinstance(child, list):
            walk_node(member.kind, child, f"/{name}", node, document, visit, siblings=siblings)
        elif member.shape is Shape.MAP and isinstance(child, dict):
            for key_below, item in child.items():
                below = f"/{name}/{escape(key_below)}"
                walk_node(member.kind, item, below, node, document, visit, siblings=siblings)
        elif isinstance(child, list):
            for index, item in enumerate(child):
                walk_node(member.kind, item, f"/{name}/{index}", node, document, visit, siblings=siblings)
