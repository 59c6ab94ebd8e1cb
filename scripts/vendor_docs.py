"""Write `docs/vendors/<vendor>.md`: for every operation of a spec, how well each part of it is known.

python scripts/vendor_docs.py            # after a spec has changed
python scripts/vendor_docs.py --check    # exit 1 when a page is stale
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import unquote

from credkit_codegen.builder.sources import BASES, Sources
from credkit_codegen.config import Config, load_config
from credkit_codegen.diagnostics import printable
from credkit_codegen.ir import JSON, Source
from credkit_codegen.lint.kinds import Kind
from credkit_codegen.lint.node import Node
from credkit_codegen.lint.walk import walk_document
from credkit_codegen.load import load_document
from credkit_codegen.resolve import resolve_document

ROOT = Path(__file__).resolve().parent.parent
COMMAND = "python scripts/vendor_docs.py"
UNSTATED = "not stated"
NAMES = {
    "operation": "operations", "event": "events", "parameter": "parameters", "request body": "request bodies",
    "response": "responses", "header": "headers", "media type": "media types", "example": "examples",
    "schema": "schemas", "property": "properties", "inline schema": "inline schemas",
    "security scheme": "security schemes", "server": "servers", "path": "paths", "document": "document",
}  # fmt: skip
CODE = re.compile(r"`([\w./{}:$~ ,=-]+)`")
ADDRESS = re.compile(r"https://[\w./~%:?=&+,@#-]+")


@dataclass(frozen=True)
class Spec:
    """One vendor's document: every node of the walk, and how it names its pages."""

    vendor: str
    top: Mapping[str, JSON]
    nodes: tuple[Node, ...]
    sources: Sources
    config: Config

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
    def pages(self) -> dict[str, str]:
        """The short key of each address in `info.x-sources`."""
        info = self.top.get("info")
        keys = info.get("x-sources") if isinstance(info, dict) else None
        return {url: key for key, url in keys.items() if isinstance(url, str)} if isinstance(keys, dict) else {}

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


# --- Reading -------------------------------------------------------------------------------------------------------


def read_spec(path: Path, config: Path) -> Spec:
    """The document at `path` with the names that `config` gives.

    Raises:
        SpecError: one of the two cannot be used.
    """
    documents = resolve_document(load_document(path), root=path.parent)
    nodes: list[Node] = []
    walk_document(documents.top.document, nodes.append, siblings=True)
    return Spec(path.parent.name, documents.top.map, tuple(nodes), Sources(documents), load_config(config))


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


def count_sources(spec: Spec) -> Counter[tuple[str, str]]:
    """How many nodes state a source of their own, by (kind, basis)."""
    found = ((node, spec.own(node)) for node in spec.nodes)
    return Counter((kind_of(node), source.basis) for node, source in found if source is not None)


# --- Markdown ------------------------------------------------------------------------------------------------------


def text(value: JSON) -> str:
    """Text of a spec as one line of Markdown that shows it as it is; plain code in backticks stays code."""
    parts = CODE.split(printable(" ".join(value.split())) if isinstance(value, str) else "")
    return "".join(f"`{part}`" if index % 2 else _escape(part) for index, part in enumerate(parts))


def _escape(part: str) -> str:
    shown = part.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"([\\`*_\[\]|#~!$])", r"\\\1", shown)


def code(value: str) -> str:
    """A name as code, or escaped where it holds what could end the code."""
    return text(f"`{value}`") if CODE.fullmatch(f"`{value}`") else text(value)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """A table, with the empty line that ends it."""
    return [_row(head), _row(["---"] * len(head)), *(_row(row) for row in rows), ""]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def page_link(spec: Spec, source: Source | None) -> str:
    """The page of a source by its short key; an address that is no plain one is only shown."""
    if source is None or source.page is None:
        return ""
    label = text(spec.pages.get(source.page, source.page))
    return f"[{label}]({source.page})" if ADDRESS.fullmatch(source.page) else label


