from __future__ import annotations

from typing import Any

import pytest

from scripts.judge.checks import first_error, validator
from scripts.judge.document import Document
from scripts.judge.schema import Direction, Translator
from scripts.judge.values import Choice, Values

from .support import document

TREE = {"type": "object", "required": ["kids"], "properties": {"kids": {"type": "array"}}}
LOOP = {
    "type": "object",
    "required": ["name", "next"],
    "properties": {
        "name": {"type": "string", "minLength": 8},
        "next": {"anyOf": [{"$ref": "#/components/schemas/Loop"}, {"type": "null"}]},
    },
}

SCHEMAS: list[Any] = [
    True,
    {},
    {"type": "string", "format": "date-time"},
    {"type": "string", "format": "uuid"},
    {"type": "string", "pattern": "^[A-Z]{3}-\\d{2}$"},
    {"type": "string", "pattern": "^a+$", "minLength": 4, "maxLength": 6},
    {"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
    {"type": "integer", "minimum": 10, "exclusiveMaximum": 12, "multipleOf": 11},
    {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1},
    {"type": ["null", "integer"]},
    {"const": None},
    {"type": "object", "required": ["a", "a"], "properties": {"a": {"type": "string"}}},
    {"enum": ["b", 2, None]},
    {"type": "array", "items": {"type": "string"}, "minItems": 3, "uniqueItems": True},
    {"type": "array", "prefixItems": [{"type": "integer"}, {"const": "x"}], "items": False, "minItems": 2},
    {"type": "array", "contains": {"const": 7}, "items": {"type": "integer"}, "minItems": 1},
    {"type": "object", "additionalProperties": {"type": "integer"}, "minProperties": 2},
    {
        "type": "object",
        "patternProperties": {"^x-": {"type": "boolean"}},
        "additionalProperties": False,
        "minProperties": 1,
    },
    {"type": "object", "required": ["a"], "dependentRequired": {"a": ["b"]}, "properties": {"b": {"type": "integer"}}},
    {
        "allOf": [
            {"properties": {"a": {"type": "integer"}}},
            {"required": ["a", "b"], "properties": {"b": {"const": 1}}},
        ]
    },
    {"oneOf": [{"required": ["a"], "properties": {"a": {"const": 1}}}, {"required": ["b"]}], "type": "object"},
    {"anyOf": [{"type": "null"}, {"type": "object", "required": ["x"], "properties": {"x": {"type": "boolean"}}}]},
    {
        "allOf": [
            {"$ref": "#/components/schemas/Loop"},
            {"properties": {"more": {"type": "integer"}}, "required": ["more"]},
        ]
    },
    {"$ref": "#/components/schemas/Loop"},
]


def values(made: Document | None = None, direction: Direction = Direction.RESPONSE, **options: Any) -> Values:
    return Values(made or document({}, schemas={"Loop": LOOP}), direction, **options)


@pytest.mark.parametrize("schema", SCHEMAS, ids=str)
def test_values_are_built_and_valid(schema: Any) -> None:
    source = values(drawing=False)
    choice = source.of_schema(schema)
    checker = validator(source.translator.bundle(schema))
    assert {"full", "lean"} <= choice.values.keys(), choice.reason
    assert [first_error(checker, value) for value in choice.values.values()] == [None] * len(choice.values)


def test_full_has_everything_and_lean_only_what_is_required() -> None:
    schema = {
        "type": "object",
        "required": ["a"],
        "properties": {"a": {"type": "integer"}, "b": {"type": "object", "properties": {"c": {"type": "string"}}}},
    }
    choice = values(drawing=False).of_schema(schema)
    assert choice.pick("lean").keys() == {"a"}
    assert choice.pick("full")["b"].keys() == {"c"}


def test_an_impossible_schema_has_no_value_but_a_reason() -> None:
    choice = values().of_schema({"type": "string", "enum": []})
    assert not choice.values
    assert choice.reason


def test_a_reference_to_nowhere_is_a_reason() -> None:
    choice = values().of_schema({"$ref": "#/components/schemas/Missing"})
    assert "nowhere" in choice.reason


def test_an_example_counts_only_when_it_is_valid() -> None:
    schema = {"type": "object", "required": ["at"], "properties": {"at": {"type": "string", "format": "date-time"}}}
    source = values(drawing=False)
    assert source.of_media({"schema": schema, "example": {"at": "yesterday"}}).values.keys() == {"full", "lean"}
    named = {"bad": {"value": {}}, "good": {"value": {"at": "2024-01-01T00:00:00Z"}}}
    assert source.of_media({"schema": schema, "examples": named}).pick("example") == {"at": "2024-01-01T00:00:00Z"}


def test_what_is_drawn_is_valid_and_the_same_every_time() -> None:
    schema = {"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}, "b": {"type": "integer"}}}
    first, second = (values().of_schema(schema).values["drawn"] for _ in range(2))
    assert first == second
    assert first_error(validator(schema), first) is None


def test_read_only_members_are_not_for_requests_nor_write_only_ones_for_responses() -> None:
    schema = {
        "type": "object",
        "required": ["id", "password", "name"],
        "properties": {
            "id": {"type": "string", "readOnly": True},
            "password": {"type": "string", "writeOnly": True},
            "name": {"type": "string"},
        },
    }
    for direction, members in ((Direction.REQUEST, {"password", "name"}), (Direction.RESPONSE, {"id", "name"})):
        choice = values(direction=direction).of_schema(schema)
        assert {frozenset(value) & {"id", "password", "name"} for value in choice.values.values()} == {
            frozenset(members)
        }


def test_a_member_that_a_neighbour_requires_may_still_be_read_only() -> None:
    schema = {"allOf": [{"properties": {"id": {"type": "string", "readOnly": True}}}, {"required": ["id"]}]}
    assert values(direction=Direction.REQUEST, drawing=False).of_schema(schema).pick("full") == {}


@pytest.mark.parametrize(
    ("schema", "good", "bad"),
    [
        ({"type": "string", "nullable": True}, [None, "a"], [1]),
        ({"nullable": True, "allOf": [{"type": "string"}]}, ["a"], [None]),
        ({"type": "integer", "minimum": 1, "exclusiveMinimum": True}, [2], [1]),
        ({"$ref": "#/components/schemas/Loop", "type": "string"}, [{"name": "long enough", "next": None}], ["a"]),
    ],
    ids=str,
)
def test_schemas_of_3_0_mean_what_3_0_says(schema: Any, good: list[Any], bad: list[Any]) -> None:
    loop = {**LOOP, "properties": {**LOOP["properties"], "next": {"type": "object", "nullable": True}}}  # type: ignore[dict-item]
    bundle = Translator(document({}, version="3.0.3", schemas={"Loop": loop}), Direction.RESPONSE).bundle(schema)
    checker = validator(bundle)
    assert [checker.is_valid(value) for value in [*good, *bad]] == [True] * len(good) + [False] * len(bad)


def kind(name: str) -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["kind"],
        "properties": {"kind": {"type": "string"}, name: {"type": "string"}},
    }


@pytest.mark.parametrize(
    ("mapping", "expected"),
    [({}, {"Cat", "Dog"}), ({"meow": "#/components/schemas/Cat", "woof": "Dog"}, {"meow", "woof"})],
)
def test_a_value_says_by_its_discriminator_which_variant_it_is(mapping: dict[str, str], expected: set[str]) -> None:
    made = document({}, schemas={"Cat": kind("claws"), "Dog": kind("bark")})
    variants = [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}]
    schema = {"oneOf": variants, "discriminator": {"propertyName": "kind", "mapping": mapping}}
    checker = validator(Translator(made, Direction.RESPONSE).bundle(schema))
    assert {name for name in ("Cat", "Dog", "meow", "woof", "other") if checker.is_valid({"kind": name})} == expected


def test_a_base_schema_stands_for_those_that_extend_it() -> None:
    base = {**kind("name"), "discriminator": {"propertyName": "kind"}}
    child = {"allOf": [{"$ref": "#/components/schemas/Pet"}, {"required": ["claws"]}]}
    made = document({}, schemas={"Pet": base, "Cat": child})
    checker = validator(Translator(made, Direction.RESPONSE).bundle({"$ref": "#/components/schemas/Pet"}))
    assert checker.is_valid({"kind": "Cat", "claws": 1})
    assert not checker.is_valid({"kind": "Cat"})
    assert not checker.is_valid({"kind": "Pet", "claws": 1})


def test_pick_takes_the_nearest_kind() -> None:
    choice = Choice({"example": 1, "lean": 2})
    assert (choice.pick("lean"), choice.pick("drawn"), choice.pick("full")) == (2, 1, 1)
