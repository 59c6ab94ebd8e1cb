"""Two packages side by side: griffe says what breaks in names and signatures; types are compared by who reads them."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import griffe

from ...diagnostics import Severity
from ..change import Change, Spot, Verdict, fingerprint
from ..types import Step
from .annotations import alias_step, annotation_step
from .kinds import BY_ID
from .surface import Surface, read_surface
from .unions import variants_added

_IDS = {
    griffe.BreakageKind.OBJECT_REMOVED: "python-name-removed",
    griffe.BreakageKind.OBJECT_CHANGED_KIND: "python-kind-changed",
    griffe.BreakageKind.CLASS_REMOVED_BASE: "python-base-removed",
    griffe.BreakageKind.PARAMETER_REMOVED: "python-parameter-removed",
    griffe.BreakageKind.PARAMETER_MOVED: "python-parameter-moved",
    griffe.BreakageKind.PARAMETER_CHANGED_KIND: "python-parameter-kind-changed",
    griffe.BreakageKind.PARAMETER_CHANGED_DEFAULT: "python-parameter-default-changed",
    griffe.BreakageKind.PARAMETER_CHANGED_REQUIRED: "python-parameter-required",
    griffe.BreakageKind.PARAMETER_ADDED_REQUIRED: "python-parameter-required",
}

# All other modules of a package are resources.
_MODULES = frozenset({"client", "errors", "models", "testing", "webhooks"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A generated package: `folder` holds it, `shown` is that folder for people, `operations` maps ids to what is called
    ("GET /pets/{}") and to the method that calls it ("pets.get")."""

    folder: Path
    name: str
    shown: str
    operations: Mapping[str, tuple[str, str]]


def diff_packages(old: Package, new: Package) -> tuple[Change, ...]:
    """What changed for Python code, the worst first.

    A sync and an async method that changed alike are one change.
    """
    logging.getLogger("griffe").setLevel(logging.ERROR)
    before, after = read_surface(old.folder, old.name), read_surface(new.folder, new.name)
    comparison = _Comparison(old, new, before, after)
    found: dict[tuple[str, str], Change] = {}
    for change in comparison.changes():
        found.setdefault((change.rule, change.message), change)
    order = list(Severity)
    return tuple(sorted(found.values(), key=lambda item: (order.index(item.severity), item.rule, item.message)))


class _Comparison:
    def __init__(self, old: Package, new: Package, before: Surface, after: Surface) -> None:
        self.old, self.new, self.before, self.after = old, new, before, after

    def changes(self) -> Iterator[Change]:
        renamed = dict(self._renamed())
        yield from renamed.values()
        moved = {_method(was) for was, _ in renamed} | {_method(is_) for _, is_ in renamed}
        for breakage in griffe.find_breaking_changes(self.before.root, self.after.root):
            yield from self._breakage(breakage, moved)
        for path, item in self.after.names.items():
            known = self.before.names.get(path)
            if known is None:
                yield from self._added(path, item, moved)
            else:
                yield from self._types(path, known, item)

    def _renamed(self) -> Iterator[tuple[tuple[str, str], Change]]:
        """Methods of operations that are still there under another name: by id, else by method and path."""
        by_call = dict(self.new.operations.values())
        for id_, (call, was) in self.old.operations.items():
            is_ = self.new.operations[id_][1] if id_ in self.new.operations else by_call.get(call)
            if is_ is not None and is_ != was:
                yield (was, is_), self._change("python-method-renamed", f"{was}() is now {is_}()", None, None)

    def _breakage(self, breakage: griffe.Breakage, moved: set[str]) -> Iterator[Change]:
        id_ = _IDS.get(breakage.kind)
        path = breakage.obj.path.removeprefix(f"{self.old.name}.")
        if id_ is None or path not in self.before.names or _twin(path) in moved:
            return
        name = getattr(breakage.old_value or breakage.new_value, "name", None)
        if breakage.kind is griffe.BreakageKind.OBJECT_REMOVED:
            # Of what is gone as a whole the parts are not told.
            if path.rpartition(".")[0] in {"", *self.after.names}:
                yield self._change(id_, f"{_shown(path)} is gone", breakage.obj, None)
        elif "parameter" in id_:
            yield self._change(
                id_, f"{_shown(path)}(): {_parameter(breakage, name)}", self.before.names.get(path), breakage.obj
            )
        else:
            verb = "has bases" if breakage.kind is griffe.BreakageKind.CLASS_REMOVED_BASE else "is"
            values = f"{_text(breakage.new_value) or 'none'} (was {_text(breakage.old_value)})"
            yield self._change(id_, f"{_shown(path)} {verb} {values}", self.before.names.get(path), breakage.obj)

    def _added(self, path: str, item: griffe.Object, moved: set[str]) -> Iterator[Change]:
        parent = path.rpartition(".")[0]
        if _twin(path) not in moved and (not parent or parent in self.before.names):
            yield self._change("python-name-added", f"{_shown(path)} is new", None, item)

    def _types(self, path: str, old: griffe.Object, new: griffe.Object) -> Iterator[Change]:
        if isinstance(old, griffe.Function) and isinstance(new, griffe.Function):
            yield from self._signature(path, old, new)
        elif isinstance(old, griffe.Attribute) and isinstance(new, griffe.Attribute):
            of_class = isinstance(new.parent, griffe.Class)
            was, is_ = (str((item.annotation if of_class else item.value) or "") for item in (old, new))
            if of_class:
                yield from self._field(path, old, new, (was, is_), annotation_step(was or None, is_ or None))
            elif _is_alias(old) and _is_alias(new):
                yield from self._field(path, old, new, (was, is_), alias_step(was, is_))

    def _signature(self, path: str, old: griffe.Function, new: griffe.Function) -> Iterator[Change]:
        was, is_ = _text_or_none(old.returns), _text_or_none(new.returns)
        step = annotation_step(was, is_)
        if step is Step.WIDENED and (more := self._variants_added(was, is_)):
            yield self._change("python-union-widened", f"{_shown(path)}() may return {more} too", old, new)
        elif step is not Step.SAME:
            id_ = "python-result-type-narrowed" if step is Step.NARROWED else "python-result-type-changed"
            yield self._change(id_, f"{_shown(path)}() returns {new.returns} (was {old.returns})", old, new)
        known = {parameter.name: parameter for parameter in old.parameters}
        for parameter in new.parameters:
            before = known.get(parameter.name)
            if before is None:
                if parameter.default is not None:
                    yield self._change(
                        "python-parameter-added", f"{_shown(path)}(): argument {parameter.name} is new", old, new
                    )
                continue
            step = annotation_step(_text_or_none(before.annotation), _text_or_none(parameter.annotation))
            if step is not Step.SAME:
                id_ = "python-argument-type-widened" if step is Step.WIDENED else "python-argument-type-changed"
                text = f"{_shown(path)}(): {parameter.name} takes {parameter.annotation} (was {before.annotation})"
                yield self._change(id_, text, old, new)

    def _field(
        self, path: str, old: griffe.Object, new: griffe.Object, texts: tuple[str, str], step: Step
    ) -> Iterator[Change]:
        """A field of a model, or an alias: what hurts depends on whether code reads it or writes it."""
        if step is Step.SAME:
            return
        owner = new.parent.name if isinstance(new.parent, griffe.Class) else new.name
        is_read = owner in self.before.outputs | self.after.outputs
        is_written = owner in self.before.inputs | self.after.inputs
        hurts = (
            step is Step.CHANGED
            or (step is Step.WIDENED and (is_read or not is_written))
            or (step is Step.NARROWED and is_written)
        )
        if hurts and step is Step.WIDENED and (more := self._variants_added(*texts)):
            yield self._change("python-union-widened", f"{_shown(path)} has {more} too", old, new)
            return
        id_ = "python-field-type-changed" if hurts else "python-field-type-compatible"
        yield self._change(id_, f"{_shown(path)} is {_stands_for(texts[1])} (was {_stands_for(texts[0])})", old, new)

    def _variants_added(self, old: str | None, new: str | None) -> str:
        """`ClubHolder and TeamHolder`, where that is all that happened to an annotation."""
        return " and ".join(variants_added(old or "", new or "", self.before, self.after))

    def _change(self, id_: str, message: str, old: griffe.Object | None, new: griffe.Object | None) -> Change:
        kind = BY_ID[id_]
        return Change(
            rule=id_,
            verdict=Verdict.PYTHON,
            severity=kind.severity,
            message=message,
            means=kind.means,
            old=_spot(old, self.before, self.old),
            new=_spot(new, self.after, self.new),
            fingerprint=fingerprint(id_, None, "", message),
        )


