"""Resolve: every `$ref` finds its target, across files inside one folder and nowhere else.

Nothing is copied: a `Node` is a value together with its file and JSON pointer, and `Documents.follow` walks from a
reference to its target, so cycles are harmless and every place stays true. References to other hosts, outside the root
folder, or out of it through a symbolic link are refused before anything is opened.
"""

from __future__ import annotations

import os
import posixpath
import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import unquote

from .diagnostics import Diagnostic, Severity, SpecError
from .identifiers import Identifiers, read_identifiers
from .load import Document, LoadLimits, load_document
from .nodes import Node, ref_of, walk
from .positions import unescape

__all__ = ["Documents", "Node", "UnresolvedRef", "ref_of", "resolve_document", "walk"]

MISSING = "ref-file-missing"
# Findings of a document that can still be read: what is broken stands for any value.
_READABLE = frozenset({"ref-unresolved", MISSING, "ref-circular", "duplicate-key", "overlay-without-effect"})
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


class UnresolvedRef(Exception):
    """A reference without a usable target."""

    def __init__(self, rule: str, message: str, help_: str) -> None:
        super().__init__(message)
        self.rule, self.message, self.help = rule, message, help_


@dataclass(slots=True, eq=False)
class Documents:
    """The root document, every file that it refers to, and where the references lead.

    `findings` are broken references; `targets` are the places that something refers to; `version` is "3.0", "3.1", "3.2".
    """

    root: Document
    folder: Path
    limits: LoadLimits
    version: str = ""
    findings: tuple[Diagnostic, ...] = ()
    targets: frozenset[tuple[str, str]] = frozenset()
    _files: dict[Path, Document] = field(default_factory=dict, repr=False)
    _reached: dict[str, Document] = field(default_factory=dict, repr=False)
    _unreadable: dict[str, SpecError] = field(default_factory=dict, repr=False)
    _targets: dict[tuple[str, str, str], Node] = field(default_factory=dict, repr=False)
    _pending: set[tuple[str, str, str]] = field(default_factory=set, repr=False)
    _identifiers: dict[str, Identifiers] = field(default_factory=dict, repr=False)

    @property
    def top(self) -> Node:
        return Node(self.root, "", self.root.data)

    @property
    def files(self) -> tuple[Document, ...]:
        """Every file that was read, the root first."""
        return tuple(self._files.values())

    def document(self, file: str) -> Document:
        """The document of that name."""
        return next(item for item in self._files.values() if item.file == file)

    def follow(self, node: Node) -> Node:
        """The node itself, or what its chain of references ends at.

        Raises:
            UnresolvedRef: there is no such place, it may not be read, or the chain is a circle.
        """
        seen: set[tuple[str, str]] = set()
        while (ref := ref_of(node.value)) is not None:
            if node.key in seen:
                raise UnresolvedRef(
                    "ref-circular", f'expected a target; "{ref}" leads back to itself', "break the circle"
                )
            seen.add(node.key)
            node = self.target(node.document, ref, node.pointer)
        return node

    def target(self, document: Document, ref: str, pointer: str = "") -> Node:
        """What one reference in `document` points at (which may be a reference again); `pointer` is where it stands.

        Raises:
            UnresolvedRef: there is no such place, or it may not be read.
        """
        scope = self.identifiers(document).scope(pointer)[0]
        key = document.file, ref, scope
        known = self._targets.get(key)
        if known is None:
            if key in self._pending:
                raise UnresolvedRef(
                    "ref-circular", f'expected a target; "{ref}" leads through itself', "break the circle"
                )
            self._pending.add(key)
            try:
                known = self._targets[key] = self._find(document, ref, pointer, scope)
            finally:
                self._pending.discard(key)
        return known

    def identifiers(self, document: Document) -> Identifiers:
        """What the document calls itself and its schemas."""
        found = self._identifiers.get(document.file)
        if found is None:
            found = self._identifiers[document.file] = read_identifiers(document)
        return found

    def dynamic_anchors(self, document: Document, name: str) -> list[Node]:
        """Every schema of a document with that `$dynamicAnchor`."""
        return self.identifiers(document).dynamic.get(name, [])

    def _find(self, document: Document, ref: str, pointer: str, scope: str) -> Node:
        path, _, fragment = ref.partition("#")
        fragment = unquote(fragment)
        if path:
            named = self._named(document, path, pointer)
            if named is not None:
                return self._inside(named, fragment, ref)
            found = self._load(document, path, ref)
            return self._inside(Node(found, "", found.data), fragment, ref)
        top = Node(document, "", document.data)
        if not scope:
            return self._inside(top, fragment, ref)
        try:  # by the book a pointer starts at the schema with `$id` around it; most who write `$id` mean the document
            return self._inside(top, fragment, ref, scope)
        except UnresolvedRef:
            return self._inside(_walk_to(top, scope), fragment, ref)

    def _named(self, document: Document, path: str, pointer: str) -> Node | None:
        """The document or schema that calls itself by this URI, in any of the files read so far."""
        own = self.identifiers(document).named(path, pointer)
        if own is not None or not _SCHEME.match(path):
            return own
        known = (self.identifiers(item).resources.get(path) for item in self.files)
        return next((node for node in known if node is not None), None)

    def _load(self, document: Document, path: str, ref: str) -> Document:
        if _SCHEME.match(path) or path.startswith("//"):
            raise UnresolvedRef(
                "ref-remote",
                f'expected a reference inside the project; got "{ref}"',
                "copy the document beside this one",
            )
        relative = unquote(path)
        if "\0" in relative or relative.startswith("/"):
            raise UnresolvedRef(
                "ref-outside-root", f'expected a relative path; got "{ref}"', "write the path from this file"
            )
        lexical = os.path.normpath(os.path.join(os.path.dirname(document.path), relative))
        found = self._reached.get(lexical)  # thousands of references lead to few files, and asking the disk takes long
        if found is None:
            if lexical in self._unreadable:
                raise self._unreadable[lexical]
            try:
                found = self._reached[lexical] = self._open(Path(lexical), ref)
            except SpecError as error:
                self._unreadable[lexical] = error
                raise
        return found

    def _open(self, lexical: Path, ref: str) -> Document:
        """The document at a path without `..`, when it may be read. Links are looked at here."""
        if not lexical.is_relative_to(self.folder):
            raise UnresolvedRef(
                "ref-outside-root",
                f'expected a file inside the root folder; got "{ref}"',
                "move the file below the root document, or, where the command has --within DIR, name a folder that holds both",
            )
        real = lexical.resolve()
        if not real.is_relative_to(self.folder):
            raise UnresolvedRef(
                "ref-outside-root",
                f'expected a file inside the root folder; "{ref}" is a link out of it',
                "copy the file instead of linking it",
            )
        if real not in self._files:
            if not real.is_file():
                raise UnresolvedRef(MISSING, f'expected a file; "{ref}" leads to nothing', "check the path")
            self._files[real] = load_document(real, self.limits, file=self._name(real))
        return self._files[real]

    def _name(self, path: Path) -> str:
        """The file as people know it: beside the root document's own name; `..` stays only behind a link."""
        name = posixpath.join(posixpath.dirname(self.root.file), self.relative(path))
        short = posixpath.normpath(name)
        return short if os.path.realpath(short) == os.path.realpath(name) else name

    def relative(self, path: Path) -> str:
        """The path of a file as seen from the root document, as text that is the same on every system."""
        return Path(os.path.relpath(path, self.root.path.parent)).as_posix()

    def _inside(self, node: Node, fragment: str, ref: str, scope: str = "") -> Node:
        if fragment and not fragment.startswith("/"):
            found = self.identifiers(node.document).anchor(scope or node.pointer, fragment)
            if found is None:
                raise UnresolvedRef("ref-unresolved", f'expected an anchor; "{ref}" leads to nothing', "check the name")
            return found
        for token in fragment.split("/")[1:]:
            if ref_of(node.value) is not None:
                node = self.follow(node)
            node = _step(node, unescape(token), ref)
        return node


