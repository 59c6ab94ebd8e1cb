"""Read OpenAPI documents, of one file or of many, exactly as they were written."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin

import yaml

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
LOCATIONS = ("path", "query", "header", "cookie", "querystring")
SUFFIXES = (".yaml", ".yml", ".json")
HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
IGNORED_HEADERS = frozenset({"accept", "content-type", "authorization"})
# Headers that frame a message are written by whoever sends it, from what it sends.
FRAMING_HEADERS = frozenset(
    {"connection", "content-length", "expect", "host", "te", "trailer", "transfer-encoding", "upgrade"}
)


class DocumentError(Exception):
    """The document cannot be read or a reference in it leads nowhere."""


class _Loader(yaml.CSafeLoader):
    """YAML with the core schema of version 1.2: no dates, no sexagesimals, no `yes` and `no`."""


_Loader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
    ("null", r"^(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
    ("int", r"^(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$", "-+0123456789"),
    ("float", r"^(?:[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?)$", "-+.0123456789"),
    ("merge", r"^<<$", "<"),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), list(_first))


def _construct_int(loader: Any, node: Any) -> int:
    text = str(node.value)
    return int(text, 0) if text.startswith(("0o", "0x")) else int(text)


def _construct_float(loader: Any, node: Any) -> float:
    return float(node.value)


_Loader.add_constructor("tag:yaml.org,2002:int", _construct_int)
_Loader.add_constructor("tag:yaml.org,2002:float", _construct_float)


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation as the document has it. `node` and `parameters` are raw, with references inside them unresolved."""

    method: str
    path: str
    node: Mapping[str, Any]
    item: Mapping[str, Any]
    parameters: tuple[Mapping[str, Any], ...]

    @property
    def label(self) -> str:
        return f"{self.method.upper()} {self.path}"


