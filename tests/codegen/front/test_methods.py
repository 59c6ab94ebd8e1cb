"""What operations become: arguments in order, spread or whole bodies, results after unwrapping, pages, streams."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from credkit_codegen.config import BodyMode, Config, default_config, load_config
from credkit_codegen.inspect import inspect_api, type_text
from credkit_codegen.ir import Api
from credkit_codegen.mediatypes import is_json, preferred
from credkit_codegen.methods import Method, build_methods
from credkit_codegen.results import ResponseKind

from .support import Build, document

JSON = "application/json"


def methods(build: Build, source: dict[str, Any], config: Config | None = None) -> dict[str, Method]:
    config = config or default_config("x")
    return {item.operation.operation_id: item for item in build_methods(build(source, config=config), config)}


def post(schema: dict[str, Any], media_type: str = JSON, required: bool = True, **more: Any) -> dict[str, Any]:
    body = {"required": required, "content": {media_type: {"schema": schema}}}
    return {
        "/x": {"post": {"operationId": "do", "requestBody": body, "responses": {"200": {"description": ""}}, **more}}
    }


PET = {
    "type": "object",
    "required": ["name"],
    "properties": {"tag": {"type": "string"}, "name": {"type": "string"}, "id": {"type": "string", "readOnly": True}},
}


def test_arguments_in_order(build: Build) -> None:
    parameters = [
        {"name": "optional", "in": "query", "schema": {"type": "string"}},
        {"name": "second", "in": "path", "required": True, "schema": {"type": "string"}},
        {"name": "needed", "in": "header", "required": True, "schema": {"type": "string"}},
        {"name": "first", "in": "path", "required": True, "schema": {"type": "string"}},
    ]
    paths = {"/{first}/{second}": post(PET, parameters=parameters)["/x"]}
    method = methods(build, document(paths=paths))["do"]
    assert [(a.name, a.positional, a.required) for a in method.arguments] == [
        ("first", True, True),
        ("second", True, True),
        ("needed", False, True),
        ("name", False, True),
        ("optional", False, False),
        ("tag", False, False),
    ]


@pytest.mark.parametrize(
    ("schema", "media_type", "required", "expected"),
    [
        (PET, JSON, True, "spread"),
        (PET, "multipart/form-data", True, "spread"),
        (PET, "application/x-www-form-urlencoded", True, "spread"),
        (PET, "application/merge-patch+json", True, "spread"),
        (PET, "*/*", True, "spread"),
        (PET, JSON, False, "argument"),
        ({**PET, "required": []}, JSON, False, "spread"),
        ({**PET, "additionalProperties": {"type": "string"}}, JSON, True, "argument"),
        ({"type": "array", "items": PET}, JSON, True, "argument"),
        ({"oneOf": [PET, {"type": "string"}]}, JSON, True, "argument"),
        ({"type": "string", "format": "binary"}, "application/octet-stream", True, "argument"),
        ({"type": ["object", "null"], "properties": {"a": {"type": "string"}}}, JSON, True, "argument"),
    ],
)
def test_how_bodies_are_given(
    build: Build, schema: dict[str, Any], media_type: str, required: bool, expected: str
) -> None:
    body = methods(build, document(paths=post(schema, media_type, required)))["do"].body
    assert body is not None
    assert body.mode == expected
    assert (body.argument is None) == (body.mode is BodyMode.SPREAD)


@pytest.mark.parametrize("media_type", [JSON, "application/x-www-form-urlencoded", "multipart/form-data"])
def test_what_is_called_binary_is_a_file_only_where_files_can_be_sent(build: Build, media_type: str) -> None:
    binary = {"type": "string", "format": "binary"}
    schema = {"type": "object", "properties": {"one": binary, "all": {"type": "array", "items": binary}}}
    method = methods(
        build, document(paths=post(schema, media_type, parameters=[{"name": "q", "in": "query", "schema": binary}]))
    )["do"]
    kinds = {item.name: type_text(item.type) for item in method.arguments}
    sent = "bytes" if media_type.startswith("multipart") else "str"
    assert kinds == {"q": "str", "one": sent, "all": f"list[{sent}]"}


def test_members_that_collide_with_parameters_are_not_spread(build: Build) -> None:
    for name, argument in (("name", "body"), ("body", "body")):
        parameters = [{"name": name, "in": "query", "schema": {"type": "string"}}]
        schema = PET if name == "name" else {"type": "array", "items": PET}
        method = methods(build, document(paths=post(schema, parameters=parameters)))["do"]
        assert method.body is not None
        assert method.body.argument == ("request_body" if name == "body" else argument)


def test_read_only_members_are_no_arguments(build: Build) -> None:
    method = methods(build, document(paths=post(PET)))["do"]
    assert method.body is not None
    assert [item.api_name for item in method.body.fields] == ["tag", "name"]


def test_configuration_decides(build: Build, tmp_path: Path) -> None:
    (tmp_path / "client.toml").write_text(
        '[package]\nname = "x"\n[envelope]\nunwrap = "data"\n[operations.do]\nbody = "argument"\n[operations.raw]\nunwrap = ""\n'
    )
    envelope = {"type": "object", "properties": {"data": {"type": "array", "items": {"type": "string"}}}}
    answer = {"200": {"description": "", "content": {JSON: {"schema": envelope}}}}
    paths = {
        **post(PET),
        "/y": {"get": {"operationId": "get", "responses": answer}, "put": {"operationId": "raw", "responses": answer}},
    }
    found = methods(build, document(paths=paths), load_config(tmp_path / "client.toml"))
    assert found["do"].body is not None
    assert found["do"].body.argument == "body"
    assert {name: type_text(item.returns) for name, item in found.items() if item.returns is not None} == {
        "get": "list[str] | None",
        "raw": "RawResponse",
    }
    assert found["get"].operation.unwrap == "data"
    assert found["raw"].operation.unwrap is None


def answer(build: Build, responses: dict[str, Any], **more: Any) -> Method:
    return methods(build, document(paths={"/x": {"get": {"operationId": "do", "responses": responses, **more}}}))["do"]


def content(schema: dict[str, Any] | None, media_type: str = JSON) -> dict[str, Any]:
    return {"description": "", "content": {media_type: {"schema": schema} if schema is not None else {}}}


@pytest.mark.parametrize(
    ("responses", "kind", "expected"),
    [
        ({}, "none", "None"),
        ({"204": {"description": ""}}, "none", "None"),
        ({"200": content({"type": "string"})}, "json", "str"),
        ({"200": content(None)}, "json", "Any"),
        ({"200": content({"type": "string"}), "204": {"description": ""}}, "json", "str | None"),
        ({"200": content({"type": "string"}), "201": content({"type": "integer"})}, "json", "str | int"),
        ({"2XX": content({"type": "string"})}, "json", "str"),
        ({"default": content({"type": "string"})}, "json", "str"),
        ({"400": content({"type": "integer"}), "default": content({"type": "string"})}, "json", "str"),
        ({"302": {"description": ""}, "default": content({"type": "string"})}, "none", "None"),
        ({"200": content(None, "text/csv")}, "text", "str"),
        ({"200": content({"type": "string", "format": "binary"}, "application/pdf")}, "bytes", "bytes"),
        ({"200": content({"type": "object", "properties": {"a": {}}}, "*/*")}, "json", "DoResponse"),
        ({"200": content(None, "*/*")}, "bytes", "bytes"),
        ({"200": content({"type": "string"}, "text/event-stream")}, "events", "str"),
        ({"200": content({"type": "integer"}, "application/x-ndjson")}, "lines", "Any"),
    ],
)
def test_results(build: Build, responses: dict[str, Any], kind: str, expected: str) -> None:
    method = answer(build, responses)
    assert method.kind == kind
    assert (type_text(method.returns) if method.returns is not None else "None") == expected
    assert (method.stream_name is not None) == (
        method.kind in (ResponseKind.BYTES, ResponseKind.EVENTS, ResponseKind.LINES)
    )


def test_pages(build: Build) -> None:
    page = {"type": "object", "properties": {"data": {"$ref": "#/components/schemas/Items"}}}
    schemas = {
        "Items": {"type": "array", "items": {"$ref": "#/components/schemas/Item"}},
        "Item": {"type": "object", "properties": {"a": {}}},
    }
    paths = {"/x": {"get": {"operationId": "list", "tags": ["t"], "responses": {"200": content(page)}, "parameters": [{"name": "page", "in": "query", "schema": {"type": "integer"}}],
                            "x-pagination": {"style": "page", "page": "page", "items": "/data"}},
                    "post": {"operationId": "list_all", "tags": ["t"], "responses": {}}}}  # fmt: skip
    method = methods(build, document(paths=paths, schemas=schemas))["list"]
    assert method.pages is not None
    assert (type_text(method.pages), method.pages_name) == ("Item", "list_all_")
    assert method.page_member == "data"


@pytest.mark.parametrize(
    ("items", "unwrap", "member"),
    [
        ("/data/theItems", "", "data.the_items"),
        ("/data/theItems", "data", "the_items"),
        ("/list", "list", None),
        ("/list", "", "list_"),
        ("/missing", "", None),
    ],
)
def test_where_the_items_of_a_page_are(build: Build, items: str, unwrap: str, member: str | None) -> None:
    things = {"type": "array", "items": {"type": "string"}}
    inner = {"type": ["object", "null"], "properties": {"theItems": things}}
    page = {"type": "object", "required": ["list"], "properties": {"data": inner, "list": things}}
    paging = {"style": "link", "items": items}
    paths = {"/x": {"get": {"operationId": "get", "responses": {"200": content(page)}, "x-pagination": paging}}}
    config = replace(default_config("x"), unwrap=unwrap or None)
    assert methods(build, document(paths=paths), config)["get"].page_member == member


def test_preferred_media_types() -> None:
    def media(*kinds: str) -> str | None:
        from credkit_codegen.ir import Location, MediaType

        found = preferred(MediaType(media_type=kind, type=None, location=Location("", "")) for kind in kinds)
        return found.media_type if found else None

    assert media() is None
    assert (
        media(
            "text/html",
            "application/x-www-form-urlencoded",
            "multipart/form-data",
            "application/vnd.a+json",
            "Application/JSON; charset=utf-8",
        )
        == "Application/JSON; charset=utf-8"
    )
    assert media("text/html", "application/x-www-form-urlencoded", "multipart/form-data") == "multipart/form-data"
    assert is_json("application/problem+json; charset=utf-8")
    assert not is_json("application/x-ndjson")


def test_the_account(build: Build) -> None:
    schemes = {"bearerAuth": {"type": "http", "scheme": "bearer"}}
    item = post(PET, parameters=[{"name": "X-Trace", "in": "header", "schema": {"type": "string"}}], tags=["pets"])
    hooks = {
        "pet.born": {
            "post": {
                "requestBody": {"content": {JSON: {"schema": {"$ref": "#/components/schemas/Pet"}}}},
                "responses": {},
            }
        },
        "ping": {"post": {"responses": {}}},
    }
    api: Api = build(
        document(paths=item, components={"securitySchemes": schemes, "schemas": {"Pet": PET}}, webhooks=hooks)
    )
    assert inspect_api(api, default_config("credkit_zoo")) == {
        "package": "credkit_zoo",
        "client": "Zoo",
        "async_client": "AsyncZoo",
        "credentials": [{"scheme": "bearerAuth", "kind": "bearer", "parameter": "token"}],
        "operations": [
            {
                "operation_id": "do",
                "method": "POST",
                "path": "/x",
                "python": "pets.do",
                "parameters": [{"api_name": "X-Trace", "in": "header", "name": "x_trace", "required": False}],
                "body": {
                    "media_type": "application/json",
                    "mode": "spread",
                    "argument": None,
                    "required": True,
                    "fields": [
                        {"api_name": "tag", "name": "tag", "required": False},
                        {"api_name": "name", "name": "name", "required": True},
                    ],
                },
                "returns": "None",
                "degraded": [],
                "variants": [],
            }
        ],
        "webhooks": [{"name": "pet.born", "model": "Pet"}, {"name": "ping", "model": None}],
    }
