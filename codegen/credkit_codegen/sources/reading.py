"""A spec as what it rests on: every node that states a source (`x-source`), and what each operation reaches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import unquote

from ..builder.sources import Sources, page_address
from ..config import Config, default_config, load_config
from ..frontend import read_documents
from ..ir import JSON, Source
from ..lint.kinds import Kind
from ..lint.node import Node
from ..lint.walk import walk_document
from ..resolve import Documents

UNSTATED = "not stated"
NAMES = {
    "operation": "operations", "event": "events", "parameter": "parameters", "request body": "request bodies",
    "response": "responses", "header": "headers", "media type": "media types", "example": "examples",
    "schema": "schemas", "property": "properties", "inline schema": "inline schemas",
    "security scheme": "security schemes", "server": "servers", "path": "paths", "document": "document",
}  # fmt: skip


@dataclass(frozen=True)
class Spec:
    """One vendor's document: every node of the walk, and how it names its pages."""

    vendor: str
    documents: Documents
    nodes: tuple[Node, ...]
    sources: Sources
    config: Config

    @property
    def top(self) -> Mapping[str, JSON]:
        """The document's own members."""
        return self.documents.top.map

    @property
    def title(self) -> str:
        info = self.top.get("info")
        title = info.get("title") if isinstance(info, dict) else None
        return title if isinstance(title, str) else self.vendor

    @cached_property
    def below(self) -> dict[Node, list[Node]]:
        """The nodes right below each node."""
        found: dict[Node, list[Node]] = {}
        for node in self.nodes:
            if node.parent is not None:
                found.setdefault(node.parent, []).append(node)
        return found

    @cached_property
    def at(self) -> dict[str, Node]:
        """The node at each JSON pointer; where a schema stands beside its `$ref`, the schema."""
        return {node.pointer: node for node in sorted(self.nodes, key=lambda node: node.kind is not Kind.REFERENCE)}

    @cached_property
    def entries(self) -> dict[str, JSON]:
        """`info.x-sources` as it stands: short key -> address, or object with `url` and `read`."""
        info = self.top.get("info")
        entries = info.get("x-sources") if isinstance(info, dict) else None
        return entries if isinstance(entries, dict) else {}

    @cached_property
    def pages(self) -> dict[str, str]:
        """The short key of each address in `info.x-sources`."""
        found = ((page_address(entry), key) for key, entry in self.entries.items())
        return {address: key for address, key in found if address is not None}

    def own(self, node: Node) -> Source | None:
        """What the node states itself. A `$ref` carries nothing."""
        return None if node.kind is Kind.REFERENCE else self.sources.read(node.value.get("x-source"))

    def source(self, node: Node) -> Source | None:
        """What the node states, or else the nearest node above it that states something."""
        return next((found for one in (node, *node.above()) if (found := self.own(one)) is not None), None)

    def operations(self) -> list[Node]:
        """Operations and events, in the order of the document; none of callbacks and unused components."""
        return [
            node
            for node in self.nodes
            if node.kind is Kind.OPERATION
            and not any(one.kind in (Kind.CALLBACK, Kind.COMPONENTS) for one in node.above())
        ]


@dataclass(frozen=True)
class Fact:
    """A part of an operation that states a source, or that is a component of its own; `sides` says where it occurs."""

    node: Node
    source: Source | None
    sides: tuple[str, ...]

    @property
    def basis(self) -> str:
        return self.source.basis if self.source is not None else UNSTATED


def read_spec(path: Path, config: Path | None) -> Spec:
    """The document at `path`, overlays applied, with the names that `config` (a client.toml) gives.

    Raises:
        SpecError: one of the two cannot be used.
    """
    vendor = path.parent.name
    settings = load_config(config) if config is not None else default_config(vendor)
    documents = read_documents(path, settings)
    nodes: list[Node] = []
    walk_document(documents.top.document, nodes.append, siblings=True)
    return Spec(vendor, documents, tuple(nodes), Sources(documents), settings)


def is_event(operation: Node) -> bool:
    """Whether the vendor sends this, instead of answering it."""
    return any(node.slot == "webhooks" for node in operation.above())


def facts_of(spec: Spec, operation: Node) -> list[Fact]:
    """What the parameters, request and answers of an operation rest on, each node once, in the order of the document."""
    sides: dict[Node, list[str]] = {}
    for side, root in _roots(spec, operation):
        for node in _reached(spec, root):
            if side not in sides.setdefault(node, []):
                sides[node].append(side)
    return [Fact(node, spec.source(node), tuple(found)) for node, found in sides.items()]


def _roots(spec: Spec, operation: Node) -> Iterator[tuple[str, Node]]:
    """The parts of an operation, those that its path gives it included, each with the word for its side."""
    around = spec.below.get(operation.parent, ()) if operation.parent is not None else ()
    own = spec.below.get(operation, ())
    words = {"requestBody": "event" if is_event(operation) else "request", "parameters": "parameter"}
    for node in (*(one for one in around if one.slot in ("parameters", "servers")), *own):
        if node.kind is Kind.RESPONSES:
            yield from ((f"answer {one.name}", one) for one in spec.below.get(node, ()))
        else:
            yield words.get(node.slot, node.slot), node


def _reached(spec: Spec, root: Node) -> Iterator[Node]:
    """Every node from `root` on, references followed, that states a source or is entered by a reference."""
    pending, met = [(root, False)], set[Node]()
    while pending:
        node, is_component = pending.pop()
        if node in met:
            continue
        met.add(node)
        if node.kind is Kind.REFERENCE:
            target = spec.at.get(unquote(node.text("$ref").removeprefix("#")))
            if target is not None:
                pending.append((target, True))
            continue
        if is_component or spec.own(node) is not None:
            yield node
        pending.extend((one, False) for one in reversed(spec.below.get(node, ())))


def kind_of(node: Node) -> str:
    """What a node is called in the counts, in the singular."""
    if node.kind is Kind.OPERATION:
        return "event" if is_event(node) else "operation"
    if node.kind is Kind.SCHEMA:
        is_component = node.parent is not None and node.parent.kind is Kind.COMPONENTS
        return "schema" if is_component else "property" if node.slot == "properties" else "inline schema"
    return "path" if node.kind is Kind.PATH_ITEM else node.kind.name.lower().replace("_", " ")


def name_of(node: Node) -> str:
    """What a node is called: an operation by its id, a parameter by its name, a property by the schemas around it."""
    if node.kind is Kind.OPERATION:
        return operation_name(node)
    if node.kind is Kind.SCHEMA:
        return schema_name(node)
    return (node.text("name") if node.kind is Kind.PARAMETER else "") or node.name


def schema_name(node: Node) -> str:
    """`Credential.subject.name`: from the component, or from the inline schema, down to here."""
    if node.parent is None or node.parent.kind is not Kind.SCHEMA:
        return node.name if kind_of(node) == "schema" else ""
    step = node.name if node.slot == "properties" else node.key[1:]
    return f"{schema_name(node.parent)}.{step}".lstrip(".")


def operation_name(operation: Node) -> str:
    return operation.text("operationId") or signature(operation)


def signature(operation: Node) -> str:
    """`GET /things/{id}`, or `event thingChanged`."""
    path = operation.parent.name if operation.parent is not None else ""
    return f"event {path}" if is_event(operation) else f"{operation.name.upper()} {path}"


def count_sources(spec: Spec) -> Counter[tuple[str, str]]:
    """How many nodes state a source of their own, by (kind, basis)."""
    found = ((node, spec.own(node)) for node in spec.nodes)
    return Counter((kind_of(node), source.basis) for node, source in found if source is not None)
