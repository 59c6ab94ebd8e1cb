"""Schemas of every form become types, classes and aliases."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

import pytest

from credkit_codegen import ir, load
from credkit_codegen.config import SchemaConfig, default_config
from credkit_codegen.inspect import type_text
from credkit_codegen.ir import ScalarKind
from credkit_codegen.positions import Place, locate_yaml

from .support import Build, alias, document, fields, object_schema, schema


def of(build: Build, schema: Any, version: str = "3.1.0", **others: Any) -> str:
    """The type of one property with this schema, as text."""
    source = document(schemas={"Owner": {"type": "object", "properties": {"it": schema}}, **others}, version=version)
    return fields(build(source), "Owner")["it"]


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "string"}, "str"),
        ({"type": "string", "format": "date-time"}, "datetime"),
        ({"type": "string", "format": "date-time", "example": "yesterday"}, "str"),
        ({"type": "string", "format": "date-time", "examples": ["2024-01-02T03:04:05Z"]}, "datetime"),
        ({"type": "string", "format": "date"}, "date"),
        ({"type": "string", "format": "uuid"}, "UUID"),
        ({"type": "string", "format": "uuid", "example": "abc"}, "str"),
        ({"type": "string", "format": "decimal"}, "Decimal"),
        ({"type": "string", "format": "email"}, "str"),
        ({"type": "string", "format": "binary"}, "bytes"),
        ({"type": "string", "contentMediaType": "image/png"}, "bytes"),
        ({"type": "string", "contentMediaType": "image/png", "contentEncoding": "base64"}, "str"),
        ({"type": "integer", "format": "int64"}, "int"),
        ({"type": "number"}, "float | int"),
        ({"type": "boolean"}, "bool"),
        ({"type": "null"}, "None"),
        ({}, "Any"),
        (True, "Any"),
        (False, "Any"),
        ({"type": ["string", "null"]}, "str | None"),
        ({"type": ["string", "integer", "null"]}, "str | int | None"),
        ({"type": "object"}, "dict[str, Any]"),
        ({"type": "object", "additionalProperties": {"type": "integer"}}, "dict[str, int]"),
        ({"type": "object", "additionalProperties": True}, "dict[str, Any]"),
        ({"type": "object", "patternProperties": {"^x": {"type": "integer"}}}, "dict[str, Any]"),
        ({"type": "object", "patternProperties": {"^x": {"type": "integer"}}, "additionalProperties": False}, "dict[str, int]"),
        ({"type": "array"}, "list[Any]"),
        ({"type": "array", "items": {"type": "string"}}, "list[str]"),
        ({"type": "array", "items": False}, "list[Any]"),
        ({"type": "array", "prefixItems": [{"type": "string"}, {"type": "integer"}]}, "tuple[str, int, *tuple[Any, ...]]"),
        ({"type": "array", "prefixItems": [{"type": "string"}], "items": False}, "tuple[str]"),
        ({"type": "array", "items": [{"type": "string"}], "additionalItems": False}, "tuple[str]"),
        ({"items": {"type": "string"}}, "list[str]"),
        ({"pattern": "^a"}, "str"),
        ({"enum": ["a", "b"]}, "Literal['a', 'b']"),
        ({"enum": ["a", None]}, "Literal['a'] | None"),
        ({"type": "string", "enum": ["a", "A"]}, "Literal['a', 'A']"),
        ({"type": "string", "enum": []}, "str"),
        ({"enum": [1, "a"]}, "Literal[1] | Literal['a']"),
        ({"enum": [1.5, 2]}, "Any"),
        ({"type": "number", "enum": [1.5]}, "float | int"),
        ({"type": "integer", "enum": ["1"]}, "int"),
        ({"enum": [True]}, "Literal[True]"),
        ({"enum": [1, True]}, "Literal[1] | Literal[True]"),
        ({"const": "x"}, "Literal['x']"),
        ({"const": None}, "None"),
        ({"type": "string", "properties": {"a": {"type": "string"}}}, "str"),
        ({"type": "nonsense"}, "Any"),
        ({"allOf": [{"type": "integer"}, {"minimum": 3}]}, "int"),
        ({"allOf": [{"type": "number"}, {"type": "integer"}]}, "int"),
        ({"allOf": [{"enum": ["a", "b"]}, {"enum": ["b", "c"]}]}, "Literal['b']"),
        ({"allOf": [{"type": "string"}, {"type": "integer"}]}, "str | int"),
    ],
)  # fmt: skip
def test_types_in_place(build: Build, schema: Any, expected: str) -> None:
    assert of(build, schema) == expected


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "string", "nullable": True}, "str | None"),
        ({"type": "string", "nullable": True, "enum": ["a"]}, "Literal['a'] | None"),
        ({"nullable": True, "allOf": [{"$ref": "#/components/schemas/Other"}]}, "Other | None"),
        ({"$ref": "#/components/schemas/Other", "nullable": True}, "Other | None"),
        ({"$ref": "#/components/schemas/Maybe"}, "Maybe | None"),
        ({"allOf": [{"$ref": "#/components/schemas/Other"}], "description": "x"}, "Other"),
        ({"type": "integer", "minimum": 3, "exclusiveMinimum": True}, "int"),
    ],
)
def test_openapi_3_0_forms(build: Build, schema: Any, expected: str) -> None:
    others = {
        "Other": {"type": "object", "properties": {"a": {"type": "string"}}},
        "Maybe": {"type": "object", "nullable": True, "properties": {"a": {}}},
    }
    assert of(build, schema, "3.0.3", **others) == expected


def test_exclusive_bounds_of_3_0_become_those_of_3_1(build: Build) -> None:
    schema = {"type": "integer", "minimum": 3, "exclusiveMinimum": True, "maximum": 9, "exclusiveMaximum": False}
    api = build(document(version="3.0.3", schemas={"A": {"type": "object", "properties": {"x": schema}}}))
    (prop,) = object_schema(api, "A").properties
    assert isinstance(prop.type, ir.Scalar)
    assert prop.type.constraints == ir.Constraints(exclusive_minimum=3, maximum=9)


def test_null_never_sits_in_a_named_schema(build: Build) -> None:
    api = build(
        document(
            schemas={
                "Text": {"type": ["string", "null"]},
                "Either": {"oneOf": [{"type": "string"}, {"type": "integer"}, {"type": "null"}]},
                "Mode": {"enum": ["a", None]},
                "Thing": {"type": ["object", "null"], "properties": {"a": {"type": "string"}}},
                "Nothing": {"type": "null"},
                "Free": {},
                "Owner": {
                    "type": "object",
                    "properties": {
                        key.lower(): {"$ref": f"#/components/schemas/{key}"}
                        for key in ("Text", "Either", "Mode", "Thing", "Nothing", "Free")
                    },
                },
            }
        )
    )
    assert (alias(api, "Text"), alias(api, "Either"), alias(api, "Mode")) == ("str", "str | int", "Literal['a']")
    assert fields(api, "Owner") == {
        "text": "Text | None",
        "either": "Either | None",
        "mode": "Mode | None",
        "thing": "Thing | None",
        "nothing": "Nothing | None",
        "free": "Any",
    }


def test_all_of_becomes_one_class(build: Build) -> None:
    base = {
        "type": "object",
        "required": ["id"],
        "description": "The base.",
        "properties": {"id": {"type": "string"}, "kind": {"type": "string"}},
    }
    child = {
        "description": "The child.",
        "allOf": [
            {"$ref": "#/components/schemas/Base"},
            {
                "type": "object",
                "required": ["kind"],
                "properties": {"kind": {"enum": ["a"]}, "more": {"type": "integer"}},
            },
        ],
    }
    api = build(document(schemas={"Child": child, "Base": base}))
    assert fields(api, "Child") == {"id*": "str", "kind*": "Literal['a']", "more": "int"}
    assert fields(api, "Base") == {"id*": "str", "kind": "str"}
    assert object_schema(api, "Child").description == "The child."
    assert not api.degraded


def test_contradictions_in_all_of_are_widened_and_told(build: Build) -> None:
    schema = {
        "allOf": [
            {"type": "object", "properties": {"a": {"type": "string"}}},
            {"properties": {"a": {"type": "boolean"}}},
        ]
    }
    api = build(document(schemas={"A": schema}))
    assert fields(api, "A") == {"a": "str | bool"}
    (lost,) = api.degraded
    assert lost.reason == "allOf asks for boolean and string at once; read as either"
    assert lost.location.pointer == "/components/schemas/A/allOf/1/properties/a"


def test_recursion(build: Build) -> None:
    api = build(
        document(
            schemas={
                "Tree": {
                    "type": "object",
                    "properties": {"children": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}}},
                },
                "Value": {
                    "oneOf": [{"type": "string"}, {"type": "array", "items": {"$ref": "#/components/schemas/Value"}}]
                },
                "Self": {"$ref": "#/components/schemas/Tree"},
                "Loop": {
                    "allOf": [
                        {"$ref": "#/components/schemas/Loop"},
                        {"type": "object", "properties": {"a": {"type": "string"}}},
                    ]
                },
            }
        )
    )
    assert fields(api, "Tree") == {"children": "list[Tree]"}
    assert alias(api, "Value") == "str | list[Value]"
    assert alias(api, "Self") == "Tree"
    assert fields(api, "Loop") == {"a": "str"}


def test_references_into_the_middle_are_named_once(build: Build) -> None:
    api = build(
        document(
            schemas={
                "Pet": {
                    "type": "object",
                    "properties": {"owner": {"type": "object", "properties": {"name": {"type": "string"}}}},
                },
                "House": {
                    "type": "object",
                    "properties": {"owner": {"$ref": "#/components/schemas/Pet/properties/owner"}},
                },
            }
        )
    )
    assert fields(api, "Pet") == {"owner": "PetOwner"}
    assert fields(api, "House") == {"owner": "PetOwner"}


def test_inline_schemas_are_named_from_where_they_stand(build: Build) -> None:
    item = {"type": "object", "properties": {"status": {"enum": [f"state number {n}" for n in range(9)]}}}
    api = build(
        document(
            schemas={"CredentialBatch": {"type": "object", "properties": {"recipients": {"type": "array", "items": item}, "meta": {"type": "object", "additionalProperties": item}}}},
            paths={"/issue": {"post": {"operationId": "issueCredentials", "requestBody": {"content": {"application/json": {"schema": item}}},
                   "responses": {"200": {"description": "", "content": {"application/json": {"schema": {"type": "array", "items": item}}}},
                                 "404": {"description": "", "content": {"application/json": {"schema": {"type": "object", "properties": {"error": item}}}}}}}}},
        )
    )  # fmt: skip
    names = {entry.name for entry in api.schemas}
    assert {
        "CredentialBatch",
        "CredentialBatchRecipient",
        "CredentialBatchRecipientStatus",
        "CredentialBatchMetaValue",
        "IssueCredentialsRequest",
        "IssueCredentialsResponseItem",
        "IssueCredentialsNotFoundResponse",
        "IssueCredentialsNotFoundResponseError",
    } <= names
    assert not [name for name in names if name[-1].isdigit()]


def test_two_schemas_that_want_one_name(build: Build) -> None:
    inline = {"type": "object", "properties": {"a": {"type": "string"}}}
    api = build(
        document(
            schemas={
                "Pet": {"type": "object", "properties": {"owner": inline}},
                "PetOwner": {"type": "object", "properties": {"b": {"type": "string"}}},
                "pet": {"type": "string"},
                "PET": {"type": "integer"},
            }
        )
    )
    assert fields(api, "Pet") == {"owner": "PetOwnerObject"}
    assert fields(api, "PetOwner") == {"b": "str"}
    names = [entry.name for entry in api.schemas]
    assert len(set(names)) == len(names)
    assert {entry.api_name: entry.name for entry in api.schemas if entry.api_name}["Pet"] == "Pet"


def test_configured_names(build: Build, tmp_path: Any) -> None:
    from credkit_codegen.config import load_config

    (tmp_path / "client.toml").write_text(
        '[package]\nname = "x"\n[schemas.a_b]\nname = "Better"\nfields = { "someName" = "other" }\n'
    )
    schemas = {"a_b": {"type": "object", "properties": {"someName": {"type": "string"}, "id": {"type": "string"}}}}
    api = build(document(schemas=schemas), config=load_config(tmp_path / "client.toml"))
    assert fields(api, "Better") == {"other": "str", "id": "str"}


def test_properties_keep_what_is_said_about_them(build: Build) -> None:
    schema = {
        "type": "object",
        "required": ["token", "undefined"],
        "properties": {
            "token": {"type": "string", "x-secret": True, "description": "Secret.", "default": None},
            "pin": {"type": "string", "format": "password", "writeOnly": True},
            "id": {"type": "string", "readOnly": True, "deprecated": True},
        },
    }
    api = build(document(schemas={"A": schema}))
    token, pin, id_, undefined = object_schema(api, "A").properties
    assert (undefined.api_name, undefined.required, undefined.type) == ("undefined", True, ir.ANY)
    assert (token.required, token.secret, token.description, token.has_default, token.default) == (
        True,
        True,
        "Secret.",
        True,
        None,
    )
    assert (pin.secret, pin.write_only, pin.required) == (True, True, False)
    assert (id_.read_only, id_.deprecated, id_.secret) == (True, True, False)


def test_members_with_hostile_names(build: Build) -> None:
    names = [
        "",
        "class",
        "model_config",
        "copy",
        "1st",
        "a-b",
        "a_b",
        "日本",
        "\u2028\"'\\",
        "__init__",
        "self",
        "date",
    ]
    api = build(document(schemas={"A": {"type": "object", "properties": {name: {"type": "string"} for name in names}}}))
    found = object_schema(api, "A").properties
    assert [prop.api_name for prop in found] == names
    assert len({prop.name for prop in found}) == len(names)
    assert all(prop.name.isidentifier() for prop in found)


def test_deep_inline_nesting_is_cut_and_told(build: Build) -> None:
    schema: dict[str, Any] = {"type": "string"}
    for _ in range(100):
        schema = {"type": "array", "items": schema}
    api = build(document(schemas={"A": schema}))
    assert "nested more than 64 levels deep" in api.degraded[0].reason


def test_yaml_takes_text_for_numbers(build: Build) -> None:
    api = build(
        "openapi: 3.1.0\npaths: {}\ncomponents:\n  schemas:\n    A: {type: object, properties: {v: {type: string, enum: [1.10, 200, true, NO, ~]}}}\n"
    )
    assert fields(api, "A") == {"v": "Literal['1.10', '200', 'true', 'NO'] | None"}


def test_a_file_is_read_once_more_for_all_that_yaml_took_for_numbers(
    build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    passes: list[int] = []

    def counted(text: str, pointers: Collection[str]) -> dict[str, Place]:
        passes.append(len(pointers))
        return locate_yaml(text, pointers)

    monkeypatch.setattr(load, "locate_yaml", counted)
    members = "".join(f"        m{number}: {{type: string, enum: [{number}.10, on]}}\n" for number in range(50))
    head = "openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths: {}\ncomponents:\n  schemas:\n    A:\n"
    api = build(f"{head}      type: object\n      properties:\n{members}")
    assert fields(api, "A") == {f"m{number}": f"Literal['{number}.10', 'on']" for number in range(50)}
    assert passes == [50]


def test_scalars_carry_their_bounds(build: Build) -> None:
    schema = {
        "type": "array",
        "minItems": 1,
        "maxItems": 1000,
        "items": {"type": "string", "minLength": 2, "pattern": "^a"},
    }
    api = build(document(schemas={"A": {"type": "object", "properties": {"x": schema}}}))
    (prop,) = object_schema(api, "A").properties
    assert isinstance(prop.type, ir.Array)
    assert prop.type.constraints == ir.Constraints(min_items=1, max_items=1000)
    assert prop.type.items == ir.Scalar(kind=ScalarKind.STRING, constraints=ir.Constraints(min_length=2, pattern="^a"))


def test_formats_that_examples_contradict_are_text(build: Build) -> None:
    moment, day, key = (
        {"type": "string", "format": "date-time"},
        {"type": "string", "format": "date"},
        {"type": "string", "format": "uuid"},
    )
    thing = {
        "type": "object",
        "properties": {
            "at": moment,
            "fine": moment,
            "days": {"type": "array", "items": day},
            "id": {"oneOf": [key, {"type": "null"}]},
            "kept": key,
        },
    }
    value = {
        "at": "2024-11-05T11:32:21.497676581Z",
        "fine": "2024-11-05T11:32:21.497Z",
        "days": ["2024-01-01", "soon"],
        "id": "<id>",
        "kept": "2af7a5b0-ae22-4a3e-9b1d-3f1d8fd6c0a5",
    }
    content = {
        "application/json": {
            "schema": {"type": "array", "items": {"$ref": "#/components/schemas/Thing"}},
            "example": [value],
        }
    }
    paths = {"/x": {"get": {"operationId": "a", "responses": {"200": {"description": "", "content": content}}}}}
    api = build(document(schemas={"Thing": thing}, paths=paths))
    assert fields(api, "Thing") == {
        "at": "str",
        "fine": "datetime",
        "days": "list[str]",
        "id": "str | None",
        "kept": "UUID",
    }


@pytest.mark.parametrize(
    ("written", "is_distinct", "is_noted"),
    [
        ({"type": "string"}, True, False),
        ({"type": "integer"}, False, True),
        ({"type": ["string", "integer"]}, False, True),
    ],
)
def test_a_newtype_is_for_plain_strings(build: Build, written: Any, is_distinct: bool, is_noted: bool) -> None:
    config = replace(default_config("test_api"), schemas={"OrderId": SchemaConfig(newtype=True)})
    user = {"type": "object", "properties": {"id": {"$ref": "#/components/schemas/OrderId"}}}
    api = build(document(schemas={"OrderId": written, "Order": user}), config=config)
    made = schema(api, "OrderId")
    assert isinstance(made, ir.AliasSchema)
    assert made.is_distinct is is_distinct
    assert any("newtype" in loss.reason for loss in api.degraded) is is_noted


def test_members_that_are_not_listed_have_a_type_and_nothing_is_lost(build: Build) -> None:
    """Of members that patterns and `additionalProperties` describe, any may be of each of the types."""
    one = {"type": "object", "properties": {"id": {"type": "string"}}}
    whole = {"type": "integer"}
    item = {"type": "object", "properties": {"n": whole}}
    by_name: dict[str, tuple[dict[str, Any], str | None]] = {
        "Plain": ({"additionalProperties": whole}, "int"),
        "Inline": ({"additionalProperties": item}, "InlineValue"),
        "Patterns": ({"patternProperties": {"^x": whole}, "additionalProperties": {"type": "string"}}, "int | str"),
        "Closed": ({"patternProperties": {"^x": whole}, "additionalProperties": False}, "int"),
        "Open": ({"patternProperties": {"^x": whole}}, None),
        "Anything": ({"additionalProperties": {}}, None),
    }
    api = build(document(schemas={name: {**one, **more} for name, (more, _) in by_name.items()}))
    found = {name: object_schema(api, name).additional for name in by_name}
    assert {name: type_ and type_text(type_) for name, type_ in found.items()} == {
        name: type_ for name, (_, type_) in by_name.items()
    }
    assert api.degraded == ()
