"""What real documents do beyond the letter of the specification, and what the specification has for few of them."""

from __future__ import annotations

from typing import Any

import pytest

from credkit_codegen.config import default_config
from credkit_codegen.inspect import inspect_api
from credkit_codegen.ir import Api
from credkit_codegen.methods import Method, build_methods
from credkit_codegen.results import ResponseKind

from .support import Build, alias, document, fields, operation

JSON = "application/json"
OK: dict[str, Any] = {"200": {"description": "ok"}}
THING = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}


def methods(api: Api) -> dict[str, Method]:
    return {method.name: method for method in build_methods(api, default_config("test_api"))}


def body(**content: Any) -> dict[str, Any]:
    """An operation with that request body."""
    return {
        "/x": {"post": {"operationId": "send", "tags": ["t"], "requestBody": {"content": content}, "responses": OK}}
    }


# --- references ------------------------------------------------------------------------------------------------------


def test_operations_that_stand_in_files_of_their_own(build: Build) -> None:
    list_ = "operationId: list\ntags: [Things]\nparameters: [{$ref: 'shared parts/page.yml'}]\nresponses: {'200': {description: ok}}\n"
    api = build(
        document(
            paths={"/a": {"get": {"$ref": "list.yml"}}, "/b": {"get": {"$ref": "list.yml"}, "post": {"$ref": "no.yml"}}}
        ),
        files={
            "list.yml": list_.replace("shared parts", "shared%20parts"),
            "shared parts/page.yml": "{name: page, in: query}",
        },
    )
    assert [(item.method, item.path, item.operation_id) for item in api.operations] == [
        ("GET", "/a", "list"),
        ("GET", "/b", "getB"),
        ("POST", "/b", "postB"),
    ]
    assert [item.api_name for item in api.operations[0].parameters] == ["page"]
    assert len({(item.resource, item.name) for item in api.operations}) == 3


def test_descriptions_that_stand_elsewhere(build: Build) -> None:
    api = build(
        {**document(), "info": {"title": "T", "version": "1", "description": {"$ref": "texts.yml#/intro"}}},
        files={"texts.yml": "intro: Hello.\n"},
    )
    assert api.description == "Hello."


def test_identifiers_of_schemas_and_of_the_document(build: Build) -> None:
    schemas = {
        "A": {
            "$id": "https://schemas.example/a",
            "type": "object",
            "properties": {
                "own": {"$ref": "#/$defs/part"},
                "absolute": {"$ref": "https://schemas.example/b#/properties/n"},
                "relative": {"$ref": "b"},
                "anchored": {"$ref": "#leaf"},
                "document": {"$ref": "#/components/schemas/B"},
                "self": {"$ref": "https://api.example/v1/api.json#/components/schemas/B"},
            },
            "$defs": {"part": {"type": "integer"}, "leaf": {"$anchor": "leaf", "type": "boolean"}},
        },
        "B": {"$id": "https://schemas.example/b", "type": "object", "properties": {"n": {"type": "number"}}},
    }
    own: dict[str, Any] = {"$self": "https://api.example/v1/api.json"}
    api = build(document(schemas=schemas, version="3.2.0", **own))
    assert fields(api, "A") == {
        "own": "int",
        "absolute": "float | int",
        "relative": "B",
        "anchored": "bool",
        "document": "B",
        "self": "B",
    }
    assert not api.degraded


def test_a_pointer_from_the_document_wins_where_an_id_is_decoration(build: Build) -> None:
    schemas = {
        "A": {"$id": "#A", "type": "object", "properties": {"b": {"$ref": "#/components/schemas/B"}}},
        "B": {"$id": "B", "type": "object", "properties": {"a": {"$ref": "#/components/schemas/A"}}},
    }
    api = build(document(schemas=schemas))
    assert (fields(api, "A"), fields(api, "B")) == ({"b": "B"}, {"a": "A"})


