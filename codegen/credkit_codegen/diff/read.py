"""Readers: the parts of an operation that are compared, with references followed and what is inherited filled in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property

from ..builder.opnames import list_operations, operations_of, path_items
from ..resolve import Documents, Node, UnresolvedRef
from .change import Direction
from .flatten import read_schema
from .pairs import Coded, Member, Operation, Parameter, Security, Servers
from .schema import Schema

_VARIABLE = re.compile(r"\{[^{}]*\}")
_SPACE_AND_CHARSET = re.compile(r"\s+|;\s*charset\s*=[^;]*")
_IGNORED_HEADERS = frozenset({"accept", "content-type", "authorization"})


class Side:
    """One of the two documents."""

    def __init__(self, documents: Documents) -> None:
        self.documents = documents
        self._schemas: dict[tuple[tuple[str, str], ...], Schema] = {}

    @property
    def top(self) -> Node:
        return self.documents.top

    @cached_property
    def operations(self) -> tuple[Operation, ...]:
        """Every operation under `paths`.

        Raises:
            UnresolvedRef: a path item leads nowhere.
        """
        return tuple(
            Operation(item.node, item.item, item.method, item.path, item.operation_id, item.named)
            for item in list_operations(self.documents)
        )

    def callbacks(self, operation: Operation) -> dict[str, Operation]:
        """The events that an operation announces, by name and expression."""
        found: dict[str, Operation] = {}
        for name, child in operation.node.child("callbacks").children():
            found.update(self._events(self.follow(child), f"{name} "))
        return found

    def webhooks(self) -> dict[str, Operation]:
        """The events of the document, by name."""
        return self._events(self.top.child("webhooks"), "")

    def _events(self, parent: Node, prefix: str) -> dict[str, Operation]:
        return {
            f"{prefix}{key}{'' if method == 'POST' else f' {method}'}": Operation(node, item, method, key, key, False)
            for key, item in path_items(self.documents, parent)
            for method, node in operations_of(self.documents, item)
        }

    def follow(self, node: Node) -> Node:
        """What references lead to; a place without a value where they lead nowhere."""
        try:
            return self.documents.follow(node)
        except UnresolvedRef:
            return Node(node.document, node.pointer, None)

    def schema(self, nodes: tuple[Node, ...]) -> Schema:
        """The schema at one place, or at several that hold at once."""
        key = tuple(node.key for node in nodes)
        known = self._schemas.get(key)
        if known is None:
            known = self._schemas[key] = read_schema(self.documents, nodes)
        return known

    # --- requests --------------------------------------------------------------------------------------------------

    def parameters(self, operation: Operation) -> dict[tuple[str, str], Parameter]:
        """Parameters by location and name; path parameters by their position in the path, which is what counts."""
        found: dict[tuple[str, str], Parameter] = {}
        positions = {name[1:-1]: str(index) for index, name in enumerate(_VARIABLE.findall(operation.path))}
        shared = operation.item.child("parameters").items()
        for node in map(self.follow, (*shared, *operation.node.child("parameters").items())):
            name, location = node.text("name") or "", node.text("in") or ""
            if location == "header" and name.lower() in _IGNORED_HEADERS:
                continue
            spelled = name.lower() if location == "header" else name
            key = location, positions.get(name, name) if location == "path" else spelled
            found[key] = Parameter(node, name, location, self.schema((content_schema(self, node),)))
        return found

    def body(self, operation: Operation) -> Node | None:
        """The request body, None where there is none."""
        child = operation.node.child("requestBody")
        node = self.follow(child) if child.value is not None else child
        return node if isinstance(node.value, dict) else None

    # --- answers ---------------------------------------------------------------------------------------------------

    def responses(self, operation: Operation) -> dict[str, Coded]:
        """Responses by status, as written."""
        items = operation.node.child("responses").children()
        return {key.upper(): Coded(key, self.follow(child)) for key, child in items if not key.startswith("x-")}

    def content(self, node: Node) -> dict[str, Coded]:
        """Media types of a body, in lower case, without spaces and character set."""
        items = self.follow(node.child("content")).children()
        return {_SPACE_AND_CHARSET.sub("", key.lower()): Coded(key, self.follow(child)) for key, child in items}

    def headers(self, response: Node) -> dict[str, Coded]:
        """Headers of an answer, by name in lower case."""
        items = response.child("headers").children()
        return {key.lower(): Coded(key, self.follow(child)) for key, child in items if key.lower() != "content-type"}

    def members(self, schema: Schema, direction: Direction) -> dict[str, Member]:
        """The properties of an object that one direction sees: requests hold none that are `readOnly`, answers none that
        are `writeOnly`."""
        hidden = "readOnly" if direction is Direction.REQUEST else "writeOnly"
        found: dict[str, Member] = {}
        for name, nodes in schema.members.items():
            item = self.schema(nodes)
            if not item.flag(hidden):
                found[name] = Member(name, nodes[0], item, name in schema.required)
        return found

    # --- access ----------------------------------------------------------------------------------------------------

    def security(self, operation: Operation | None = None) -> Security:
        """What an operation accepts, or the document in general. Nothing said: anonymous."""
        node = self.top.child("security")
        if operation is not None and isinstance(operation.node.map.get("security"), list):
            node = operation.node.child("security")
        alternatives = tuple(
            {
                key: frozenset(str(scope) for scope in scopes) if isinstance(scopes, list) else frozenset()
                for key, scopes in item.map.items()
            }
            for item in node.items()
        )
        return Security(node, alternatives or ({},))

    def schemes(self) -> dict[str, Coded]:
        """Security schemes by name."""
        items = self.top.child("components").child("securitySchemes").children()
        return {key: Coded(key, self.follow(child)) for key, child in items}

    def servers(self, operation: Operation | None = None) -> Servers:
        """The servers of the document, or those that an operation or its path item lists for itself."""
        node = self.top.child("servers")
        if operation is not None:
            own = operation.node.child("servers")
            node = own if own.value else operation.item.child("servers")
        return Servers(node, tuple(node.items()))


def content_schema(side: Side, node: Node) -> Node:
    """The schema of a parameter or header: its own, or that of its one media type."""
    if "schema" in node.map:
        return node.child("schema")
    for _, media in side.follow(node.child("content")).children():
        return side.follow(media).child("schema")
    return node.child("schema")


def mapping_of(node: Node) -> Mapping[str, str]:
    """`mapping` of a discriminator, each value with the name of the component that it leads to."""
    found = node.child("discriminator").map.get("mapping")
    items = found.items() if isinstance(found, dict) else ()
    return {key: str(ref).rpartition("/")[2] for key, ref in items}


def path_shape(path: str) -> str:
    """The path with its variables unnamed: what a server sees."""
    return _VARIABLE.sub("{}", path.rstrip("/") or "/")
