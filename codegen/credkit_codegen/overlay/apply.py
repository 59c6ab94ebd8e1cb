"""Carry out the actions of overlays on a copy of a document's data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, cast
from urllib.parse import unquote

from jsonpath_rfc9535 import JSONPathError, JSONPathQuery

from ..diagnostics import Diagnostic, Severity, SpecError
from ..load import Document
from ..primitives import JSON
from .model import Action, Fault, Overlay, Verb, located
from .origins import Spot, Trace

Path = tuple[str | int, ...]


class _Failed(Exception):
    """An action that cannot be carried out."""

    def __init__(self, rule: str, pointer: str, message: str, help_: str) -> None:
        super().__init__(message)
        self.fault = Fault(rule, pointer, message, help_)


def apply_overlays(document: Document, overlays: Sequence[Overlay]) -> Document:
    """The document with all actions carried out in order; the one given stays as it is.

    What loading found odd in the overlays, and actions that changed nothing, are among its `findings`.

    Raises:
        SpecError: an action without a reason, or whose target matches nothing or does not fit; every such action of all
            overlays is listed.
    """
    work = _Work(_copied(document.data), Trace(Spot(document, "")))
    faults: list[Diagnostic] = []
    for overlay in overlays:
        _check_extends(document, overlay, faults)
        faults += located(overlay.document, list(overlay.faults))
        faults += located(
            overlay.document, [fault for action in overlay.actions for fault in work.run(overlay, action)]
        )
    if any(fault.severity is Severity.ERROR for fault in faults):
        raise SpecError(fault for fault in faults if fault.severity is Severity.ERROR)
    files = tuple(overlay.document for overlay in overlays)
    return replace(
        document,
        data=work.data,
        findings=(*document.findings, *(item for file in files for item in file.findings), *faults),
        overlays=files,
        origin=work.trace.find,
    )


def _check_extends(document: Document, overlay: Overlay, faults: list[Diagnostic]) -> None:
    """A relative `extends` names the document beside the overlay; an address cannot be compared with a file."""
    if overlay.extends is None or "://" in overlay.extends:
        return
    named = overlay.document.path.parent / unquote(overlay.extends)
    if named.resolve() != document.path.resolve():
        message = f'expected an overlay for {document.path.name}; got one that extends "{overlay.extends}"'
        fault = Fault("overlay-extends-other", "/extends", message, "mend `extends`, or list another overlay")
        faults.extend(located(overlay.document, [fault]))


@dataclass(slots=True)
class _Work:
    """The data in its present state, and where its parts were written."""

    data: JSON
    trace: Trace
    effects: int = 0

    def run(self, overlay: Overlay, action: Action) -> list[Fault]:
        """Carry out one action; what is wrong with it, or nothing."""
        self.effects = 0
        try:
            found = self._select(action.query, f"{action.pointer}/target")
            if not found:
                help_ = "the published document may have changed: mend the target, or take the action out"
                message = f"expected something at {action.target}; the target matches nothing"
                raise _Failed("overlay-target-missing", f"{action.pointer}/target", message, help_)
            if action.verb is Verb.REMOVE:
                self._remove(action, found)
                return []
            self._merge_all(overlay, action, found)
        except _Failed as failed:
            return [failed.fault]
        if self.effects:
            return []
        message = f"expected the action to change something; {action.target} is so already"
        help_ = "the published document has caught up: take the action out"
        return [Fault("overlay-without-effect", action.pointer, message, help_, Severity.WARNING)]

    def _select(self, query: JSONPathQuery, pointer: str) -> dict[Path, JSON]:
        """The selected nodes by their path, each once, in the order of the document."""
        try:
            return {node.location: cast("JSON", node.value) for node in query.find(cast("Any", self.data))}
        except JSONPathError as error:
            message = f"expected a JSONPath that can be evaluated; got a fault: {str(error).partition(chr(10))[0]}"
            raise _Failed("overlay-invalid", pointer, message, "write a simpler path") from None

    def _remove(self, action: Action, found: dict[Path, JSON]) -> None:
        if () in found:
            message = "expected a part of the document; got the document itself"
            raise _Failed("overlay-invalid", f"{action.pointer}/target", message, "name what is to be removed")
        # Later items first, so that what is still to be removed keeps its index; what is inside something else goes first.
        for path in sorted(found, key=_deep_and_late_first):
            holder, key = self._at(path[:-1]), path[-1]
            trace = self.trace.at(path[:-1])
            if isinstance(holder, dict):
                del holder[str(key)]
                trace.below.pop(str(key), None)
            elif isinstance(holder, list) and isinstance(key, int):
                trace.drop_item(key, len(holder))
                del holder[key]

    def _at(self, path: Path) -> JSON:
        value: Any = self.data
        for key in path:
            value = value[key]
        return cast("JSON", value)

    def _merge_all(self, overlay: Overlay, action: Action, found: dict[Path, JSON]) -> None:
        kinds = {_kind(value) for value in found.values()}
        at = f"{action.pointer}/target"
        if len(kinds) > 1:
            message = f"expected nodes of one kind; {action.target} selects {' and '.join(sorted(kinds))}"
            raise _Failed("overlay-mixed-targets", at, message, "write one action for each kind")
        if kinds == {"values"} and not overlay.minor:
            message = "expected an object or a list; Overlay 1.0 cannot change a plain value"
            raise _Failed("overlay-incompatible", at, message, "write `overlay: 1.1.0`, or update the object around it")
        value, spot = self._given(overlay, action)
        for path in found:
            self._merge_at(path, value, spot, action)

    def _given(self, overlay: Overlay, action: Action) -> tuple[JSON, Spot]:
        """What is merged, and where it was written."""
        if action.source is None:
            return action.value, Spot(overlay.document, f"{action.pointer}/update")
        at = f"{action.pointer}/copy"
        sources = self._select(action.source, at)
        if len(sources) != 1:
            message = f"expected one node to copy; the path selects {len(sources)}"
            raise _Failed("overlay-copy-not-one", at, message, "name exactly one")
        return _copied(next(iter(sources.values()))), Spot(overlay.document, at)

    def _merge_at(self, path: Path, value: JSON, spot: Spot, action: Action) -> None:
        target = self._at(path)
        if isinstance(target, dict) and isinstance(value, dict):
            self._merge(target, value, self.trace.at(path), spot, action)
        elif isinstance(target, list):
            self._append(target, value, self.trace.at(path), spot, action)
        elif not isinstance(target, dict | list) and not isinstance(value, dict | list):
            holder: Any = self._at(path[:-1])
            holder[path[-1]] = value
            self.trace.at(path[:-1]).put(str(path[-1]), spot)
            self.effects += target != value or type(target) is not type(value)
        else:
            raise _incompatible(action.target, target, value, spot, action)

    def _merge(self, target: dict[str, JSON], value: dict[str, JSON], trace: Trace, spot: Spot, action: Action) -> None:
        for key, item in value.items():
            own = _below(spot, key, action)
            if key not in target:
                target[key] = _copied(item)
                trace.put(key, own)
                self.effects += 1
                continue
            present = target[key]
            if isinstance(present, dict) and isinstance(item, dict):
                self._merge(present, item, trace.enter(key), own, action)
            elif isinstance(present, list) and isinstance(item, list):
                self._append(present, item, trace.enter(key), own, action)
            elif not isinstance(present, dict | list) and not isinstance(item, dict | list):
                self.effects += present != item or type(present) is not type(item)
                target[key] = item
                trace.put(key, own)
            else:
                raise _incompatible(key, present, item, own, action)

    def _append(self, target: list[JSON], given: JSON, trace: Trace, spot: Spot, action: Action) -> None:
        """Put a list behind a list; anything else is one more item."""
        for number, item in enumerate(given if isinstance(given, list) else [given]):
            trace.put(str(len(target)), _below(spot, str(number), action) if isinstance(given, list) else spot)
            target.append(_copied(item))
            self.effects += 1


def _below(spot: Spot, key: str, action: Action) -> Spot:
    """The spot of a member: what was copied stands where the overlay says "copy"."""
    return spot if action.verb is Verb.COPY else spot.child(key)


def _incompatible(name: str, present: JSON, given: JSON, spot: Spot, action: Action) -> _Failed:
    message = f"expected something that fits {name}, which holds {_named(present)}; got {_named(given)}"
    pointer = f"{action.pointer}/copy" if action.verb is Verb.COPY else spot.pointer
    return _Failed("overlay-incompatible", pointer, message, "remove the old value in an action before this one")


def _kind(value: JSON) -> str:
    return "objects" if isinstance(value, dict) else "lists" if isinstance(value, list) else "values"


def _named(value: JSON) -> str:
    return "an object" if isinstance(value, dict) else "a list" if isinstance(value, list) else "a plain value"


def _deep_and_late_first(path: Path) -> tuple[int, list[int]]:
    return -len(path), [-key if isinstance(key, int) else 0 for key in path]


def _copied(value: JSON) -> JSON:
    """A copy in which nothing is shared (a YAML alias gives the same object twice)."""
    if isinstance(value, dict):
        return {key: _copied(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_copied(item) for item in value]
    return value