def test_dynamic_references(build: Build) -> None:
    tree = {
        "$dynamicAnchor": "node",
        "type": "object",
        "properties": {"below": {"type": "array", "items": {"$dynamicRef": "#node"}}},
    }
    page = {"type": "object", "properties": {"items": {"type": "array", "items": {"$dynamicRef": "#T"}}}}
    anchors = {"One": {"$dynamicAnchor": "T", "type": "string"}, "Two": {"$dynamicAnchor": "T", "type": "integer"}}
    api = build(document(schemas={"Tree": tree, "Page": page, **anchors}))
    assert fields(api, "Tree") == {"below": "list[Tree]"}
    assert fields(api, "Page") == {"items": "list[Any]"}
    assert [item.reason for item in api.degraded] == ['"#T" depends on where it is used; read as any value']


# --- bodies and answers ----------------------------------------------------------------------------------------------


def test_each_further_request_media_type_is_a_method_of_its_own(build: Build) -> None:
    form = {
        "schema": {
            "type": "object",
            "required": ["file"],
            "properties": {"file": {"type": "string", "format": "binary"}},
        }
    }
    typed = {"schema": THING}
    content = {
        "text/plain": {"schema": {"type": "string"}},
        JSON: typed,
        "text/json": typed,
        "application/*+json": typed,
        "application/json; version=2": typed,
        "multipart/form-data": form,
        "application/x-www-form-urlencoded": typed,
        "application/vnd.a.b+json": {"schema": {"type": "array", "items": THING}},
    }
    api = build(document(paths=body(**content)))
    found = methods(api)
    assert {
        name: (item.body.media.media_type, [one.name for one in item.arguments])
        for name, item in found.items()
        if item.body
    } == {
        "send": (JSON, ["body"]),
        "send_text": ("text/plain", ["body"]),
        "send_multipart": ("multipart/form-data", ["body"]),
        "send_form": ("application/x-www-form-urlencoded", ["body"]),
        "send_vnd_a_b": ("application/vnd.a.b+json", ["body"]),
    }
    account = inspect_api(api, default_config("test_api"))["operations"]
    assert isinstance(account, list)
    (only,) = account
    assert isinstance(only, dict)
    assert isinstance(only["variants"], list)
    assert len(only["variants"]) == 4


def test_patch_formats_with_one_schema_differ_in_meaning(build: Build) -> None:
    patch = {"schema": {"type": "object"}}
    api = build(document(paths=body(**{"application/json-patch+json": patch, "application/merge-patch+json": patch})))
    assert list(methods(api)) == ["send", "send_merge_patch"]


def test_a_method_whose_name_a_variant_would_take_keeps_it(build: Build) -> None:
    paths = body(**{JSON: {"schema": THING}, "text/plain": {}})
    paths["/y"] = {"get": {"operationId": "send_text", "tags": ["t"], "responses": OK}}
    found = methods(build(document(paths=paths)))
    assert (found["send_text"].operation.path, found["send_text_"].operation.path) == ("/y", "/x")


def test_events_beside_json_are_streamed_by_a_method_of_their_own(build: Build) -> None:
    answer = {"200": {"content": {JSON: {"schema": THING}, "text/event-stream": {"schema": {"type": "integer"}}}}}
    api = build(document(paths={"/x": {"post": {"operationId": "ask", "responses": answer}}}))
    (method,) = methods(api).values()
    assert (method.kind, method.stream_name) == (ResponseKind.JSON, "ask_stream")
    assert method.item == operation(api, "ask").responses[0].content[1].type


def test_item_schemas_of_events_describe_the_event_around_the_data(build: Build) -> None:
    data = {"type": "string", "contentMediaType": JSON, "contentSchema": {"$ref": "#/components/schemas/Thing"}}
    event = {"itemSchema": {"type": "object", "properties": {"event": {"type": "string"}, "data": data}}}
    paths = {"/x": {"get": {"operationId": "watch", "responses": {"200": {"content": {"text/event-stream": event}}}}}}
    account = build(document(paths=paths, schemas={"Thing": THING}, version="3.2.0"))
    (method,) = methods(account).values()
    assert str(method.item) == "Named(name='Thing')"


