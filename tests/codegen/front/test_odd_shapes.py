"""Whatever a document holds where something else belongs: it is read or refused, never a crash, and no operation is lost."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from credkit_codegen.config import default_config
from credkit_codegen.diagnostics import SpecError
from credkit_codegen.frontend import read_api
from credkit_codegen.inspect import inspect_api

from .support import document

VALUES: list[Any] = [None, 1, "x", [], {}, [1], [{}], {"a": 1}, True, {"$ref": "#/nowhere"}]
DOCUMENT = "components servers security tags webhooks info externalDocs x-webhook-signature x-source"
OPERATION = """operationId tags parameters requestBody responses security servers callbacks summary externalDocs deprecated
    x-pagination x-rate-limit x-idempotency x-retry x-source"""
SCHEMA = """type properties required items enum const allOf oneOf anyOf additionalProperties prefixItems discriminator format default $ref
    minimum pattern nullable not patternProperties title description examples readOnly exclusiveMinimum contentMediaType $defs
    x-enum-open x-secret"""
PARAMETER = "name in schema content style explode required examples example"
RESPONSE = "content headers description x-error-codes links"
SCHEME = "type scheme flows name in"
OP: dict[str, Any] = {"operationId": "a", "responses": {"200": {"description": ""}}}


def variants(part: str, value: Any) -> list[dict[str, Any]]:
    """Documents with `value` in every member of one part of the specification."""
    if part == "document":
        return [{**document(paths={"/a": {"get": OP}}), key: value} for key in DOCUMENT.split()]
    if part == "operation":
        return [document(paths={"/a/{x}": {"post": {**OP, key: value}}}) for key in OPERATION.split()]
    if part == "parameter":
        parameter = {"name": "x", "in": "query", "schema": {"type": "string"}}
        return [
            document(paths={"/a": {"get": {**OP, "parameters": [{**parameter, key: value}]}}})
            for key in PARAMETER.split()
        ]
    if part == "response":
        return [
            document(paths={"/a": {"get": {**OP, "responses": {"200": {key: value}, "default": value}}}})
            for key in RESPONSE.split()
        ]
    if part == "scheme":
        return [
            document(paths={"/a": {"get": OP}}, components={"securitySchemes": {"s": {"type": "oauth2", key: value}}})
            for key in SCHEME.split()
        ]
    bases: list[dict[str, Any]] = [{}, {"type": "object"}, {"type": "string"}, {"properties": {"a": {}}}]
    schemas = [{**base, key: value} for base in bases for key in SCHEMA.split()]
    return [
        document(paths={"/a": {"get": OP}}, schemas={"A": item, "B": {"type": "object", "properties": {"x": item}}})
        for item in schemas
    ]


@pytest.mark.parametrize("value", VALUES, ids=json.dumps)
@pytest.mark.parametrize("part", ["document", "operation", "parameter", "response", "scheme", "schema"])
def test_odd_values(tmp_path: Path, part: str, value: Any) -> None:
    path = tmp_path / "a.json"
    for source in variants(part, value):
        path.write_text(json.dumps(source))
        try:
            api, config = read_api(path)
        except SpecError:
            continue
        assert len(api.operations) == 1
        inspect_api(api, config)


@pytest.mark.parametrize("value", VALUES, ids=json.dumps)
def test_odd_paths(tmp_path: Path, value: Any) -> None:
    path = tmp_path / "a.json"
    for source in (document(paths=value), document(paths={"/a": value}), document(paths={"/a": {"get": value}})):
        path.write_text(json.dumps(source))
        try:
            api, _ = read_api(path)
        except SpecError:
            continue
        inspect_api(api, default_config("x"))
