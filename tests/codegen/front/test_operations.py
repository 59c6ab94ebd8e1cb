"""Operations: none is dropped, each has a good name, its parameters, bodies and answers."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any

import pytest

from credkit_codegen import ir
from credkit_codegen.builder.extensions import pagination_fault
from credkit_codegen.config import load_config
from credkit_codegen.diagnostics import SpecError
from credkit_codegen.inspect import type_text
from credkit_codegen.ir import ParameterLocation
from credkit_codegen.lint.extensions import faults

from .support import Build, document, operation

OK: dict[str, Any] = {"200": {"description": "ok"}}


def op(operation_id: str | None = None, *tags: str, **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = {"responses": OK, **more}
    if operation_id is not None:
        found["operationId"] = operation_id
    if tags:
        found["tags"] = list(tags)
    return found


def python_names(build: Build, paths: dict[str, Any], **more: Any) -> dict[str, str]:
    """METHOD path -> resource.method."""
    api = build(document(paths=paths, **more))
    return {f"{item.method} {item.path}": f"{item.resource}.{item.name}" for item in api.operations}


def test_tags_and_operation_ids(build: Build) -> None:
    paths = {
        "/a": {"get": op("pets_list", "pets"), "post": op("petsCreate", "pets"), "put": op("listPets", "pets")},
        "/b": {"get": op("petsellers", "pets"), "put": op("pets", "pets"), "post": op("pets2", "pets")},
    }
    assert python_names(build, paths) == {
        "GET /a": "pets.list",
        "POST /a": "pets.create",
        "PUT /a": "pets.list_pets",
        "GET /b": "pets.petsellers",
        "PUT /b": "pets.pets",
        "POST /b": "pets.pets2",
    }


def test_an_id_that_ends_in_its_own_path_and_method_goes_without(build: Build) -> None:
    item = {"parameters": [{"name": "book_id", "in": "path", "required": True, "schema": {"type": "string"}}]}
    paths = {
        "/": {"get": op("root__get", "misc")},
        "/v1/books": {
            "get": op("read_books_v1_books_get", "books"),
            "post": op("books_add_v1_books_post", "books"),
            "put": op("v1_books_put", "books"),
        },
        "/v1/books/{book_id}": {
            **item,
            "get": op("read_book_v1_books__book_id__get", "books"),
            "put": op("read_book_v1_books_book_id_put", "books"),
        },
    }
    assert python_names(build, paths) == {
        "GET /": "misc.root",
        "GET /v1/books": "books.read_books",
        "POST /v1/books": "books.add",
        "PUT /v1/books": "books.v1_books_put",
        "GET /v1/books/{book_id}": "books.read_book",
        "PUT /v1/books/{book_id}": "books.read_book_v1_books_book_id_put",
    }


def test_ids_that_would_be_the_same_without_their_path_keep_it(build: Build, tmp_path: Path) -> None:
    paths = {
        "/a": {"get": op("read_a_get", "t")},
        "/b": {"get": op("read_b_get", "t")},
        "/c": {"get": op("find_c_get", "t"), "post": op("find", "t")},
    }
    long = {"GET /a": "t.read_a_get", "GET /b": "t.read_b_get", "GET /c": "t.find_c_get", "POST /c": "t.find"}
    assert python_names(build, paths) == long
    (tmp_path / "client.toml").write_text('[package]\nname = "x"\n[operations.read_a_get]\nname = "t.first"\n')
    api = build(document(paths=paths), config=load_config(tmp_path / "client.toml"))
    assert [item.name for item in api.operations] == ["first", "read", "find_c_get", "find"]


def test_a_short_name_that_somebody_has_is_left_to_them(build: Build) -> None:
    paths = {"/a": {"get": op("pets_list", "pets"), "post": op("list", "pets"), "put": op("pets-list", "pets")}}
    assert python_names(build, paths) == {
        "GET /a": "pets.pets_list",
        "POST /a": "pets.list",
        "PUT /a": "pets.pets_dash_list",
    }


def test_without_ids_and_tags(build: Build) -> None:
    paths = {
        "/api/v1/pets": {"get": op(), "post": op()},
        "/api/v1/pets/{petId}": {"get": op()},
        "/api/v1/pets/{petId}/toys.{format}": {"get": op()},
        "/": {"get": op()},
        "/{id}": {"get": op()},
    }
    assert python_names(build, paths) == {
        "GET /api/v1/pets": "pets.get_api_v1_pets",
        "POST /api/v1/pets": "pets.post_api_v1_pets",
        "GET /api/v1/pets/{petId}": "pets.get_api_v1_pets_by_pet_id",
        "GET /api/v1/pets/{petId}/toys.{format}": "pets.get_api_v1_pets_by_pet_id_toys_format",
        "GET /": "root.get",
        "GET /{id}": "root.get_by_id",
    }


def test_duplicate_and_hostile_ids(build: Build) -> None:
    ids = ["same", "same", "", "class", "with_raw_response", "日本", "a.b", "a/b", "__init__", "1"]
    paths = {f"/p{index}": {"get": op(text, "t")} for index, text in enumerate(ids)}
    api = build(document(paths=paths))
    assert len(api.operations) == len(ids)
    names = [item.name for item in api.operations]
    assert len(set(names)) == len(ids)
    assert all(name.isidentifier() for name in names)
    assert [item.named for item in api.operations[:3]] == [True, False, False]
    assert len({item.operation_id for item in api.operations}) == len(ids)


def test_resources_avoid_what_the_client_and_the_package_have(build: Build) -> None:
    paths = {
        f"/{index}": {"get": op(f"o{index}", tag)}
        for index, tag in enumerate(["models", "close", "Operation", "Pets", "pets", "2FA", "日本"])
    }
    api = build(document(paths=paths, tags=[{"name": "Pets", "description": "Animals."}]))
    found = {item.name: (item.class_name, item.module, item.description) for item in api.resources}
    assert found == {
        "models": ("Models", "models_", None),
        "close_": ("Close", "close", None),
        "operation": ("OperationResource", "operation", None),
        "pets": ("Pets", "pets", "Animals."),
        "group_2fa": ("Group2FA", "group_2fa", None),
        "日本": ("日本", "日本", None),
    }


def test_thousands_of_tags(build: Build) -> None:
    paths = {f"/p{index}": {"get": op(f"get{index}", f"Tag {index}")} for index in range(2000)}
    api = build(document(paths=paths))
    assert len({item.module for item in api.resources}) == len({item.class_name for item in api.resources}) == 2000


def test_configured_operation_names(build: Build, tmp_path: Path) -> None:
    (tmp_path / "client.toml").write_text(
        '[package]\nname = "x"\n[operations.issueIt]\nname = "credentials.issue"\narguments = { "filter.id" = "id" }\n'
    )
    parameter = {"name": "filter.id", "in": "query", "schema": {"type": "string"}}
    api = build(
        document(paths={"/a": {"post": op("issueIt", "t", parameters=[parameter])}}),
        config=load_config(tmp_path / "client.toml"),
    )
    (found,) = api.operations
    assert (found.resource, found.name, found.parameters[0].name) == ("credentials", "issue", "id")


def test_every_method_of_a_path_item(build: Build) -> None:
    methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"]
    item = {method: op() for method in methods} | {"additionalOperations": {"COPY": op()}, "summary": "s", "x-a": {}}
    api = build(document(version="3.2.0", paths={"/a": item, "x-internal": {"get": op()}}))
    assert [found.method for found in api.operations] == [*(method.upper() for method in methods), "COPY"]
    retries = {found.method: found.retry for found in api.operations}
    assert {method for method, retry in retries.items() if retry is ir.RetryClass.SAFE} == {
        "GET",
        "HEAD",
        "OPTIONS",
        "TRACE",
        "QUERY",
    }


def test_path_items_behind_references(build: Build) -> None:
    paths = {"/a": {"$ref": "#/components/pathItems/shared", "post": op("own")}, "/b": {"$ref": "#/paths/~1a"}}
    api = build(document(paths=paths, components={"pathItems": {"shared": {"get": op("shared")}}}))
    assert [(item.method, item.path) for item in api.operations] == [
        ("GET", "/a"),
        ("POST", "/a"),
        ("GET", "/b"),
        ("POST", "/b"),
    ]


def test_a_path_item_that_leads_nowhere_is_refused(build: Build) -> None:
    with pytest.raises(SpecError, match="ref-unresolved"):
        build(document(paths={"/a": {"$ref": "#/components/pathItems/none"}}))


# --- parameters ----------------------------------------------------------------------------------------------------


def query(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": {"type": "string"}, **more}


def test_parameters_of_path_item_and_operation(build: Build) -> None:
    item = {
        "parameters": [query("limit"), {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}],
        "get": op(
            "a", parameters=[query("limit", required=True), {"name": "id", "in": "query", "schema": {"type": "string"}}]
        ),
        "put": op("b"),
    }
    api = build(document(paths={"/x/{id}": item}))
    assert [(p.name, p.api_name, str(p.location_in), p.required) for p in operation(api, "a").parameters] == [
        ("limit", "limit", "query", True),
        ("id", "id", "path", True),
        ("query_id", "id", "query", False),
    ]
    assert [p.name for p in operation(api, "b").parameters] == ["limit", "id"]


def test_headers_are_one_in_whatever_letters(build: Build) -> None:
    text, number = {"type": "string"}, {"type": "integer"}
    shared = [{"in": "header", "name": "X-Trace", "schema": text}, {"in": "query", "name": "X-Trace", "schema": text}]
    own = [
        {"in": "header", "name": "x-trace", "schema": number, "required": True},
        {"in": "header", "name": "X-TRACE", "schema": text},
        {"in": "query", "name": "x-trace", "schema": text},
    ]
    api = build(document(paths={"/a": {"parameters": shared, "get": op("a", parameters=own)}}))
    found = operation(api, "a").parameters
    assert [(item.location_in.value, item.api_name) for item in found] == [
        ("query", "X-Trace"),
        ("header", "x-trace"),
        ("query", "x-trace"),
    ]
    assert ["in other letters" in note.reason for note in api.degraded] == [True]


def test_names_of_parameters(build: Build) -> None:
    names = [
        "filter.id",
        "filter[id]",
        "filter_id",
        "X-Request-Id",
        "self",
        "options",
        "class",
        "DateCreated<",
        "DateCreated>",
        "2fa",
        "",
    ]
    api = build(document(paths={"/x": {"get": op("a", parameters=[query(name) for name in names])}}))
    found = {p.api_name: p.name for p in operation(api, "a").parameters}
    assert found == {
        "filter.id": "filter_dot_id",
        "filter[id]": found["filter[id]"],
        "filter_id": "filter_id",
        "X-Request-Id": "x_request_id",
        "self": "self_",
        "options": "options_",
        "class": "class_",
        "DateCreated<": "date_created_lt",
        "DateCreated>": "date_created_gt",
        "2fa": "value_2fa",
        "": "empty",
    }
    assert len(set(found.values())) == len(names)


def test_styles_content_and_ignored_headers(build: Build) -> None:
    parameters = [
        query("ids", style="pipeDelimited", explode=False, allowReserved=True, deprecated=True),
        {
            "name": "filter",
            "in": "query",
            "content": {"application/json": {"schema": {"type": "object", "properties": {"a": {"type": "string"}}}}},
        },
        query("odd", style="matrix"),
        {"name": "Accept", "in": "header", "schema": {"type": "string"}},
        {"name": "authorization", "in": "header", "schema": {"type": "string"}},
        {"name": "X-Key", "in": "header", "x-secret": True, "schema": {"type": "string"}},
        {"name": "session", "in": "cookie", "schema": {"type": "string", "default": "x"}},
    ]
    api = build(document(paths={"/x": {"get": op("a", parameters=parameters)}}))
    ids, filter_, odd, key, session = operation(api, "a").parameters
    assert (ids.style, ids.explode, ids.allow_reserved, ids.deprecated) == ("pipeDelimited", False, True, True)
    assert (filter_.content, type_text(filter_.type)) == ("application/json", "AFilter")
    assert odd.style is None
    assert key.secret
    assert (session.location_in, session.has_default, session.default) == (ParameterLocation.COOKIE, True, "x")
    assert operation(api, "a").degraded == (
        '/paths/~1x/get/parameters/2: style "matrix" is none of a query parameter; the default is used',
    )


def test_paths_and_parameters_that_do_not_fit(build: Build) -> None:
    parameters = [
        {"name": "other", "in": "path", "required": True, "schema": {"type": "string"}},
        {"in": "query"},
        {"$ref": "#/nowhere"},
    ]
    api = build(document(paths={"/x/{id}": {"get": op("a", parameters=parameters)}}))
    found = operation(api, "a")
    assert [(p.name, p.required, type_text(p.type)) for p in found.parameters] == [("id", True, "str")]
    assert len(found.degraded) == 4


# --- bodies and answers --------------------------------------------------------------------------------------------


def body(content: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"content": content, **more}


def test_several_media_types(build: Build) -> None:
    a = {"type": "object", "properties": {"a": {"type": "string"}}}
    b = {"type": "object", "properties": {"b": {"type": "string"}}}
    content = {"multipart/form-data": {"schema": b}, "application/json": {"schema": a}, "text/csv": {}}
    api = build(document(paths={"/x": {"post": op("do", requestBody=body(content))}}))
    request = operation(api, "do").body
    assert request is not None
    assert not request.required
    assert {media.media_type: type_text(media.type) if media.type else None for media in request.content} == {
        "multipart/form-data": "DoFormRequest",
        "application/json": "DoRequest",
        "text/csv": None,
    }


def test_form_parts(build: Build) -> None:
    schema = {
        "type": "object",
        "properties": {
            "file": {"type": "string", "format": "binary", "x-max-bytes": 5242880},
            "files": {"type": "array", "items": {"type": "string", "format": "binary"}},
            "meta": {"type": "object", "properties": {"a": {"type": "string"}}},
        },
    }
    encoding = {
        "file": {"contentType": "image/png, image/jpeg"},
        "meta": {"contentType": "application/json", "style": "deepObject", "explode": True},
    }
    api = build(
        document(
            paths={
                "/x": {
                    "post": op(
                        "do", requestBody=body({"multipart/form-data": {"schema": schema, "encoding": encoding}})
                    )
                }
            }
        )
    )
    request = operation(api, "do").body
    assert request is not None
    assert request.content[0].parts == (
        ir.Part(api_name="file", content_types=("image/png", "image/jpeg"), max_bytes=5242880, file=True),
        ir.Part(api_name="files", file=True),
        ir.Part(api_name="meta", content_types=("application/json",), style="deepObject", explode=True),
    )


def test_a_part_that_is_a_file_or_something_else_is_what_is_given(build: Build) -> None:
    file = {"type": "string", "format": "binary"}
    schemas = {
        "Known": {"type": "object", "properties": {"id": {"type": "string"}}},
        "Nested": {"anyOf": [{"type": "array", "items": {"$ref": "#/components/schemas/Nested"}}, file]},
    }
    members = {
        "either": {"oneOf": [{"$ref": "#/components/schemas/Known"}, file]},
        "text": {"anyOf": [file, {"type": "string"}]},
        "nullable": {"oneOf": [file, {"type": "null"}]},
        "one_or_more": {"anyOf": [file, {"type": "array", "items": file}]},
        "nested": {"$ref": "#/components/schemas/Nested"},
    }
    request_body = body({"multipart/form-data": {"schema": {"type": "object", "properties": members}}})
    api = build(document(paths={"/x": {"post": op("do", requestBody=request_body)}}, schemas=schemas))
    request = operation(api, "do").body
    assert request is not None
    assert {part.api_name: part.file for part in request.content[0].parts} == {
        "either": False,
        "text": False,
        "nullable": True,
        "one_or_more": True,
        "nested": False,
    }


def test_responses(build: Build) -> None:
    responses = {
        "200": {"$ref": "#/components/responses/Good"},
        "4xx": {"description": "bad", "x-error-codes": [{"code": "NOT_FOUND", "description": "Gone."}, {"nope": 1}]},
        "520": {"description": "odd"},
        "default": {
            "description": "else",
            "content": {"application/json": {"schema": {"type": "object", "properties": {"e": {"type": "string"}}}}},
        },
        "x-note": {"description": "no response"},
    }
    good = {
        "description": "good",
        "headers": {
            "X-Next": {"required": True, "schema": {"type": "integer"}},
            "Content-Type": {"schema": {"type": "string"}},
        },
        "content": {
            "application/json": {
                "schema": {"type": "object", "properties": {"a": {"type": "string"}}},
                "examples": {
                    "one": {"value": {"a": "b"}, "summary": "One"},
                    "two": {"$ref": "#/components/examples/two"},
                },
            },
        },
    }
    api = build(
        document(
            paths={"/x": {"get": op("do", responses=responses)}},
            components={"responses": {"Good": good}, "examples": {"two": {"value": {"a": "c"}}}},
        )
    )
    found = {item.status: item for item in operation(api, "do").responses}
    assert list(found) == ["200", "4XX", "520", "default"]
    assert found["200"].headers == (
        ir.Header(api_name="X-Next", type=ir.Scalar(kind=ir.ScalarKind.INTEGER), required=True),
    )
    assert found["4XX"].codes == (ir.ErrorCode(code="NOT_FOUND", description="Gone."),)
    assert [(example.name, example.value) for example in found["200"].content[0].examples] == [
        ("one", {"a": "b"}),
        ("two", {"a": "c"}),
    ]
    assert {item.name for item in api.schemas} == {"GoodResponse", "DoDefaultResponse"}


def test_extensions(build: Build) -> None:
    more = {
        "parameters": [{"name": name, "in": "query", "schema": {"type": "integer"}} for name in ("page", "limit")],
        "x-retry": "target-state",
        "x-idempotency": {"header": "Idempotency-Key"},
        "x-rate-limit": {"calls": 2, "per": 60, "scope": "user"},
        "x-pagination": {
            "style": "page",
            "page": "page",
            "size": "limit",
            "sizeMax": 100,
            "items": "/data",
            "next": "/links/next",
        },
        "x-source": {"page": "start", "basis": "inferred", "note": "n"},
    }
    info = {"title": "T", "version": "1", "x-sources": {"start": "https://docs.example.com/start"}}
    api = build({**document(paths={"/x": {"post": op("do", **more)}}), "info": info})
    found = operation(api, "do")
    assert found.retry is ir.RetryClass.TARGET_STATE
    assert found.idempotency == ir.Idempotency(header="Idempotency-Key")
    assert found.rate_limit == ir.RateLimit(calls=2, per_seconds=60.0, scope="user")
    assert found.pagination == ir.Pagination(
        style="page", items="/data", page="page", size="limit", size_max=100, next="/links/next"
    )
    assert found.source == ir.Source(page="https://docs.example.com/start", basis="inferred", note="n")
    assert found.docs_url == "https://docs.example.com/start"


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"style": "page", "cursor": "page", "items": "/data"}, "style page needs `page`"),
        ({"style": "cursor", "page": "page", "items": "/data"}, "style cursor needs `next`"),
        ({"style": "pages", "page": "page", "items": "/data"}, "expected `style` to be page, cursor, offset or link"),
        ({"style": "page", "page": "page", "items": "data"}, "expected `items` to be a JSON pointer"),
        ({"style": "page", "page": "seite", "items": "/data"}, '"seite" is no query parameter'),
        ({"style": "page", "page": "page", "items": "/data", "hasmore": "/more"}, '"hasmore" is none of its members'),
        ({"style": "page", "page": "page", "items": "/data", "next": 3}, "expected `next` to be a JSON pointer"),
        ({"style": "page", "page": "page", "items": "/data", "start": "1"}, "expected `start` to be a whole number"),
        (True, "expected a mapping"),
    ],
)
def test_pagination_that_could_not_be_followed_is_told_and_left_out(build: Build, given: Any, reason: str) -> None:
    parameters = [{"name": "page", "in": "query", "schema": {"type": "integer"}}]
    api = build(document(paths={"/x": {"get": op("list", parameters=parameters, **{"x-pagination": given})}}))
    assert operation(api, "list").pagination is None
    (told,) = api.degraded
    assert told.location.pointer == "/paths/~1x/get/x-pagination"
    assert told.reason.startswith(f"x-pagination: {reason}")
    assert operation(api, "list").degraded


PAGING_MEMBERS: list[dict[str, Any]] = [
    {}, {"page": ""}, {"page": 1}, {"next": "/n"}, {"next": ""}, {"next": "n"}, {"size": ""}, {"size": "s"}, {"pageSize": "/s"},
    {"hasMore": "/m"}, {"hasMore": True}, {"sizeMax": 0}, {"sizeMax": 1}, {"start": 0}, {"start": -1}, {"start": True}, {"hasmore": "/m"},
]  # fmt: skip


@pytest.mark.parametrize("style", ["page", "cursor", "offset", "link", "pages", 1])
@pytest.mark.parametrize("beside", [{}, {"page": "p"}, {"page": "p", "next": "/n"}], ids=str)
def test_lint_and_build_take_the_same_paginations(style: Any, beside: dict[str, Any]) -> None:
    for items, members in product([{"items": "/data"}, {"items": ""}, {"items": "data"}, {}], PAGING_MEMBERS):
        given = {"style": style, **items, **beside, **members}
        assert (pagination_fault(given) is None) == (faults("x-pagination", given) == []), given


def test_secrets(build: Build) -> None:
    offer = {
        "type": "object",
        "properties": {
            "uri": {"type": "string", "x-secret": True},
            "a/b": {"type": "string", "x-secret": True},
            "next": {"$ref": "#/components/schemas/Offer"},
        },
    }
    content = {
        "application/json": {
            "schema": {
                "type": "object",
                "properties": {"offers": {"type": "array", "items": {"$ref": "#/components/schemas/Offer"}}},
            }
        }
    }
    paths = {
        "/x": {"get": op("do", responses={"200": {"description": "", "content": content}})},
        "/y": {"get": op("other")},
    }
    api = build(document(paths=paths, schemas={"Offer": offer}))
    assert operation(api, "do").secrets == ("/offers/*/a~1b", "/offers/*/uri")
    assert operation(api, "other").secrets == ()


def test_what_schemas_lose_reaches_the_operations_that_use_them(build: Build) -> None:
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Outer"}}}
    paths = {
        "/x": {"get": op("do", responses={"200": {"description": "", "content": content}})},
        "/y": {"get": op("other")},
    }
    schemas = {
        "Outer": {"type": "object", "properties": {"inner": {"$ref": "#/components/schemas/Inner"}}},
        "Inner": {"type": "object", "properties": {"a": {"type": "string", "enum": []}}},
    }
    api = build(document(paths=paths, schemas=schemas))
    assert operation(api, "do").degraded == (
        "/components/schemas/Inner/properties/a: an empty enum allows nothing; read as its type",
    )
    assert operation(api, "other").degraded == ()


def test_webhooks_and_callbacks(build: Build) -> None:
    event = {
        "requestBody": body(
            {"application/json": {"schema": {"type": "object", "properties": {"id": {"type": "string"}}}}}
        ),
        "responses": OK,
    }
    extensions: dict[str, Any] = {
        "x-webhook-id-header": "webhook-id",
        "x-webhook-signature": {"scheme": "hmac", "header": "X-Sig", "tolerance": 60},
    }
    callbacks = {"onDone": {"{$request.body#/url}": {"post": event}}}
    api = build(
        document(
            paths={"/x": {"post": op("start", callbacks=callbacks)}},
            webhooks={
                "pet.created": {"post": {**event, "x-webhook-event": {"pointer": "/type", "value": "created"}}},
                "pet-created": {"post": {"responses": OK}},
            },
            **extensions,
        )
    )
    assert [(hook.name, hook.api_name, hook.callback_of) for hook in api.webhooks] == [
        ("pet_dot_created", "pet.created", None),
        ("pet_dash_created", "pet-created", None),
        ("on_done", "onDone", "start"),
    ]
    assert api.webhooks[0].match == ("/type", "created")
    assert [type_text(hook.type) if hook.type else None for hook in api.webhooks] == [
        "PetCreatedEvent",
        None,
        "StartOnDoneEvent",
    ]
    assert api.webhook_id_header == "webhook-id"
    assert api.webhook_signature == ir.WebhookSignature(scheme="hmac", header="X-Sig", tolerance_seconds=60)


def test_sent_and_received_shapes(build: Build) -> None:
    pet = {
        "type": "object",
        "required": ["id", "name", "pin"],
        "properties": {
            "id": {"type": "string", "readOnly": True},
            "name": {"type": "string"},
            "pin": {"type": "string", "writeOnly": True},
            "tags": {"type": "array", "items": {"$ref": "#/components/schemas/Tag"}},
        },
    }
    tag = {"type": "object", "properties": {"seen": {"type": "string", "readOnly": True}}}
    answer = {"type": "object", "required": ["at"], "properties": {"at": {"type": "string", "readOnly": True}}}
    json = {"application/json": {"schema": {"$ref": "#/components/schemas/Pet"}}}
    paths = {
        "/x": {
            "post": op(
                "do",
                requestBody=body(json),
                responses={
                    "200": {"description": "", "content": json},
                    "201": {
                        "description": "",
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Answer"}}},
                    },
                },
            )
        }
    }
    api = build(document(paths=paths, schemas={"Pet": pet, "Tag": tag, "Answer": answer}))
    shapes = {
        item.name: [prop.api_name for prop in item.properties]
        for item in api.schemas
        if isinstance(item, ir.ObjectSchema)
    }
    assert shapes == {
        "Pet": ["id", "name", "tags"],
        "PetInput": ["name", "pin", "tags"],
        "Tag": ["seen"],
        "Answer": ["at"],
    }
    request = operation(api, "do").body
    assert request is not None
    assert request.content[0].type == ir.Named(name="PetInput")