def _step(node: Node, key: str, ref: str) -> Node:
    if isinstance(node.value, dict) and key in node.value:
        return node.child(key)
    if isinstance(node.value, list) and key.isdecimal() and key.isascii() and int(key) < len(node.value):
        return Node(node.document, f"{node.pointer}/{key}", node.value[int(key)])
    raise UnresolvedRef(
        "ref-unresolved", f'expected something at "{ref}"; got nothing', f'define "{key}" or mend the reference'
    )


def _walk_to(top: Node, pointer: str) -> Node:
    """The node at a pointer that is known to lead somewhere."""
    for token in pointer.split("/")[1:]:
        top = _step(top, unescape(token), pointer)
    return top


def open_documents(document: Document, *, root: Path | None = None, limits: LoadLimits | None = None) -> Documents:
    """The document with its references still to be followed: nothing is looked for before somebody asks."""
    path = document.path.resolve()
    document = replace(document, path=path)
    documents = Documents(document, (root or path.parent).resolve(), limits or LoadLimits())
    documents._files[path] = document
    return documents


def resolve_document(
    document: Document, *, root: Path | None = None, limits: LoadLimits | None = None, strict: bool = True
) -> Documents:
    """Find the target of every reference, reading other files as they come up.

    `root` is the folder that references may not leave: the document's own folder unless given.

    Raises:
        SpecError: with `strict`, when a reference is refused or another file cannot be read. A reference to nothing, or
            to itself, is only a finding here: what it stood for is then read as untyped.
    """
    documents = open_documents(document, root=root, limits=limits)
    findings: list[Diagnostic] = []
    targets: set[tuple[str, str]] = set()
    done: set[str] = set()
    while pending := [item for item in documents.files if item.file not in done]:
        for item in pending:
            done.add(item.file)
            findings.extend(item.findings)
            findings.extend(_resolve_file(documents, item, targets))
    findings = list(dict.fromkeys(findings))  # several files may refer to one that cannot be read
    documents.findings, documents.targets = tuple(findings), frozenset(targets)
    refused = [item for item in findings if item.rule not in _READABLE]
    if strict and refused:
        raise SpecError(refused)
    return documents


def _resolve_file(documents: Documents, document: Document, targets: set[tuple[str, str]]) -> list[Diagnostic]:
    broken: list[tuple[str, UnresolvedRef]] = []
    findings: list[Diagnostic] = []
    for node in walk(Node(document, "", document.data)):
        ref = ref_of(node.value)
        if ref is None:
            continue
        try:
            targets.add(documents.target(document, ref, node.pointer).key)
            documents.follow(node)
        except UnresolvedRef as error:
            broken.append((f"{node.pointer}/$ref", error))
        except SpecError as error:
            findings.extend(item for item in error.diagnostics if item not in findings)
    places = document.where([pointer for pointer, _ in broken])
    for pointer, fault in broken:
        file, line, column = places[pointer]
        findings.append(
            Diagnostic(
                rule=fault.rule,
                severity=Severity.ERROR,
                message=fault.message,
                help=fault.help,
                file=file,
                line=line,
                column=column,
                pointer=pointer,
            )
        )
    return findings