@dataclass(slots=True)
class Document:
    """A root file with the files that it refers to. References outside the root file are kept in the form `<file>#<pointer>`."""

    path: Path
    root: dict[str, Any]
    _files: dict[str, Any] = field(default_factory=dict)
    _named: dict[str, Any] | None = None

    @property
    def version(self) -> str:
        """`3.0`, `3.1` or `3.2`."""
        return ".".join(str(self.root.get("openapi", "")).split(".")[:2])

    @property
    def single_file(self) -> bool:
        """Whether no reference has led out of the root file so far."""
        return not self._files

    def look_up(self, reference: str) -> Any:
        """The value that a reference leads to, itself unresolved."""
        file, _, pointer = reference.partition("#")
        if pointer and not pointer.startswith("/"):
            return self._identified(reference, f"#{pointer}")
        value: Any = self._identified(reference, file) if "://" in file else self._load(file) if file else self.root
        for token in pointer.split("/")[1:]:
            key = unquote(token).replace("~1", "/").replace("~0", "~")
            try:
                value = value[int(key)] if isinstance(value, list) else value[key]
            except (KeyError, IndexError, ValueError, TypeError):
                raise DocumentError(f"reference {reference!r} leads nowhere") from None
        return value

    def _identified(self, reference: str, name: str) -> Any:
        """The document or schema of the root file that calls itself so: by `$self`, `$id`, or `#` and an anchor."""
        if self._named is None:
            self._named = dict(_names_in(self.root))
        if name not in self._named:
            raise DocumentError(f"reference {reference!r} leads nowhere")
        return self._named[name]

    def resolve(self, node: Any) -> Any:
        """`node`, or what it refers to through any number of references."""
        seen = set()
        while isinstance(node, Mapping) and isinstance(node.get("$ref"), str):
            reference = node["$ref"]
            if reference in seen:
                raise DocumentError(f"reference {reference!r} refers to itself")
            seen.add(reference)
            node = self.look_up(reference)
        return node

    def content_of(self, node: Any) -> Mapping[str, Any]:
        """Media types of a request body or response, or of what it refers to; real documents also refer to the map itself."""
        content = self.resolve(_mapping(self.resolve(node)).get("content"))
        return {str(name): _mapping(self.resolve(media)) for name, media in _mapping(content).items()}

    def operations(self) -> Iterator[Operation]:
        """Every operation, in the order of the document."""
        for path, raw in (self.root.get("paths") or {}).items():
            if path.startswith("x-"):
                continue
            item = _mapping(self.resolve(raw)) | {k: v for k, v in _mapping(raw).items() if k != "$ref"}
            found = {method: item[method] for method in METHODS if isinstance(item.get(method), Mapping)}
            found |= _mapping(item.get("additionalOperations"))
            for method, node in found.items():
                resolved = _mapping(self.resolve(node)) | {k: v for k, v in node.items() if k != "$ref"}
                yield Operation(method, path, resolved, item, self._parameters(path, item, resolved))

    def _parameters(self, path: str, item: Mapping[str, Any], node: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
        """The parameters that apply, the operation's own before those of its path.

        A variable of the path that no parameter declares is text, and needed all the same.
        """
        merged: dict[tuple[str, str], Mapping[str, Any]] = {}
        template = re.findall(r"\{([^{}]*)\}", path)
        for raw in [*_listed(item.get("parameters")), *_listed(node.get("parameters"))]:
            parameter = _mapping(self.resolve(raw))
            name, location = parameter.get("name"), parameter.get("in")
            if not isinstance(name, str) or location not in LOCATIONS or (location == "path" and name not in template):
                continue  # nothing that could be sent
            if location != "header" or _is_header(name):
                merged[name, location] = parameter
        for name in template:
            merged.setdefault(
                (name, "path"), {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
            )
        return tuple(merged.values())

    def _load(self, file: str) -> Any:
        if file not in self._files:
            self._files[file] = _absolute(read_file(Path(file)), Path(file))
        return self._files[file]


def _is_header(name: str) -> bool:
    """Whether a caller may send a header of this name at all."""
    return name.lower() not in IGNORED_HEADERS | FRAMING_HEADERS and bool(HEADER_NAME.fullmatch(name))


def read_document(path: Path) -> Document:
    """Read a document's root file. Raises DocumentError."""
    path = path.resolve()
    root = read_file(path)
    if not isinstance(root, dict) or not isinstance(root.get("openapi"), str):
        raise DocumentError("no OpenAPI document: it has no `openapi` field")
    return Document(path, _external(root, path))


def read_file(path: Path) -> Any:
    """The values of a YAML or JSON file; every key is a string."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        if path.suffix == ".json":
            return json.loads(text)
        return _stringify(yaml.load(text, Loader=_Loader), {})  # noqa: S506  # a safe loader with fewer types
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise DocumentError(f"{path.name}: {str(error).splitlines()[0]}") from error


def find_documents(folder: Path) -> Iterator[tuple[str, Path]]:
    """Name and root file of every document of a folder: its files, and the subfolders that hold one root document."""
    for path in sorted(folder.iterdir()):
        if path.is_dir():
            roots = _roots(path.iterdir()) or _roots(path.rglob("*"))
            if len(roots) == 1:
                yield path.name, roots[0]
        elif _is_root(path):
            yield path.stem, path


def _roots(paths: Iterable[Path]) -> list[Path]:
    return [path for path in sorted(paths) if _is_root(path)]


def _is_root(path: Path) -> bool:
    """Whether a file looks like an OpenAPI root: the field may stand anywhere at its top level."""
    if path.suffix not in SUFFIXES or not path.is_file():
        return False
    text = path.read_text(encoding="utf-8-sig", errors="replace")
    pattern = r'"openapi"\s*:\s*"3' if path.suffix == ".json" else r"""(?m)^["']?openapi["']?\s*:\s*["']?3"""
    return re.search(pattern, text) is not None


def _names_in(root: Any) -> Iterator[tuple[str, Any]]:
    todo = [root]
    while todo:
        node = todo.pop()
        if isinstance(node, dict):
            yield from ((str(node[key]), node) for key in ("$self", "$id") if isinstance(node.get(key), str))
            yield from (
                (f"#{node[key]}", node) for key in ("$anchor", "$dynamicAnchor") if isinstance(node.get(key), str)
            )
        todo.extend(node.values() if isinstance(node, dict) else node if isinstance(node, list) else ())


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _mapping(value: Any) -> dict[str, Any]:
    return dict(value) if isinstance(value, Mapping) else {}


def _stringify(value: Any, seen: dict[int, Any]) -> Any:
    """The same values with string keys, nodes shared through anchors still shared."""
    if not isinstance(value, dict | list):
        return value
    if id(value) in seen:
        return seen[id(value)]
    if isinstance(value, list):
        items: list[Any] = []
        seen[id(value)] = items
        items.extend(_stringify(item, seen) for item in value)
        return items
    members: dict[str, Any] = {}
    seen[id(value)] = members
    for key, item in value.items():
        members[key if isinstance(key, str) else json.dumps(key)] = _stringify(item, seen)
    return members


def _external(value: Any, file: Path) -> Any:
    """The root file with references to other files made absolute; those within it stay as they are."""
    own = str(value.get("$self", "")) if isinstance(value, dict) else ""

    def changed(reference: str) -> str:
        if own and urljoin(own, reference).partition("#")[0] == own:
            return f"#{reference.partition('#')[2]}"
        return reference if reference.startswith("#") else _join(file, reference)

    return _rewrite(value, changed)


def _absolute(value: Any, file: Path) -> Any:
    """Another file with all its references made absolute."""
    return _rewrite(value, lambda reference: _join(file, reference))


def _join(file: Path, reference: str) -> str:
    name, _, pointer = reference.partition("#")
    if "://" in name:
        return reference
    target = (file.parent / unquote(name)).resolve() if name else file
    return f"{target}#{pointer}"


def _rewrite(value: Any, change: Any) -> Any:
    if isinstance(value, list):
        return [_rewrite(item, change) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: change(item) if key == "$ref" and isinstance(item, str) else _rewrite(item, change)
        for key, item in value.items()
    }
