"""What an overlay file says: its actions, each with a target, a reason and one thing to do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from jsonpath_rfc9535 import JSONPathError, JSONPathQuery
from jsonpath_rfc9535 import compile as compile_query

from ..diagnostics import Diagnostic, Severity, SpecError
from ..load import Document, load_document
from ..primitives import JSON

_VERSION = re.compile(r"1\.([01])(\.\d+)?")
_KNOWN = {"": ("overlay", "info", "extends", "actions"), "/info": ("title", "version", "description")}
_ACTION = ("target", "description", "update", "remove", "copy")


class Verb(StrEnum):
    """What an action does to the nodes that its target selects."""

    UPDATE = "update"
    REMOVE = "remove"
    COPY = "copy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One action. `pointer` is its place in the overlay; `value` belongs to `update`, `source` to `copy`."""

    verb: Verb
    target: str
    query: JSONPathQuery
    reason: str
    pointer: str
    value: JSON = None
    source: JSONPathQuery | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong at a JSON pointer of an overlay."""

    rule: str
    pointer: str
    message: str
    help: str
    severity: Severity = Severity.ERROR


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlay:
    """A readable overlay. `minor` is 0 or 1; `extends` the document that it says it is for, as written.

    `faults` are of actions that can be carried out all the same, so that what else is wrong is told in the same run.
    """

    document: Document
    minor: int
    extends: str | None
    actions: tuple[Action, ...]
    faults: tuple[Fault, ...] = ()


def read_overlay(path: Path) -> Overlay:
    """Read one overlay file (YAML or JSON).

    Raises:
        SpecError: it cannot be read, or is no overlay of version 1.0 or 1.1; every fault is listed with its place.
            An action without a reason alone is no such fault: it is among the overlay's `faults`.
    """
    document = load_document(path)
    reader = _Reader(document)
    overlay = reader.overlay()
    if reader.faults:
        raise SpecError(located(document, [*reader.faults, *reader.unreasoned]))
    return overlay


def located(document: Document, faults: list[Fault]) -> tuple[Diagnostic, ...]:
    """The faults as diagnostics with their places."""
    places = document.where([fault.pointer for fault in faults])
    return tuple(
        Diagnostic(
            rule=fault.rule,
            severity=fault.severity,
            message=fault.message,
            help=fault.help,
            file=places[fault.pointer][0],
            line=places[fault.pointer][1],
            column=places[fault.pointer][2],
            pointer=fault.pointer,
        )
        for fault in faults
    )


class _Reader:
    """Collects faults instead of stopping at the first."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.data: dict[str, JSON] = document.data if isinstance(document.data, dict) else {}
        self.faults: list[Fault] = []
        self.unreasoned: list[Fault] = []

    def fault(self, pointer: str, message: str, help_: str, rule: str = "overlay-invalid") -> None:
        self.faults.append(Fault(rule, pointer, message, help_))

    def overlay(self) -> Overlay:
        self.known("", self.data, _KNOWN[""])
        minor = self.version()
        info = self.data.get("info")
        if isinstance(info, dict):
            self.known("/info", info, _KNOWN["/info"])
        if not isinstance(info, dict) or not all(isinstance(info.get(key), str) for key in ("title", "version")):
            self.fault("/info", "expected `info` with a title and a version, both text", "say what the overlay is for")
        extends = self.data.get("extends")
        if extends is not None and not isinstance(extends, str):
            self.fault("/extends", "expected `extends` to be text", "write the path of the document, or leave it out")
        actions = self.data.get("actions")
        if not isinstance(actions, list) or not actions:
            self.fault("/actions", "expected at least one action", "write `actions:` and a list below it")
            actions = []
        found = [
            action for index, item in enumerate(actions) for action in self.action(f"/actions/{index}", item, minor)
        ]
        return Overlay(
            document=self.document,
            minor=minor,
            extends=extends if isinstance(extends, str) else None,
            actions=tuple(found),
            faults=tuple(self.unreasoned),
        )

    def version(self) -> int:
        version = self.data.get("overlay")
        match = _VERSION.fullmatch(str(version)) if isinstance(version, str | float) else None
        if match is None:
            got = "nothing" if version is None else f'"{version}"'
            self.fault(
                "/overlay", f"expected `overlay: 1.0.x` or 1.1.x; got {got}", "write `overlay: 1.1.0` at the top"
            )
            return 1
        return int(match.group(1))

    def known(self, pointer: str, data: dict[str, JSON], keys: tuple[str, ...]) -> None:
        for key in data:
            if key not in keys and not key.startswith("x-"):
                message = f'expected one of {", ".join(keys)}; got "{key}"'
                self.fault(f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}", message, "check the spelling")

    def action(self, pointer: str, item: JSON, minor: int) -> Iterator[Action]:
        if not isinstance(item, dict):
            self.fault(pointer, "expected an action: a mapping with a target", "write `- target: $.info`")
            return
        before = len(self.faults)
        self.known(pointer, item, _ACTION if minor else tuple(key for key in _ACTION if key != "copy"))
        misspelt = len(self.faults) > before
        query = self.query(f"{pointer}/target", item.get("target"))
        reason = item.get("description")
        if not isinstance(reason, str) or not reason.strip():
            help_ = "say in `description` why the published document needs this"
            message = "expected a reason for this action; got none"
            self.unreasoned.append(Fault("overlay-reason-missing", pointer, message, help_))
            reason = ""
        verb = None if misspelt else self.verb(pointer, item)
        source = self.query(f"{pointer}/copy", item.get("copy")) if verb is Verb.COPY else None
        if len(self.faults) > before or query is None or verb is None:
            return
        yield Action(
            verb=verb,
            target=str(item["target"]),
            query=query,
            reason=reason.strip(),
            pointer=pointer,
            value=item.get("update"),
            source=source,
        )

    def verb(self, pointer: str, item: dict[str, JSON]) -> Verb | None:
        remove = item.get("remove", False)
        if not isinstance(remove, bool):
            self.fault(f"{pointer}/remove", f"expected true or false; got {remove!r:.40}", "write `remove: true`")
            return None
        verbs = [verb for verb in Verb if (verb in item if verb is not Verb.REMOVE else remove)]
        if len(verbs) != 1:
            got = " and ".join(verbs) or "none of them"
            self.fault(pointer, f"expected one of update, remove, copy; got {got}", "write one action for each change")
            return None
        return verbs[0]

    def query(self, pointer: str, text: JSON) -> JSONPathQuery | None:
        if not isinstance(text, str):
            self.fault(pointer, "expected a JSONPath such as `$.paths['/pets'].get`", "write it as text")
            return None
        try:
            return compile_query(text)
        except JSONPathError as error:
            message = f"expected a JSONPath of RFC 9535; got a fault: {_first_line(error)}"
            self.fault(pointer, message, "keys with other characters than letters and digits stand in ['…']")
            return None


def _first_line(error: JSONPathError) -> str:
    return str(error).partition("\n")[0]
