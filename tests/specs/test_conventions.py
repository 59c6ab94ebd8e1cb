"""What docs/spec-conventions.md promises about our own specs: valid OpenAPI 3.1, sources, known extensions, order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from openapi_spec_validator import OpenAPIV31SpecValidator

ROOT = Path(__file__).resolve().parents[2]
SPECS = sorted(path.parent.name for path in (ROOT / "specs").glob("*/openapi.yaml"))
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
BASES = {"documented", "example", "inferred", "conflict", "integration"}
SECTIONS = ["openapi", "info", "servers", "security", "tags", "paths", "webhooks", "components"]
DATA = frozenset({"value", "example", "examples", "default", "enum", "const"})
CONVENTIONS = (ROOT / "docs" / "spec-conventions.md").read_text(encoding="utf-8")
EXTENSIONS = frozenset(re.findall(r"^### `(?:info\.)?(x-[a-z-]+)`$", CONVENTIONS, re.MULTILINE))


@cache
def document(vendor: str) -> dict[str, Any]:
    loaded = yaml.load((ROOT / "specs" / vendor / "openapi.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    assert isinstance(loaded, dict)
    return loaded


def extensions(node: Any, pointer: str = "", *, by_name: bool = False) -> Iterator[tuple[str, str, Any]]:
    """Every extension as pointer of the node, name and value; not inside examples. `by_name`: see members as names."""
    if isinstance(node, list):
        for index, item in enumerate(node):
            yield from extensions(item, f"{pointer}/{index}")
    if not isinstance(node, dict):
        return
    for name, child in node.items():
        if not by_name and name.startswith("x-"):
            yield pointer, name, child
        elif name == "examples" and isinstance(child, dict) and not by_name:
            named = [(key, {k: v for k, v in item.items() if k != "value"}) for key, item in child.items()]
            for key, item in named:
                yield from extensions(item, f"{pointer}/examples/{key}")
        elif by_name or name not in DATA:
            yield from extensions(child, f"{pointer}/{name}", by_name=not by_name and name in {"properties", "schemas"})


def operations(root: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for group in ("paths", "webhooks"):
        for path, item in root.get(group, {}).items():
            for method in METHODS:
                if method in item:
                    yield f"{method} {path}", {"x-source": item.get("x-source")} | item[method]


def pages(root: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Every page that something names, with the place that names it."""
    for pointer, name, value in extensions(root):
        if name == "x-source":
            yield pointer, value["page"]
        elif name == "x-undocumented":
            yield from ((f"{name}/{entry['name']}", entry["page"]) for entry in value)


def test_the_conventions_define_extensions() -> None:
    assert {"x-source", "x-sources", "x-retry", "x-secret", "x-undocumented"} <= EXTENSIONS


@pytest.mark.parametrize("vendor", SPECS)
def test_is_valid_openapi(vendor: str) -> None:
    assert document(vendor)["openapi"].startswith("3.1.")
    assert [error.message for error in OpenAPIV31SpecValidator(document(vendor)).iter_errors()] == []


@pytest.mark.parametrize("vendor", SPECS)
def test_uses_only_extensions_that_are_defined(vendor: str) -> None:
    assert {name for _, name, _ in extensions(document(vendor))} - EXTENSIONS == set()


@pytest.mark.parametrize("vendor", SPECS)
def test_every_operation_and_schema_has_a_source(vendor: str) -> None:
    root = document(vendor)
    found = list(operations(root)) + list(root["components"]["schemas"].items())
    assert [name for name, node in found if not node.get("x-source")] == []


@pytest.mark.parametrize("vendor", SPECS)
def test_sources_are_well_formed(vendor: str) -> None:
    for pointer, name, source in extensions(document(vendor)):
        if name == "x-source":
            assert {"page", "basis"} <= source.keys() <= {"page", "basis", "note"}, pointer
            assert source["basis"] in BASES, pointer
            assert source["basis"] != "conflict" or source.get("note"), f"{pointer}: a conflict needs a note"


@pytest.mark.parametrize("vendor", SPECS)
def test_pages_are_known_and_used(vendor: str) -> None:
    known = document(vendor)["info"]["x-sources"]
    used = dict(pages(document(vendor)))
    assert [f"{at}: {page}" for at, page in used.items() if page not in known and not page.startswith("https://")] == []
    notes = " ".join(value.get("note", "") for _, name, value in extensions(document(vendor)) if name == "x-source")
    assert [key for key in known if key not in used.values() and key not in notes] == []


@pytest.mark.parametrize("vendor", SPECS)
def test_writes_say_whether_they_may_be_repeated(vendor: str) -> None:
    writes = {name: node for name, node in operations(document(vendor)) if " /" in name and not name.startswith("get ")}
    assert [name for name, node in writes.items() if "x-retry" not in node] == []


@pytest.mark.parametrize("vendor", SPECS)
def test_sections_stand_in_order(vendor: str) -> None:
    present = [section for section in document(vendor) if section in SECTIONS]
    assert present == [section for section in SECTIONS if section in present]
