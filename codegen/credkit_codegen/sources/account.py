"""The account of a spec on a given day: its pages with their age, its operations, and every part that states a source."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ..builder.sources import BASES, page_address
from ..ir import JSON
from ..lint.kinds import Kind
from ..lint.node import Node
from .reading import UNSTATED, Fact, Spec, facts_of, kind_of, name_of, operation_name, signature

Counts = Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page of the vendor. `read` is the day on which it was read, `age` the days since; None where nobody wrote it down."""

    key: str
    url: str
    read: date | None
    age: int | None
    is_old: bool
    counts: Counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of the spec that states a source of its own. `page` is the short key of a page, or an address."""

    kind: str
    name: str
    pointer: str
    file: str
    line: int
    basis: str
    page: str
    url: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """An operation or event with the sources that it and its parts rest on, by basis."""

    name: str
    signature: str
    basis: str
    page: str
    url: str
    counts: Counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Undocumented:
    """What the vendor names without saying enough."""

    name: str
    url: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Everything that the reports print. `bases` are the words for how well something is known, the best first."""

    vendor: str
    title: str
    spec: str
    today: date
    older_than: int
    bases: tuple[str, ...]
    counts: Counts
    pages: tuple[Page, ...]
    operations: tuple[Operation, ...]
    parts: tuple[Part, ...]
    undocumented: tuple[Undocumented, ...]

    def of(self, basis: str) -> tuple[Part, ...]:
        """The parts with this basis, in the order of the document."""
        return tuple(part for part in self.parts if part.basis == basis)

    @property
    def old(self) -> tuple[Page, ...]:
        return tuple(page for page in self.pages if page.is_old)

    @property
    def undated(self) -> tuple[Page, ...]:
        return tuple(page for page in self.pages if page.read is None)


def take_account(spec: Spec, today: date, older_than: int, root: Path | None = None) -> Account:
    """The account of `spec` on the day `today`; pages that were read more than `older_than` days before it are old.

    Files are named as seen from `root`, so that a report says nothing of the machine it was made on.
    """
    parts = _parts(spec, root)
    found = Counter(part.basis for part in parts)
    operations = tuple(_operation(spec, node) for node in spec.operations())
    more = {part.basis for part in parts} | {basis for item in operations for basis in item.counts}
    bases = (*BASES, *sorted(more - set(BASES)))
    return Account(
        vendor=spec.vendor,
        title=spec.title,
        spec=_seen_from(root, spec.documents.root.file),
        today=today,
        older_than=older_than,
        bases=bases,
        counts={basis: found[basis] for basis in bases},
        pages=_pages(spec, parts, today, older_than),
        operations=operations,
        parts=parts,
        undocumented=_undocumented(spec),
    )


def _parts(spec: Spec, root: Path | None) -> tuple[Part, ...]:
    stated = [(node, source) for node in spec.nodes if (source := spec.own(node)) is not None]
    places = spec.documents.root.where([node.pointer for node, _ in stated])
    return tuple(
        Part(
            kind=kind_of(node),
            name=_name(node),
            pointer=node.pointer,
            file=_seen_from(root, places[node.pointer][0]),
            line=places[node.pointer][1],
            basis=source.basis,
            page=_page_key(spec, source.page),
            url=source.page or "",
            note=" ".join((source.note or "").split()),
        )
        for node, source in stated
    )


def _name(node: Node) -> str:
    """What a part is called by itself, in a list: a server by its address, a part of an operation with its operation."""
    if node.kind is Kind.SERVER:
        return node.text("url")
    operation = node.nearest(Kind.OPERATION)
    if operation is None or node.kind not in (Kind.REQUEST_BODY, Kind.RESPONSE):
        return name_of(node)
    of = f"of {name_of(operation)}"
    return of if node.kind is Kind.REQUEST_BODY else f"{node.name} {of}"


def _seen_from(root: Path | None, file: str) -> str:
    return Path(os.path.relpath(file, root)).as_posix() if root is not None else file


def _page_key(spec: Spec, url: str | None) -> str:
    return spec.pages.get(url, url) if url is not None else ""


def _operation(spec: Spec, node: Node) -> Operation:
    source = spec.source(node)
    own = Fact(node, source, ())
    counts = Counter(fact.basis for fact in (own, *facts_of(spec, node)))
    return Operation(
        name=operation_name(node),
        signature=signature(node),
        basis=own.basis,
        page=_page_key(spec, source.page if source is not None else None),
        url=(source.page or "") if source is not None else "",
        counts=dict(counts),
    )


def _pages(spec: Spec, parts: Iterable[Part], today: date, older_than: int) -> tuple[Page, ...]:
    """The pages of `info.x-sources` in their order, then addresses that parts name themselves."""
    counts: dict[str, Counter[str]] = {}
    for part in parts:
        if part.page:
            counts.setdefault(part.page, Counter())[part.basis] += 1
    listed = {key: (page_address(entry) or "", _day(entry)) for key, entry in spec.entries.items()}
    listed |= {key: (key, None) for key in counts if key not in listed}
    return tuple(
        Page(
            key=key,
            url=url,
            read=read,
            age=(age := (today - read).days if read is not None else None),
            is_old=age is not None and age > older_than,
            counts=dict(counts.get(key, {})),
        )
        for key, (url, read) in listed.items()
    )


def _day(entry: JSON) -> date | None:
    """The day on which a page was read; what is no date (lint tells of it) counts as not written down."""
    read = entry.get("read") if isinstance(entry, dict) else None
    try:
        return date.fromisoformat(read) if isinstance(read, str) else None
    except ValueError:
        return None


def _undocumented(spec: Spec) -> tuple[Undocumented, ...]:
    entries = spec.top.get("x-undocumented")
    return tuple(
        Undocumented(name=_text(entry.get("name")), url=_address(spec, entry), note=_text(entry.get("note")))
        for entry in (entries if isinstance(entries, list) else ())
        if isinstance(entry, dict)
    )


def _address(spec: Spec, entry: dict[str, JSON]) -> str:
    source = spec.sources.read({**entry})
    return (source.page or "") if source is not None else ""


def _text(value: JSON) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""


def certain(counts: Counts) -> int:
    """How many percent of the counted are documented, rounded down; 0 of nothing."""
    total = sum(counts.values())
    return 100 * counts.get("documented", 0) // total if total else 0


__all__ = ["UNSTATED", "Account", "Operation", "Page", "Part", "Undocumented", "certain", "take_account"]
