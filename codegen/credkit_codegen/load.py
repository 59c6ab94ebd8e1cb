"""Load: a file becomes a `Document`, within limits, with every value as the author meant it.

YAML is read as the 1.2 core schema (`NO`, `12:30:45` and dates stay text, keys are always text) straight from the C
parser's events, so that size, depth and alias expansion are known before anything walks the result. JSON goes through
the standard library. Places are not kept: `Document.positions` finds them in a second pass when a finding needs them.
"""

from __future__ import annotations

import codecs
import json
import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from .diagnostics import Diagnostic, Severity, SpecError
from .positions import Place, locate_json, locate_yaml
from .primitives import JSON
from .yamlcore import YamlFault, read_yaml


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadLimits:
    """What one file may cost: its size, how deep it nests, and how many nodes it holds once aliases are expanded."""

    max_bytes: int = 64 * 1024 * 1024
    max_depth: int = 256
    max_nodes: int = 5_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """One file: `file` as people know it, `path` on disk, `data` (not to be changed), and what loading found odd.

    Of a document under `overlays`, `data` is what they make of it, `text` is still that of the file, and `origin` says for
    a JSON pointer of the data in which file, and at which pointer there, it was written.
    """

    file: str
    path: Path
    data: JSON
    text: str = field(repr=False)
    is_json: bool
    findings: tuple[Diagnostic, ...] = ()
    overlays: tuple[Document, ...] = ()
    origin: Callable[[str], tuple[Document, str]] | None = field(default=None, repr=False)
    _places: dict[str, Place] = field(default_factory=dict, repr=False)

    def written(self, pointers: Iterable[str]) -> dict[Document, dict[str, str]]:
        """The files in which the parts at these pointers were written, each with its own pointers by the ones given."""
        found: dict[Document, dict[str, str]] = {}
        for pointer in pointers:
            document, own = (self, pointer) if self.origin is None else self.origin(pointer)
            found.setdefault(document, {})[pointer] = own
        return found

    def where(self, pointers: Iterable[str]) -> dict[str, tuple[str, int, int]]:
        """File, line and column of each JSON pointer, lines and columns from 1."""
        found: dict[str, tuple[str, int, int]] = {}
        for document, own in self.written(pointers).items():
            places = document._own_places(own.values())
            found |= {given: (document.file, places[at].line, places[at].column) for given, at in own.items()}
        return found

    def mentions(self, text: str) -> bool:
        """Whether a text stands anywhere in the file or in an overlay of it."""
        return text in self.text or any(text in overlay.text for overlay in self.overlays)

    def places(self, pointers: Iterable[str], also: Callable[[], Iterable[str]] = tuple) -> dict[str, Place]:
        """The place of each JSON pointer, in whichever file it was written; see `where` for the file.

        `also` says what will be asked for later on; when a file has to be read, places in it are found in the same pass.
        """
        written = self.written(pointers)
        if any(at not in document._places for document, own in written.items() for at in own.values()):
            for document, later in self.written(also()).items():
                document._own_places((*later.values(), *written.get(document, {}).values()))
        found: dict[str, Place] = {}
        for document, own in written.items():
            places = document._own_places(own.values())
            found |= {given: places[at] for given, at in own.items()}
        return found

    def _own_places(self, pointers: Iterable[str]) -> dict[str, Place]:
        """The places in this file, found in one pass; a pointer into nothing gets the place of what encloses it."""
        missing = {pointer for pointer in pointers if pointer not in self._places}
        if missing:
            self._places.update((locate_json if self.is_json else locate_yaml)(self.text, missing))
        return {pointer: self._places[pointer] for pointer in pointers}

    def position(self, pointer: str) -> tuple[int, int]:
        """Line and column of a JSON pointer, both from 1."""
        place = self.places([pointer])[pointer]
        return place.line, place.column

    def line(self, number: int) -> str:
        """The text of one line, counted from 1; empty when there is no such line."""
        start = 0
        for _ in range(number - 1):
            start = self.text.find("\n", start) + 1
            if not start:
                return ""
        end = self.text.find("\n", start)
        return self.text[start : end if end >= 0 else len(self.text)].rstrip("\r")


def load_document(path: Path, limits: LoadLimits | None = None, *, file: str | None = None) -> Document:
    """Read one YAML or JSON file.

    Raises:
        SpecError: it cannot be read, is not text, breaks a limit, or is no YAML or JSON mapping.
    """
    limits = limits or LoadLimits()
    file = file if file is not None else str(path)
    text = _decode(file, _read(file, path, limits))
    # The name says it, unless the first character cannot be JSON: YAML is also kept in `.json` files.
    starts_json = text.lstrip()[:1] in ("{", "[", "")
    is_json = (
        starts_json if path.suffix.lower() == ".json" else starts_json and path.suffix.lower() not in (".yaml", ".yml")
    )
    if is_json:
        data, findings = _parse_json(file, text, limits)
    else:
        data, findings, text = _parse_yaml(file, text, limits)
    if not isinstance(data, dict):
        got = "nothing" if data is None else type(data).__name__
        raise _refuse(
            "document-not-a-mapping",
            file,
            f"expected a mapping at the top; got {got}",
            "start with `openapi: 3.1.0`",
            1,
            1,
        )
    return Document(file, path, data, text, is_json, findings)


def _refuse(rule: str, file: str, message: str, help_: str, line: int = 0, column: int = 0) -> SpecError:
    return SpecError([_finding(rule, file, message, help_, line, column)])


def _finding(rule: str, file: str, message: str, help_: str, line: int = 0, column: int = 0) -> Diagnostic:
    return Diagnostic(
        rule=rule, severity=Severity.ERROR, message=message, help=help_, file=file, line=line, column=column
    )