def place_of(node: Node) -> str:
    """What a node is called on the page: its kind and its name."""
    named = node.text("name") if node.kind is Kind.PARAMETER else ""
    name = _schema_name(node) if node.kind is Kind.SCHEMA else named or node.name
    return f"{kind_of(node)} {code(name)}".strip()


def _schema_name(node: Node) -> str:
    """`Credential.subject.name`: from the component, or from the inline schema, down to here."""
    if node.parent is None or node.parent.kind is not Kind.SCHEMA:
        return node.name if kind_of(node) == "schema" else ""
    step = node.name if node.slot == "properties" else node.key[1:]
    return f"{_schema_name(node.parent)}.{step}".lstrip(".")


def operation_name(operation: Node) -> str:
    return operation.text("operationId") or signature(operation)


def signature(operation: Node) -> str:
    """`GET /things/{id}`, or `event thingChanged`."""
    path = operation.parent.name if operation.parent is not None else ""
    return f"event {path}" if is_event(operation) else f"{operation.name.upper()} {path}"


def slug(name: str) -> str:
    """The anchor of a heading, as renderers of Markdown make it."""
    return re.sub(r"[^\w -]", "", name.lower()).replace(" ", "-")


# --- The page ------------------------------------------------------------------------------------------------------


def render(spec: Spec) -> str:
    """The whole page of a vendor."""
    info = spec.top.get("info")
    facts = {operation: facts_of(spec, operation) for operation in spec.operations()}
    path = f"specs/{spec.vendor}/openapi.yaml"
    lines = [
        f"<!-- Generated by `{COMMAND}`; edit {path} instead. -->",
        "",
        f"# {text(info.get('title') if isinstance(info, dict) else '')}: what is known, and how",
        "",
        f"What [`{path}`](../../{path}) rests on. Each part is `documented`, seen in an `example`, `inferred`, in `conflict`",
        "between pages, or known from an `integration` only; [how specs are written](../spec-conventions.md#sources) defines",
        "the words.",
        "",
        *_overview(spec, facts),
        *_counts(spec),
        "## Operation by operation",
        "",
    ]
    for operation, found in facts.items():
        lines += _section(spec, operation, found)
    reached = {fact.node for found in facts.values() for fact in found} | set(facts)
    lines += [*_elsewhere(spec, reached), *_contradictions(spec), *_undocumented(spec)]
    return "\n".join(lines).rstrip("\n") + "\n"


def _overview(spec: Spec, facts: Mapping[Node, Sequence[Fact]]) -> list[str]:
    head = ("Operation", "Method and path", "Python", "Basis", "Page", *BASES)
    rows = []
    for operation, found in facts.items():
        source = spec.source(operation)
        name = operation_name(operation)
        settings = spec.config.operations.get(operation.text("operationId"))
        python = code(settings.name) if settings is not None and settings.name is not None else ""
        counts = Counter(fact.basis for fact in (Fact(operation, source, ()), *found))
        basis = text(source.basis) if source is not None else UNSTATED
        link = f"[{text(name)}](#{slug(name)})"
        rows.append(
            [
                link,
                code(signature(operation)),
                python,
                basis,
                page_link(spec, source),
                *(str(counts[one]) for one in BASES),
            ]
        )
    legend = (
        "The numbers count the sources that an operation rests on: its own, and those of its parts and their schemas."
    )
    return ["## Operations", "", legend, "", *table(head, rows)]


def _counts(spec: Spec) -> list[str]:
    counts = count_sources(spec)
    bases = [*BASES, *sorted({basis for _, basis in counts} - set(BASES))]
    kinds = [*NAMES, *sorted({kind for kind, _ in counts} - set(NAMES))]
    rows = [(NAMES.get(kind, kind), [counts[kind, basis] for basis in bases]) for kind in kinds]
    rows = [(name, numbers) for name, numbers in rows if any(numbers)]
    rows.append(("all", [sum(numbers[index] for _, numbers in rows) for index in range(len(bases))]))
    body = [[name, *map(str, numbers), str(sum(numbers))] for name, numbers in rows]
    legend = "Places that state a source of their own. What lies below such a place inherits it and is not counted."
    return ["## Counts", "", legend, "", *table(("", *map(text, bases), "all"), body)]


