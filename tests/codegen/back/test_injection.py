"""Text of a document stays text: hostile words in every string position change no code, run nothing, and keep their value."""

from __future__ import annotations

import ast
import builtins
import copy
import importlib
import json
import sys
import tomllib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, get_args

import pytest
import yaml

from credkit.runtime import Operation
from credkit_codegen.literals import prose
from credkit_codegen.pipeline import Target, generate

GOLDEN = Path(__file__).resolve().parents[2] / "golden"
SET = "__import__('builtins').PWNED.append"
PAYLOADS = {
    "ends a docstring": f'"""\n{SET}(1)\n"""',
    "ends a docstring by a backslash": f'\\"""\n{SET}(1)\n\\"""',
    "ends a string": f"'); {SET}(1); ('",
    "ends a string with the other quote": f'"); {SET}(1); ("',
    "ends a comment by a carriage return": f"x\r{SET}(1)\r#",
    "ends a line by a separator": f"x\u2028{SET}(1)\u2029{SET}(2)\x85{SET}(3)\x0c{SET}(4)",
    "is a template": "{{ ''.__class__.__mro__ }}{% for x in [1] %}{{ x }}{% endfor %}{# gone #}",
    "is a format string": "{0.__class__} %(x)s %s ${x} f'{1}'",
    "has a backslash at its end": "x\\",
    "has a NUL and an escape": "a\x00b\x1b[31m\x07",
    "has a bidirectional mark": "a\u202egnp.exe\u2066",
    "ends a block of Markdown": f"```\n\n```python\n{SET}(1)\n```\n<script>alert(1)</script>",
    "is a table of TOML": '"\n[tool.hatch.build]\nhooks = ["x"]\n',
    "is a path": "../../../../tmp/x",
    "has nothing but quotes": "\"\"\"''''\"",
}
# Free text of a document, and names that the vendor chose. What is left out are words of the specification itself.
TEXT_KEYS = frozenset(
    {
        *("title", "description", "summary", "note", "code", "name", "operationId", "tags", "url", "header"),
        *("timestampHeader", "prefix", "template", "x-webhook-id-header"),
    }
)
NAMING_KEYS = frozenset({"properties", "schemas", "examples", "variables", "securitySchemes"})
DATA_KEYS = frozenset({"example", "default", "enum", "const", "value"})


@cache
def base_document() -> dict[str, Any]:
    """Parts of several golden cases as one document. Read only."""
    merged: dict[str, Any] = {}
    for case in ("things", "unions", "parameters", "webhooks"):
        merge(merged, yaml.load((GOLDEN / case / "openapi.yaml").read_text(), Loader=yaml.CSafeLoader))
    merged["info"] = {"title": "Everything", "version": "1", "description": "All of it."}
    merged["servers"] = [{"url": "https://api.example.com", "description": "The one."}]
    merged["components"]["securitySchemes"] = {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}}
    return merged


def merge(into: dict[str, Any], other: dict[str, Any]) -> None:
    for key, value in other.items():
        if isinstance(value, dict) and isinstance(into.get(key), dict):
            merge(into[key], value)
        else:
            into[key] = copy.deepcopy(value)


def poisoned(data: Any, payload: str, key: str = "") -> Any:
    """`data` with `payload` behind every text that is free, and behind every name that the vendor chose."""
    if isinstance(data, list):
        return [poisoned(item, payload, key) for item in data]
    if isinstance(data, dict):
        if key in NAMING_KEYS:
            return {name + payload: poisoned(value, payload) for name, value in data.items()}
        return {name: poisoned(value, payload, name) for name, value in data.items()}
    if not isinstance(data, str):
        return data
    if key == "$ref" and "/schemas/" in data:
        return data + payload.replace("~", "~0").replace("/", "~1").replace("%", "%25")
    if key in ("propertyName", "cat", "dog", "required") or key in TEXT_KEYS or key in DATA_KEYS:
        return data + payload
    return data


def write(folder: Path, payload: str) -> tuple[dict[str, Any], Path]:
    """Generate the document with `payload`; returns it and the distribution's folder."""
    document = poisoned(base_document(), payload)
    # A path keeps its parameters' names: they stand in braces, in which no brace can stand.
    for path in list(document["paths"]):
        for item in (document["paths"][path], *document["paths"][path].values()):
            for parameter in item.get("parameters", ()) if isinstance(item, dict) else ():
                if parameter["in"] == "path":
                    parameter["name"] = parameter["name"].removesuffix(payload)
    spec = folder / "openapi.json"
    spec.write_text(json.dumps(document), encoding="utf-8")
    generate(Target(spec=spec, out=folder / "out", package="hostile"))
    return document, folder / "out"


def shape(root: Path) -> dict[str, set[str]]:
    """Kinds of syntax and functions called, by kind of file."""
    found: dict[str, set[str]] = {}
    for path in sorted(root.rglob("*.py")):
        kinds = found.setdefault("tests" if "tests" in path.parts else "package", set())
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            kinds.add(type(node).__name__)
            if isinstance(node, ast.Import | ast.ImportFrom):
                kinds.add(ast.unparse(node).split(" import ")[0].split(".")[0])
    return found