def _read(file: str, path: Path, limits: LoadLimits) -> bytes:
    try:
        if path.is_dir():
            raise _refuse("document-unreadable", file, "expected a file; got a folder", "name the document in it")
        with path.open("rb") as handle:
            raw = handle.read(limits.max_bytes + 1)
    except FileNotFoundError:
        raise _refuse(
            "document-unreadable", file, "expected a file; got nothing at this path", "check the path"
        ) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise _refuse(
            "document-unreadable", file, f"expected a readable file; got: {reason}", "check the file"
        ) from None
    if len(raw) > limits.max_bytes:
        message = f"expected at most {limits.max_bytes} bytes; got more"
        raise _refuse("document-too-large", file, message, "split the document, or raise the limit")
    return raw


def _decode(file: str, raw: bytes) -> str:
    encoding = "utf-8"
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if raw.startswith(mark):
            encoding = name
            break
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        column = error.start - raw.rfind(b"\n", 0, error.start)
        message = f"expected UTF-8 text; got byte 0x{raw[error.start]:02x}"
        raise _refuse("document-not-utf8", file, message, "save the file as UTF-8", line, column) from None


def _duplicate(file: str, key: str, line: int, column: int) -> Diagnostic:
    message = f'expected each key once; got "{key[:80]}" again'
    return _finding(
        "duplicate-key", file, message, "keep one of the two: readers differ in which they take", line, column
    )


# --- YAML ----------------------------------------------------------------------------------------------------------


def _parse_yaml(file: str, text: str, limits: LoadLimits) -> tuple[JSON, tuple[Diagnostic, ...], str]:
    """The value, what is odd, and the text as the parser took it."""
    try:
        result = read_yaml(text, max_depth=limits.max_depth, max_nodes=limits.max_nodes)
    except YamlFault as fault:
        raise _refuse(fault.rule, file, fault.message, fault.help, fault.line, fault.column) from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark is not None else (0, 0)
        detail, help_ = (
            " ".join(part for part in (error.context, error.problem) if part),
            "check indentation and quotes",
        )
        if mark is not None and text[mark.index : mark.index + 1] == "\t":
            detail, help_ = "a tab before the first word of a line", "indent with spaces"
        raise _refuse("yaml-syntax", file, f"expected YAML; got a fault: {detail}", help_, line, column) from None
    except yaml.YAMLError as error:
        position = getattr(error, "position", 0) or 0
        line = text.count("\n", 0, position) + 1
        reason = getattr(error, "reason", None) or str(error).splitlines()[0]
        raise _refuse(
            "yaml-syntax", file, f"expected YAML; got a fault: {reason}", "remove the character", line, 1
        ) from None
    findings = tuple(_duplicate(file, key, line, column) for key, line, column in result.duplicates)
    return result.data, findings, result.text


# --- JSON ----------------------------------------------------------------------------------------------------------

_LONE_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


def _parse_json(file: str, text: str, limits: LoadLimits) -> tuple[JSON, tuple[Diagnostic, ...]]:
    twice: list[str] = []

    def pairs(items: list[tuple[str, JSON]]) -> dict[str, JSON]:
        found = dict(items)
        if len(found) != len(items):
            seen: set[str] = set()
            twice.extend(key for key, _ in items if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        return found

    try:
        data: JSON = json.loads(text, object_pairs_hook=pairs, parse_float=_number, parse_constant=_constant)
    except json.JSONDecodeError as error:
        raise _refuse(
            "json-syntax",
            file,
            f"expected JSON; got a fault: {error.msg}",
            "mend the place above",
            error.lineno,
            error.colno,
        ) from None
    except RecursionError:
        raise _too_deep(file, limits) from None
    except ValueError as error:
        raise _refuse("json-syntax", file, f"expected JSON; got a fault: {error}", "write a plain number") from None
    if _measure(file, data, limits) or _LONE_SURROGATE.search(text):
        data = _without_surrogates(data)
    return data, _json_duplicates(file, text) if twice else ()


def _number(text: str) -> JSON:
    value = float(text)
    return value if math.isfinite(value) else text


def _constant(text: str) -> JSON:
    raise ValueError(f"{text} is no JSON value")


def _too_deep(file: str, limits: LoadLimits) -> SpecError:
    message = f"expected at most {limits.max_depth} levels; got more"
    return _refuse("document-too-deep", file, message, "flatten the document, or raise the limit")


def _measure(file: str, data: JSON, limits: LoadLimits) -> bool:
    """Refuse what breaks a limit, level by level and without recursion. Always False."""
    level: list[JSON] = [data]
    nodes = depth = 0
    while level:
        nodes += len(level)
        depth += 1
        if depth > limits.max_depth:
            raise _too_deep(file, limits)
        if nodes > limits.max_nodes:
            message = f"expected at most {limits.max_nodes} values; got more"
            raise _refuse("document-too-large", file, message, "split the document, or raise the limit")
        below: list[JSON] = []
        for value in level:
            if isinstance(value, dict):
                below.extend(value.values())
            elif isinstance(value, list):
                below.extend(value)
        level = below
    return False


def _without_surrogates(value: JSON) -> JSON:
    """The same value with half characters (`\\ud800`), which no file can hold, replaced by U+FFFD."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [_without_surrogates(item) for item in value]
    if isinstance(value, dict):
        return {str(_without_surrogates(key)): _without_surrogates(item) for key, item in value.items()}
    return value


def _json_duplicates(file: str, text: str) -> tuple[Diagnostic, ...]:
    from .positions import json_duplicates

    return tuple(_duplicate(file, key, line, column) for key, line, column in json_duplicates(text))
