"""The engine: one walk, every node handed to the rules that ask for its kind, findings turned into diagnostics.

A rule that crashes costs its own findings and nothing else: the crash is a finding (`rule-crashed`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from ..config import Config, default_config
from ..diagnostics import Diagnostic, Severity, SpecError
from ..load import Document, LoadLimits
from ..normalise import normalise_document
from ..resolve import Documents, ref_of
from .context import KEPT, Context
from .generation import unmatched_names
from .ignores import Ignores
from .kinds import Kind
from .node import Node
from .places import find_where
from .registry import RULES, rules_for
from .rule import Check, Edit, Finding, Group, Rule
from .settings import Settings
from .structure import COMBINATION
from .walk import walk_document, walk_node

GENERAL = frozenset({"document-structure", "generator-degrades", "generator-refuses"})
FAULTS = frozenset(
    rule.id for rule in RULES if rule.group in (Group.VALIDITY, Group.REFERENCES, Group.PATHS, Group.SECURITY)
)


@dataclass(frozen=True, slots=True)
class Found:
    """A finding with the rule that made it."""

    rule: str
    severity: Severity
    finding: Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What lint says about one document. `edits` are the safe changes for what was found, by file."""

    file: str
    diagnostics: tuple[Diagnostic, ...]
    documents: tuple[Document, ...] = ()
    edits: tuple[tuple[str, Edit], ...] = ()
    hidden: int = 0
    baseline: Path | None = None


Active = tuple[str, Check]


@dataclass(slots=True)
class Dispatcher:
    """Rules by kind of node: those that look at every node, and those that wait for a member."""

    always: dict[Kind, list[Active]] = field(default_factory=dict)
    waiting: dict[Kind, dict[str, list[Active]]] = field(default_factory=dict)
    known: dict[tuple[Kind, frozenset[str]], tuple[Active, ...]] = field(default_factory=dict)
    """What was answered before: nodes have few different sets of members that anything waits for."""

    def add(self, rule: Rule) -> None:
        active = (rule.id, rule.check)
        for kind in rule.on:
            if not rule.keys:
                self.always.setdefault(kind, []).append(active)
            for key in rule.keys:
                self.waiting.setdefault(kind, {}).setdefault(key, []).append(active)

    def rules(self, node: Node) -> Iterable[Active]:
        waiting = self.waiting.get(node.kind)
        always = self.always.get(node.kind, ())
        if waiting is None:
            return always
        hits = node.kind, frozenset(waiting.keys() & node.value.keys())
        known = self.known.get(hits)
        if known is None:
            woken = dict.fromkeys(rule for key in sorted(hits[1]) for rule in waiting[key])
            known = self.known[hits] = (*always, *woken)
        return known


@dataclass(slots=True)
class Run:
    """One run over one set of documents."""

    context: Context
    severities: dict[str, Severity]
    dispatcher: Dispatcher
    ignores: Ignores
    found: list[Found] = field(default_factory=list)
    crashed: set[str] = field(default_factory=set)
    outside: dict[tuple[str, str, Kind], Node] = field(default_factory=dict)

    def visit(self, node: Node) -> None:
        if node.kind in KEPT:
            self.context.seen[node.kind].append(node)
        if node.kind is Kind.REFERENCE:
            self._follow(node)
        elif "x-lint-ignore" in node.value:
            self.ignores.add(node)
        for rule, check in self.dispatcher.rules(node):
            self.apply(rule, check, node)

    def apply(self, rule: str, check: Check, node: Node) -> None:
        if rule in self.crashed:
            return
        try:
            for finding in check(node, self.context):
                self.found.append(Found(rule, self.severities[rule], finding))
        except Exception as error:  # a broken rule must not hide what the others find
            self.crashed.add(rule)
            message = f"expected the rule {rule} to run; it failed with {type(error).__name__}"
            help_ = "report it with this part of the document; every other rule has run"
            self.found.append(Found("rule-crashed", Severity.ERROR, Finding(node, message, help_)))

    def _follow(self, node: Node) -> None:
        """Remember targets that the walk itself does not reach: in other files, and in odd places of this one."""
        ref = ref_of(node.value) or ""
        if ref.startswith("#/components/") or node.expects is None:
            return
        try:
            target = self.context.documents.target(node.document, ref)
        except Exception:
            return
        if target.document is self.context.documents.root and target.pointer.startswith(("/paths/", "/components/")):
            return
        if isinstance(target.value, dict):
            inner = Node(node.expects, target.value, target.pointer, None, target.document)
            self.outside.setdefault((*target.key, node.expects), inner)

    def walk(self) -> None:
        siblings = self.context.version != "3.0"
        walk_document(self.context.documents.root, self.visit, siblings=siblings)
        done: set[tuple[str, str, Kind]] = set()
        while pending := [(key, node) for key, node in self.outside.items() if key not in done]:
            for key, node in pending:
                done.add(key)
                walk_node(node.kind, node.value, node.key, None, node.document, self.visit, siblings=siblings)
        self.visit(Node(Kind.END, self.context.top.value, "", None, self.context.documents.root))


