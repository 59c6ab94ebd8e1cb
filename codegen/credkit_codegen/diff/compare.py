"""One comparison from end to end: wire and behaviour from the documents, Python from the packages, and what is accepted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from ..builder.opnames import list_operations
from ..diagnostics import Diagnostic, Severity, SpecError
from ..formatters import Formatter
from ..resolve import Documents, UnresolvedRef
from .accepted import accept
from .change import Change, Verdict, fingerprint
from .engine import diff_documents
from .inputs import Comparison, Source, read_source
from .report import Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a comparison looks at besides the documents. `tests`: run those of the earlier package against the new one."""

    python: bool = False
    tests: bool = False


def compare(pair: Comparison, wanted: Wanted, accepted: Mapping[str, str]) -> Report:
    """Everything that changed between two sides.

    Raises:
        SpecError: a document or a configuration cannot be used.
    """
    if pair.old is None or pair.new is None:
        return _whole(pair, accepted)
    changes = list(_documents(pair.old, pair.new))
    looked = {Verdict.WIRE, Verdict.BEHAVIOUR}
    notes: tuple[str, ...] = ()
    text_changed = False
    if wanted.python or wanted.tests:
        found, notes, text_changed = _python(pair.old, pair.new, wanted)
        changes.extend(found)
        looked.add(Verdict.PYTHON)
    return Report(
        name=pair.name,
        old=pair.old.file,
        new=pair.new.file,
        changes=accept(changes, accepted),
        looked=frozenset(looked),
        notes=notes,
        text_changed=text_changed,
    )


def _documents(old: Source, new: Source) -> tuple[Change, ...]:
    before, _ = read_source(old)
    after, _ = read_source(new)
    try:
        return diff_documents(before, after)
    except UnresolvedRef as error:
        raise SpecError([_unreadable(documents, error) for documents in (before, after) if _fails(documents)]) from None


def _fails(documents: Documents) -> bool:
    try:
        list_operations(documents)
    except UnresolvedRef:
        return True
    return False


def _unreadable(documents: Documents, error: UnresolvedRef) -> Diagnostic:
    return Diagnostic(
        rule=error.rule,
        severity=Severity.ERROR,
        message=f"a path cannot be read: {error.message}",
        help=error.help,
        file=documents.root.file,
    )


def _python(old: Source, new: Source, wanted: Wanted) -> tuple[list[Change], tuple[str, ...], bool]:
    from .python.compare import diff_packages
    from .python.packages import current_package, released_package, same_files

    with TemporaryDirectory(prefix="credkit-diff-") as folder:
        before = released_package(old, Path(folder) / "old")
        quick = Formatter.RUFF if old.generated is None else None
        after = current_package(new, Path(folder) / "new", new.generated or old.generated, quick)
        changes = list(diff_packages(before, after))
        notes: tuple[str, ...] = ()
        if wanted.tests:
            from .python.earlier import run_earlier

            found, notes = run_earlier(old, before, after)
            changes.extend(found)
        return changes, notes, not same_files(before, after)


def _whole(pair: Comparison, accepted: Mapping[str, str]) -> Report:
    """A vendor that is new, or gone."""
    is_gone = pair.new is None
    message = f"the vendor {pair.name} is {'gone' if is_gone else 'new'}"
    rule = "vendor-removed" if is_gone else "vendor-added"
    change = Change(
        rule=rule,
        verdict=Verdict.WIRE,
        severity=Severity.ERROR if is_gone else Severity.INFO,
        message=message,
        means="stay with the last release" if is_gone else "nothing to do",
        fingerprint=fingerprint(rule, None, "", message),
    )
    none = "nothing"
    return Report(
        name=pair.name,
        old=pair.old.file if pair.old is not None else none,
        new=pair.new.file if pair.new is not None else none,
        changes=accept([change], accepted),
    )