def _section(spec: Spec, operation: Node, facts: Sequence[Fact]) -> list[str]:
    source = spec.source(operation)
    basis = source.basis if source is not None else UNSTATED
    pages = {page_link(spec, one): None for one in (source, *(fact.source for fact in facts)) if one is not None}
    lines = [
        f"### {text(operation_name(operation))}",
        "",
        f"{code(signature(operation))}: {text(operation.value.get('summary'))}".rstrip(": "),
        "",
        f"Basis: {text(basis)}. Pages: {', '.join(page for page in pages if page) or 'none'}.",
        "",
    ]
    if source is not None and source.note:
        lines += [f"Note: {text(source.note)}", ""]
    other = [fact for fact in facts if fact.basis != basis or fact.basis == "conflict"]
    if not other:
        return [*lines, f"Everything else in it is {text(basis)} too.", ""]
    rows = [
        (", ".join(map(text, fact.sides)), place_of(fact.node), *_source_cells(spec, fact.basis, fact.source))
        for fact in other
    ]
    return [*lines, *table(("In", "What", "Basis", "Page", "Note"), rows)]


def _source_cells(spec: Spec, basis: str, source: Source | None) -> tuple[str, str, str]:
    return text(basis), page_link(spec, source), text(source.note if source is not None else None)


def _places(spec: Spec, nodes: Iterable[Node]) -> list[str]:
    stated = ((node, spec.own(node)) for node in nodes)
    rows = [
        (code(node.pointer or "/"), *_source_cells(spec, one.basis, one)) for node, one in stated if one is not None
    ]
    return table(("Where in the spec", "Basis", "Page", "Note"), rows) if rows else ["None.", ""]


def _elsewhere(spec: Spec, reached: set[Node]) -> list[str]:
    return ["## Outside the operations", "", *_places(spec, (node for node in spec.nodes if node not in reached))]


def _contradictions(spec: Spec) -> list[str]:
    found = [node for node in spec.nodes if (one := spec.own(node)) is not None and one.basis == "conflict"]
    return ["## Contradictions", "", *_places(spec, found)]


def _undocumented(spec: Spec) -> list[str]:
    """What pages name without saying enough; listed so that nobody thinks it was overlooked."""
    entries = spec.top.get("x-undocumented")
    rows = [
        (text(entry.get("name")), page_link(spec, spec.sources.read({**entry})), text(entry.get("note")))
        for entry in (entries if isinstance(entries, list) else ())
        if isinstance(entry, dict)
    ]
    listed = table(("What", "Page", "What is missing"), rows) if rows else ["Nothing.", ""]
    return ["## Named by the vendor, not described", "", *listed]


def pages(root: Path = ROOT) -> dict[Path, str]:
    """Every page with the text that it should hold."""
    specs = sorted((root / "specs").glob("*/openapi.yaml"))
    out = root / "docs" / "vendors"
    return {out / f"{path.parent.name}.md": render(read_spec(path, path.with_name("client.toml"))) for path in specs}


def main(arguments: Sequence[str], root: Path = ROOT) -> int:
    """Write the stale pages; with `--check`, name them and return 1."""
    wanted = pages(root)
    left = [path for path in sorted((root / "docs" / "vendors").glob("*.md")) if path not in wanted]
    stale = [path for path, page in wanted.items() if not path.exists() or path.read_text(encoding="utf-8") != page]
    if "--check" in arguments:
        for path in (*stale, *left):
            print(f"{path.relative_to(root)} is stale: run {COMMAND}")
        return 1 if stale or left else 0
    for path in left:
        path.unlink()
        print(f"removed {path.relative_to(root)}")
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(wanted[path], encoding="utf-8")
        print(f"wrote {path.relative_to(root)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
