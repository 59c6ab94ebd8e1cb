"""What a rule may ask about the rest of the document: targets of references, parameters and answers of an operation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from ..config import Config
from ..load import Document
from ..primitives import JSON
from ..resolve import Documents, ref_of
from .examples import Validators
from .kinds import Kind
from .node import Node, pointer_of

# Kinds that rules on the whole document look through at the end.
KEPT = frozenset(
    {
        Kind.OPERATION, Kind.PATH_ITEM, Kind.REFERENCE, Kind.SECURITY_REQUIREMENT, Kind.TAG, Kind.DISCRIMINATOR,
        Kind.EXAMPLE, Kind.SECURITY_SCHEME,
    }
)  # fmt: skip


@dataclass(eq=False)
class Context:
    """The document around a node. `seen` holds the nodes of the kinds in `KEPT`, complete once `Kind.END` comes."""

    documents: Documents
    config: Config
    seen: dict[Kind, list[Node]] = field(default_factory=lambda: {kind: [] for kind in KEPT})
    pages: set[str] = field(default_factory=set)

    @property
    def version(self) -> str:
        """ "3.0", "3.1" or "3.2"."""
        return self.documents.version

    @cached_property
    def top(self) -> Node:
        data = self.documents.root.data
        return Node(Kind.DOCUMENT, data if isinstance(data, dict) else {}, "", None, self.documents.root)

    @cached_property
    def curated(self) -> bool:
        """Whether the document keeps our conventions: it lists the pages it rests on."""
        return isinstance(self.top.map("info").get("x-sources"), dict)

    @cached_property
    def validators(self) -> Validators:
        return Validators(self.documents)

    def target(self, document: Document, ref: str, kind: Kind) -> Node | None:
        """What a chain of references ends at, or None when it is broken, a circle, or no mapping."""
        met: set[tuple[str, str]] = set()
        while True:
            try:
                found = self.documents.target(document, ref)
            except Exception:  # broken references, unreadable files: the rules on references tell of them
                return None
            if found.key in met:
                return None
            met.add(found.key)
            further = ref_of(found.value)
            if further is None or (kind is Kind.SCHEMA and len(found.map) > 1):
                return self._as_node(kind, found.document, found.pointer, found.value)
            document, ref = found.document, further

    def _as_node(self, kind: Kind, document: Document, pointer: str, value: JSON) -> Node | None:
        return Node(kind, value, pointer, None, document) if isinstance(value, dict) else None

    def resolved(self, node: Node | None) -> Node | None:
        """The node itself, or what its reference leads to."""
        if node is None:
            return None
        ref = ref_of(node.value)
        return node if ref is None else self.target(node.document, ref, node.kind)

    def child(self, node: Node, kind: Kind, *path: str | int) -> Node | None:
        """A mapping below a node, references followed at its end."""
        return self.resolved(node.child(kind, *path))

    def children(self, node: Node, kind: Kind, member: str) -> Iterator[tuple[str, Node]]:
        """The mappings of a map member or list member, by key or index, references followed; broken ones are left out."""
        held = node.value.get(member)
        pairs = held.items() if isinstance(held, dict) else enumerate(held) if isinstance(held, list) else ()
        for key, value in pairs:
            if isinstance(value, dict):
                found = self.resolved(Node(kind, value, pointer_of((member, key)), node, node.document))
                if found is not None:
                    yield str(key), found

    def parameters(self, operation: Node) -> list[Node]:
        """Parameters of an operation, those of its path included unless it restates them."""
        found: dict[tuple[str, str], Node] = {}
        for holder in (operation.parent, operation):
            if holder is not None:
                for _, item in self.children(holder, Kind.PARAMETER, "parameters"):
                    found[item.text("name"), item.text("in")] = item
        return list(found.values())

    def responses(self, operation: Node) -> dict[str, Node]:
        """Responses of an operation by status as written."""
        return {
            key: item for key, item in self.children(operation, Kind.RESPONSE, "responses") if not key.startswith("x-")
        }

    def successes(self, operation: Node) -> list[Node]:
        """Responses with a 2xx status."""
        return [item for status, item in self.responses(operation).items() if status.startswith("2")]

    def json_schema(self, holder: Node) -> Node | None:
        """The schema of the JSON body that a response or request body has."""
        for name, media in self.children(holder, Kind.MEDIA_TYPE, "content"):
            if is_json(name) and (schema := self.child(media, Kind.SCHEMA, "schema")) is not None:
                return schema
        return None

    def parts(self, schema: Node, depth: int = 12) -> Iterator[Node]:
        """The schema and everything that it is put together of by `allOf` and `$ref`."""
        pending, met = [(schema, 0)], {(schema.document.file, schema.pointer)}
        while pending:
            node, level = pending.pop()
            yield node
            if level >= depth:
                continue
            below = [item for _, item in self.children(node, Kind.SCHEMA, "allOf")]
            ref = ref_of(node.value)
            if ref is not None and (target := self.target(node.document, ref, Kind.SCHEMA)) is not None:
                below.append(target)
            for item in below:
                key = (item.document.file, item.pointer)
                if key not in met:
                    met.add(key)
                    pending.append((item, level + 1))

    def properties(self, schema: Node) -> dict[str, Node]:
        """Properties of an object schema, those of `allOf` and `$ref` included, as they stand (not resolved)."""
        found: dict[str, Node] = {}
        for part in self.parts(schema):
            for name in part.map("properties"):
                if name not in found and (node := part.child(Kind.SCHEMA, "properties", name)) is not None:
                    found[name] = node
        return found

    def at(self, schema: Node, pointer: str) -> Node | None:
        """The schema of what a JSON pointer into a value of `schema` leads to; None when the schema knows no such thing."""
        node: Node | None = schema
        for token in pointer.split("/")[1:]:
            if node is None:
                return None
            node = self._below(node, token.replace("~1", "/").replace("~0", "~"))
        return node

    def _below(self, schema: Node, token: str) -> Node | None:
        for part in self.parts(schema):
            if token in part.map("properties"):
                found = self.child(part, Kind.SCHEMA, "properties", token)
                return found or Node(Kind.SCHEMA, {}, "", None, part.document)
            for key in ("oneOf", "anyOf"):
                for _, variant in self.children(part, Kind.SCHEMA, key):
                    if (inner := self._below(variant, token)) is not None:
                        return inner
            if token.isdecimal() and isinstance(part.value.get("items"), dict):
                return self.child(part, Kind.SCHEMA, "items")
        return None


def is_json(media_type: str) -> bool:
    """Whether a media type is JSON."""
    base = media_type.partition(";")[0].strip().lower()
    return base in ("application/json", "text/json") or base.endswith("+json")


def in_request(node: Node) -> bool | None:
    """Whether what stands here is sent (True) or received (False); None inside components, which may serve both."""
    for item in node.above():
        if item.kind in (Kind.REQUEST_BODY, Kind.PARAMETER):
            return True
        if item.kind in (Kind.RESPONSE, Kind.HEADER):
            return False
    return None