@pytest.fixture(scope="module")
def harmless(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """The shape of what the document becomes without a payload."""
    return shape(write(tmp_path_factory.mktemp("harmless"), "")[1])


@pytest.fixture
def imported(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Path], None]]:
    """Import every module of the generated package; what runs on import shows in `builtins.PWNED`."""
    monkeypatch.setattr(builtins, "PWNED", [], raising=False)

    def run(root: Path) -> None:
        monkeypatch.syspath_prepend(str(root))
        for path in sorted((root / "hostile").glob("*.py")):
            importlib.import_module(f"hostile.{path.stem}" if path.stem != "__init__" else "hostile")

    yield run
    for name in [name for name in sys.modules if name.split(".")[0] == "hostile"]:
        del sys.modules[name]


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS.keys())
def test_hostile_text_stays_text(
    payload: str, tmp_path: Path, harmless: dict[str, set[str]], imported: Callable[[Path], None]
) -> None:
    document, root = write(tmp_path, payload)
    imported(root)
    assert builtins.PWNED == []  # type: ignore[attr-defined]
    assert shape(root) == harmless
    assert {path.name for path in tmp_path.iterdir()} == {"openapi.json", "out"}
    check_models(document, payload)
    check_operations(document)
    check_project(root, document)


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS.keys())
def test_hostile_paths_media_types_patterns_and_formats_stay_text(
    payload: str, tmp_path: Path, harmless: dict[str, set[str]], imported: Callable[[Path], None]
) -> None:
    """Places that are no free text, and that a document can fill with it all the same."""
    text = {
        "type": "string",
        "pattern": payload,
        "format": payload,
        "x-" + payload: payload,
        "contentMediaType": payload,
    }
    either = {
        "oneOf": [{"$ref": "#/components/schemas/A"}],
        "discriminator": {"propertyName": "k", "mapping": {payload: "A"}},
    }
    body = {"type": "object", "properties": {"a": text, "b": either, "c": {"type": payload}}}
    operation = {
        "operationId": "extra",
        "parameters": [{"name": "q", "in": "query", "style": payload, "schema": text, "content": None}],
        "requestBody": {"content": {f"application/json{payload}": {"schema": body}, payload: {"schema": text}}},
        "responses": {
            "200": {"content": {f"text/plain{payload}": {"schema": text}}},
            payload: {"description": payload},
        },
        "security": [{payload: [payload]}],
        "x-pagination": {"style": payload, "items": payload},
        "x-retry": payload,
    }
    document = {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": payload},
        "paths": {f"/extra{payload}": {"post": operation, "additionalOperations": {payload: {"operationId": "odd"}}}},
        "components": {
            "schemas": {"A": {"type": "object", "required": ["k"], "properties": {"k": {"const": payload}}}}
        },
    }
    spec = tmp_path / "openapi.json"
    spec.write_text(json.dumps(document), encoding="utf-8")
    generate(Target(spec=spec, out=tmp_path / "out", package="hostile"))
    imported(tmp_path / "out")
    assert builtins.PWNED == []  # type: ignore[attr-defined]
    found = shape(tmp_path / "out")
    assert all(found[kind] <= harmless[kind] | {"Dict"} for kind in found)
    assert {path.name for path in tmp_path.iterdir()} == {"openapi.json", "out"}
    assert ("POST", f"/extra{payload}") in operations()


def check_models(document: dict[str, Any], payload: str) -> None:
    """Wire names and docstrings hold what the document says; values come back as they were."""
    (content,) = operations()["POST", "/things"].responses["201"]
    assert content.type is not None
    thing = content.type()
    schema = document["components"]["schemas"][f"Thing{payload}"]
    wire_names = {field.alias or name for name, field in thing.model_fields.items()}
    assert wire_names == set(schema["properties"])
    assert prose(thing.__doc__).split() == prose(schema["description"]).split()
    data = {f"id{payload}": "t1", f"name{payload}": payload, f"kind{payload}": f"lamp{payload}", f"parts{payload}": []}
    text = json.dumps({**data, f"madeAt{payload}": "2026-01-31T12:30:00Z"})
    read = thing.model_validate_json(text, by_alias=True, by_name=False, strict=True)
    assert json.loads(read.model_dump_json(by_alias=True, exclude_unset=True)) == json.loads(text)
    (kind,) = (field for name, field in thing.model_fields.items() if (field.alias or name) == f"kind{payload}")
    parts = get_args(kind.annotation or object)
    assert f"lamp{payload}" in {value for part in parts for value in get_args(part)} | set(parts)


def check_operations(document: dict[str, Any]) -> None:
    """Paths, ids, names of parameters and codes are the document's; the docstring says what it says."""
    found = operations()
    assert set(found) == {
        (method.upper(), path)
        for path, item in document["paths"].items()
        for method in item
        if method in ("get", "put", "post", "delete")
    }
    for (method, path), operation in found.items():
        item = document["paths"][path]
        wanted = [*item.get("parameters", ()), *item[method.lower()].get("parameters", ())]
        assert operation.id == item[method.lower()]["operationId"]
        assert [parameter.api_name for parameter in operation.parameters] == [one["name"] for one in wanted]
    summary = prose(document["paths"]["/things"]["post"]["summary"]).split()
    docs = [str(member.__doc__).split() for value in classes() for member in vars(value).values() if member.__doc__]
    assert any(doc[: len(summary)] == summary or [*doc[: len(summary) - 1]] == summary[:-1] for doc in docs)


def operations() -> dict[tuple[str, str], Operation[Any]]:
    every = (value for module in modules() for value in vars(module).values())
    return {(value.method, value.path): value for value in every if isinstance(value, Operation)}


def classes() -> list[type]:
    return [value for module in modules() for value in vars(module).values() if isinstance(value, type)]


def modules() -> list[ModuleType]:
    return [module for name, module in list(sys.modules.items()) if name.startswith("hostile.")]


def check_project(root: Path, document: dict[str, Any]) -> None:
    """pyproject.toml is a table of ours with the title in it."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    assert set(project) == {"build-system", "project", "tool"}
    assert set(project["tool"]["hatch"]["build"]) == {"targets"}
    assert " ".join(prose(document["info"]["title"]).split()).rstrip(".") in project["project"]["description"]