def open_documents(document: Document, root: Path | None = None) -> Documents:
    """The document with its references still to be followed; its version is settled.

    Raises:
        SpecError: no OpenAPI 3.0, 3.1 or 3.2.
    """
    path = document.path.resolve()
    document = replace(document, path=path)
    documents = Documents(document, (root or path.parent).resolve(), LoadLimits())
    documents._files[path] = document
    return normalise_document(documents)


def lint_document(
    document: Document, settings: Settings | None = None, config: Config | None = None, root: Path | None = None
) -> Report:
    """Run every rule that the settings ask for. `root` is the folder that references may not leave, the document's own unless given."""
    settings = settings or Settings()
    try:
        documents = open_documents(document, root)
    except SpecError as error:
        return Report(file=document.file, diagnostics=(*document.findings, *error.diagnostics), documents=(document,))
    context = Context(documents, config or default_config("client"))
    rules = rules_for(settings, curated=context.curated)
    dispatcher = Dispatcher()
    broken = [(rule, fault) for rule in rules if (fault := _add(dispatcher, rule)) is not None]
    run = Run(context, {rule.id: severity for rule, severity in rules.items()}, dispatcher, Ignores(context.top))
    for rule, fault in broken:
        message = f"expected the rule {rule.id} to load; it failed with {type(fault).__name__}"
        run.found.append(Found("rule-crashed", Severity.ERROR, Finding(context.top, message, "mend the rule's module")))
    run.walk()
    return _report(run, document, settings)


def _add(dispatcher: Dispatcher, rule: Rule) -> Exception | None:
    try:
        dispatcher.add(rule)
    except Exception as error:
        return error
    return None


def _report(run: Run, document: Document, settings: Settings) -> Report:
    kept = _distinct(run.found)
    kept, hidden = run.ignores.apply(kept, settings, run.severities)
    documents = run.context.documents.files
    files = (*documents, *(overlay for item in documents for overlay in item.overlays))
    wanted: dict[str, set[str]] = {}
    for item in kept:
        if item.finding.at is None:
            wanted.setdefault(item.finding.node.document.file, set()).add(item.finding.pointer)
    places = {item.file: find_where(item, wanted[item.file]) for item in documents if item.file in wanted}
    diagnostics = [_diagnostic(item, places) for item in kept]
    diagnostics += [item for file in documents for item in file.findings if item.rule == "overlay-without-effect"]
    order = {item.file: index for index, item in enumerate(files)}
    diagnostics += unmatched_names(run.context)
    diagnostics.sort(key=lambda item: (order.get(item.file, 99), item.line, item.column, item.rule, item.message))
    # A document under overlays stays as it was published: nothing in it is mended.
    ours = [item for item in kept if not item.finding.node.document.overlays]
    edits = tuple((item.finding.node.document.file, edit) for item in ours for edit in item.finding.edits)
    return Report(
        file=document.file,
        diagnostics=tuple(dict.fromkeys(diagnostics)),
        documents=files,
        edits=edits,
        hidden=hidden,
        baseline=settings.baseline,
    )


@dataclass(slots=True)
class Spoken:
    """Places of which a rule of its own speaks, as (file, pointer)."""

    exact: set[tuple[str, str]] = field(default_factory=set)
    members: set[tuple[str, str]] = field(default_factory=set)
    around: set[tuple[str, str]] = field(default_factory=set)

    def add(self, item: Found) -> None:
        file, pointer = item.finding.node.document.file, item.finding.pointer
        if item.rule == "document-structure":
            self.around.add((file, pointer))
        if item.rule in GENERAL:
            return
        up = pointer.rpartition("/")[0]
        self.exact.add((file, pointer))
        if item.severity is Severity.ERROR:
            self.members.add((file, up))
        if item.rule in FAULTS:
            self.around |= {(file, pointer), (file, up), (file, up.rpartition("/")[0])}

    def has(self, item: Found) -> bool:
        file, pointer = item.finding.node.document.file, item.finding.pointer
        if item.rule == "document-structure":
            is_combination = item.finding.message == COMBINATION
            return (file, pointer) in self.exact or (is_combination and (file, pointer) in self.members)
        return (file, pointer) in self.around or (file, pointer.rpartition("/")[0]) in self.around


def _distinct(found: list[Found]) -> list[Found]:
    """Without what the general rules say about a place of which a rule of its own speaks.

    For the structure that is the very place, or for a wrong combination of members an error in one of them; for the
    generator, which only tells what follows from a fault, also what encloses it. An error gives way to errors only: a
    warning at the same place may be about something else.
    """
    errors, all_ = Spoken(), Spoken()
    for item in found:
        all_.add(item)
        if item.severity is Severity.ERROR:
            errors.add(item)
    return [
        item
        for item in found
        if item.rule not in GENERAL or not (errors if item.severity is Severity.ERROR else all_).has(item)
    ]


def _diagnostic(item: Found, places: dict[str, dict[str, tuple[str, int, int]]]) -> Diagnostic:
    finding = item.finding
    pointer = finding.pointer
    file, line, column = finding.at or places[finding.node.document.file][pointer]
    return Diagnostic(
        rule=item.rule,
        severity=item.severity,
        message=finding.message,
        help=finding.help,
        file=file,
        line=line,
        column=column,
        pointer=pointer,
    )