@pytest.mark.parametrize(
    ("schema", "returns"),
    [
        ({"type": "string"}, "str | bytes"),
        ({"type": "integer"}, "int"),
        ({"type": "string", "format": "binary"}, "bytes"),
        (THING, "GetXResponse"),
    ],
)
def test_anything_is_read_as_the_server_labels_it(build: Build, schema: dict[str, Any], returns: str) -> None:
    paths = {"/x": {"get": {"responses": {"200": {"content": {"*/*": {"schema": schema}}}}}}}
    accounts = inspect_api(build(document(paths=paths)), default_config("test_api"))["operations"]
    assert isinstance(accounts, list)
    assert [item["returns"] for item in accounts if isinstance(item, dict)] == [returns]


def test_media_types_that_no_header_can_carry(build: Build) -> None:
    api = build(document(paths=body(json={"schema": THING}, **{"application/xml;": {}})))
    assert [item.body.content[0].media_type for item in api.operations if item.body] == [JSON, "application/xml"]
    assert operation(api, "send").degraded == (
        '/paths/~1x/post/requestBody/content/json: "json" is no media type; read as application/json',
    )


def test_what_slipped_in_beside_the_media_types_is_left_out_and_told(build: Build) -> None:
    stray = {"examples": {"first": {"value": {"name": "Ann"}}}}
    api = build(document(paths=body(**{JSON: {"schema": THING}}, **stray)))
    assert [[media.media_type for media in item.body.content] for item in api.operations if item.body] == [[JSON]]
    assert operation(api, "send").degraded == (
        '/paths/~1x/post/requestBody/content/examples: "examples" is no media type; left out',
    )
    alone = build(document(paths=body(**stray)))
    assert [item.body.content[0].media_type for item in alone.operations if item.body] == ["application/octet-stream"]


def test_an_answer_of_no_media_type_may_be_anything(build: Build) -> None:
    answer = {"200": {"content": {"open/api/client": {"schema": {"type": "string"}}}}}
    api = build(document(paths={"/x": {"get": {"operationId": "get", "responses": answer}}}))
    assert [media.media_type for media in operation(api, "get").responses[0].content] == ["*/*"]


@pytest.mark.parametrize(("method", "status"), [("delete", "204"), ("put", "205"), ("get", "304"), ("head", "200")])
def test_answers_that_http_sends_without_a_body(build: Build, method: str, status: str) -> None:
    answer = {status: {"content": {JSON: {"schema": THING}}}}
    api = build(document(paths={"/x": {method: {"operationId": "run", "responses": answer}}}))
    assert [item.content for item in operation(api, "run").responses] == [()]
    assert len(operation(api, "run").degraded) == 1
    assert not api.schemas


def test_a_header_with_a_name_that_cannot_be_sent_is_told(build: Build) -> None:
    headers = [{"name": name, "in": "header", "schema": {"type": "string"}} for name in ("my header", "X-A")]
    api = build(document(paths={"/x": {"get": {"operationId": "get", "parameters": headers, "responses": OK}}}))
    assert [item.api_name for item in operation(api, "get").parameters] == ["my header", "X-A"]
    assert len(operation(api, "get").degraded) == 1


def test_headers_that_frame_a_message_are_left_to_the_transport(build: Build) -> None:
    headers = [
        {"name": name, "in": "header", "schema": {"type": "string"}} for name in ("Content-Length", "Host", "X-A")
    ]
    api = build(document(paths={"/x": {"get": {"operationId": "get", "parameters": headers, "responses": OK}}}))
    assert [item.api_name for item in operation(api, "get").parameters] == ["X-A"]
    assert len(operation(api, "get").degraded) == 2


# --- schemas ---------------------------------------------------------------------------------------------------------


