"""The stub of a generated package refuses parameters beyond the bounds of the document."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import Any

import pytest

from credkit.runtime.testing import StubRefused
from credkit_codegen.pipeline import Target, generate

PARAMETERS: list[dict[str, Any]] = [
    {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 100}},
    {"name": "ratio", "in": "query", "schema": {"type": "number", "exclusiveMaximum": 1}},
    {"name": "word", "in": "query", "schema": {"type": "string", "maxLength": 3}},
    {"name": "size", "in": "query", "schema": {"$ref": "#/components/schemas/Size"}},
    {"name": "tags", "in": "query", "schema": {"type": "array", "maxItems": 2, "items": {"type": "string"}}},
    {"name": "free", "in": "query", "schema": {"type": "string"}},
]
DOCUMENT = {
    "openapi": "3.1.0",
    "info": {"title": "Bounds", "version": "1"},
    "paths": {
        "/things": {
            "get": {
                "operationId": "listThings",
                "tags": ["things"],
                "parameters": PARAMETERS,
                "responses": {"204": {"description": "ok"}},
            }
        }
    },
    "components": {"schemas": {"Size": {"type": "integer", "multipleOf": 5}}},
}
GOOD = {"limit": 100, "ratio": 0.5, "word": "äöü", "size": 10, "tags": ["a", "b,c"], "free": "x" * 500}
BAD = {"limit": 1000, "ratio": 1.0, "word": "äöüß", "size": 7, "tags": ["a", "b", "c"]}


def test_what_is_beyond_its_bounds_is_refused_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "openapi.json").write_text(json.dumps(DOCUMENT))
    generate(Target(spec=tmp_path / "openapi.json", out=tmp_path / "out", package="bounds_of_stubs"))
    monkeypatch.syspath_prepend(str(tmp_path / "out"))
    stub = importlib.import_module("bounds_of_stubs.testing").BoundsOfStubsStub()
    stub.client.things.list_things(**GOOD)
    for name, value in BAD.items():
        with pytest.raises(StubRefused, match=f"query parameter '{name}': expected"):
            stub.client.things.list_things(**GOOD | {name: value})
    assert len(stub.things.list_things.calls) == 1