def _parameter(breakage: griffe.Breakage, name: str | None) -> str:
    kinds = griffe.BreakageKind
    if breakage.kind is kinds.PARAMETER_REMOVED:
        return f"argument {name} is gone"
    if breakage.kind is kinds.PARAMETER_ADDED_REQUIRED:
        return f"argument {name} is new and required"
    if breakage.kind is kinds.PARAMETER_CHANGED_REQUIRED:
        return f"argument {name} became required"
    if breakage.kind is kinds.PARAMETER_CHANGED_DEFAULT:
        old, new = (getattr(value, "default", value) for value in (breakage.old_value, breakage.new_value))
        return f"argument {name} is {new} when left out (was {old})"
    if breakage.kind is kinds.PARAMETER_MOVED:
        return f"argument {name} moved"
    return f"argument {name} is passed in another way"


def _stands_for(text: str) -> str:
    return "a type of its own" if text.startswith("NewType(") else text


def _is_alias(item: griffe.Attribute) -> bool:
    return str(item.annotation or "") == "TypeAlias" or str(item.value or "").startswith("NewType(")


def _method(name: str) -> str:
    """`credentials.issue` as the end of a path in a resource module: `issue`."""
    return name.replace("_", "").lower()


def _twin(path: str) -> str:
    """`credentials.AsyncCredentials.issue` -> `credentials.issue`, to be compared with names of operations."""
    parts = path.split(".")
    return _method(f"{parts[0]}.{parts[-1]}") if len(parts) == 3 else ""


def _shown(path: str) -> str:
    """A path as callers write it: the sync class for the async one, so that twins are told once, and no class between a
    resource and its method."""
    parts = [part.removeprefix("Async") if part.startswith("Async") else part for part in path.split(".")]
    if len(parts) == 3 and parts[0] not in _MODULES:
        del parts[1]
    return ".".join(parts)


def _text(value: object) -> str:
    if isinstance(value, list | tuple | set):
        return ", ".join(_text(item) for item in value)
    return str(getattr(value, "value", value))


def _text_or_none(value: object) -> str | None:
    return str(value) if value is not None else None


def _spot(item: griffe.Object | None, surface: Surface, package: Package) -> Spot | None:
    if item is None or not isinstance(item.filepath, Path):
        return None
    file = item.filepath.relative_to(surface.folder.resolve() if item.filepath.is_absolute() else surface.folder)
    return Spot(file=f"{package.shown.rstrip('/')}/{file.as_posix()}", line=item.lineno or 0)