def test_a_member_that_children_narrow_each_their_way_is_not_that_of_the_first_child(build: Build) -> None:
    kinds = {name: [f"{name}_{number}_{'x' * 30}" for number in range(3)] for name in ("cat", "dog")}
    base = {"$ref": "#/components/schemas/Pet/allOf/0"}
    children = {
        name.title(): {"allOf": [base, {"properties": {"kind": {"type": "string", "enum": values}}}]}
        for name, values in kinds.items()
    }
    pet = {"allOf": [{"type": "object", "properties": {"kind": {"type": "string"}}}, {"properties": {"name": {}}}]}
    api = build(document(schemas={"Pet": pet, **children}))
    for name, values in kinds.items():
        assert fields(api, name.title())["kind"] == f"{name.title()}Kind"
        assert alias(api, f"{name.title()}Kind") == f"Literal[{', '.join(map(repr, values))}]"


def test_an_object_among_several_types_is_a_class_and_no_union_of_itself(build: Build) -> None:
    either = {"type": ["array", "object", "null"], "items": {"type": "string"}, "properties": {"x": {"type": "string"}}}
    api = build(document(schemas={"A": {"type": "object", "properties": {"b": either}}, "C": either}))
    assert fields(api, "A") == {"b": "list[str] | AB | None"}
    assert fields(api, "AB") == {"x": "str"}
    assert alias(api, "C") == "list[str] | CObject"


def test_fields_called_like_a_class_do_not_hide_it(build: Build) -> None:
    schemas = {
        "名前": {
            "type": "object",
            "properties": {"名前": {"$ref": "#/components/schemas/名前"}, "名前_": {"type": "string"}},
        }
    }
    api = build(document(schemas=schemas))
    assert list(fields(api, "名前").values()) == ["名前", "str"]
    assert "名前" not in fields(api, "名前")
    assert len(fields(api, "名前")) == 2


def test_read_only_is_also_what_a_property_refers_to(build: Build) -> None:
    schemas = {
        "Id": {"type": "string", "readOnly": True},
        "Key": {"type": "string", "writeOnly": True},
        "A": {
            "type": "object",
            "required": ["id", "key"],
            "properties": {"id": {"$ref": "#/components/schemas/Id"}, "key": {"$ref": "#/components/schemas/Key"}},
        },
    }
    media = {"content": {JSON: {"schema": {"$ref": "#/components/schemas/A"}}}}
    api = build(document(paths={"/x": {"post": {"requestBody": media, "responses": {"200": media}}}}, schemas=schemas))
    assert fields(api, "A") == {"id*": "Id"}
    assert fields(api, "AInput") == {"key*": "Key"}


@pytest.mark.parametrize(("version", "arguments"), [("3.0.3", ["name", "total"]), ("3.1.0", ["name"])])
def test_read_only_beside_a_reference_counts_from_3_1_on_and_before_where_nobody_could_send(
    build: Build, version: str, arguments: list[str]
) -> None:
    marked = {"$ref": "#/components/schemas/Money", "readOnly": True}
    order = {
        "type": "object",
        "required": ["fee"],
        "properties": {"name": {"type": "string"}, "total": marked, "fee": marked},
    }
    schemas = {"Money": {"type": "object", "properties": {"cents": {"type": "integer"}}}}
    api = build(document(version=version, paths=body(**{JSON: {"schema": order}}), schemas=schemas))
    found = methods(api)["send"].body
    assert found is not None
    assert [field.api_name for field in found.fields] == arguments


def test_a_base_that_is_itself_one_of_its_variants(build: Build) -> None:
    tag = {"propertyName": "type", "mapping": {"#guest": "#/components/schemas/Guest"}}
    own = {
        "type": "object",
        "required": ["type"],
        "properties": {"type": {"type": "string", "default": "#user"}},
        "discriminator": tag,
    }
    schemas = {
        "User": {"allOf": [{"type": "object", "properties": {"id": {"type": "string"}}}, own]},
        "Guest": {
            "allOf": [
                {"$ref": "#/components/schemas/User"},
                {"type": "object", "properties": {"of": {"type": "string"}}},
            ]
        },
    }
    api = build(document(schemas=schemas))
    assert alias(api, "User") == "UserBase | Guest"
    assert fields(api, "UserBase")["type*"] == "Literal['#user']"
    assert fields(api, "Guest")["type*"] == "Literal['#guest']"
