"""Documented calls: as data, as code, as what goes over the wire."""

from __future__ import annotations

import json
from typing import Any

import pytest

from credkit_codegen import ir
from credkit_codegen.builder.notes import Notes
from credkit_codegen.builder.shown import keep_fitting
from credkit_codegen.examples import MADE_UP, OperationExamples, build_examples, render_examples
from credkit_codegen.expressions import Expressions
from credkit_codegen.fits import fits
from credkit_codegen.methods import build_methods
from credkit_codegen.samples import NoSample, sample
from credkit_codegen.views.calls import call_source
from credkit_codegen.wire import expected_path, expected_query, is_told_apart

from .apis import (
    STRING,
    make_alias,
    make_api,
    make_body,
    make_config,
    make_media,
    make_object,
    make_operation,
    make_parameter,
    make_property,
    make_response,
    scalar,
)

OWNER = make_object("Owner", make_property("name"), make_property("note", required=False))
PET = make_object(
    "Pet",
    make_property("owner", ir.Named(name="Owner")),
    make_property("born_at", scalar("date-time"), api_name="bornAt"),
    make_property("tags", ir.Array(items=STRING), required=False),
    make_property("price", scalar("decimal"), required=False),
)
PAIR = make_alias("Pair", ir.Union(variants=(ir.Named(name="Owner"), ir.Named(name="Pet"), STRING)))
LOOP = make_object("Loop", make_property("next_", ir.Named(name="Loop"), api_name="next"))
SCHEMAS = {schema.name: schema for schema in (OWNER, PET, PAIR, LOOP)}


def examples_of(operation: ir.Operation, notes: Notes | None = None) -> OperationExamples:
    kept = keep_fitting(operation, SCHEMAS, notes or Notes())
    api = make_api(operations=(kept,), schemas=tuple(SCHEMAS.values()))
    (found,) = build_examples(build_methods(api, make_config()), api)
    return found


def create(*examples: ir.Example, **options: Any) -> ir.Operation:
    media = make_media(ir.Named(name="Pet"), examples=examples)
    return make_operation("createPet", "POST", "/pets", name="create", body=make_body(media), **options)


VALUE: ir.JSON = {"owner": {"name": "Ann"}, "bornAt": "2026-01-31T12:30:00Z", "tags": ["a"], "price": "1.50"}


@pytest.mark.parametrize(
    ("value", "type_", "source"),
    [
        ("x", STRING, "'x'"),
        ({"name": "Ann"}, ir.Named(name="Owner"), "models.Owner(name='Ann')"),
        (
            {"name": "Ann", "new": 1},
            ir.Named(name="Owner"),
            "models.Owner.model_validate({'name': 'Ann', 'new': 1}, by_name=False)",
        ),
        ({"name": "Ann"}, ir.Named(name="Pair"), "models.Owner(name='Ann')"),
        ("y", ir.Named(name="Pair"), "'y'"),
        ([1, 2], ir.Array(items=scalar("integer")), "[1, 2]"),
        ({"a": ["b"]}, ir.Map(values=ir.Array(items=STRING)), "{'a': ['b']}"),
        ("2026-01-31", scalar("date"), "date.fromisoformat('2026-01-31')"),
        ("yesterday", scalar("date"), "'yesterday'"),
        ("2026-01-31T00:00:00", scalar("date-time"), "'2026-01-31T00:00:00'"),
        ("1.50", scalar("decimal"), "Decimal('1.50')"),
        ("1e5", scalar("decimal"), "'1e5'"),
        (None, ir.Union(variants=(STRING, ir.NULL)), "None"),
    ],
)
def test_a_value_is_written_as_somebody_would_write_it(value: ir.JSON, type_: ir.Type, source: str) -> None:
    assert Expressions(SCHEMAS).of(value, type_) == source


def test_documented_bodies_become_calls() -> None:
    found = examples_of(create(ir.Example(name="ann", value=VALUE), ir.Example(name="odd", value={"unknown": 1})))
    (call,) = found.calls
    assert (call.name, call.is_documented, call.body) == ("ann", True, VALUE)
    expressions = Expressions(SCHEMAS)
    assert call_source("client", found.method, call, expressions) == (
        "client.credentials.create(owner=models.Owner(name='Ann'), "
        "born_at=datetime.fromisoformat('2026-01-31T12:30:00Z'), tags=['a'], price=Decimal('1.50'),)"
    )


def test_an_example_that_contradicts_its_schema_is_left_out() -> None:
    wrong = {**VALUE, "owner": "Ann"} if isinstance(VALUE, dict) else None
    (call,) = examples_of(create(ir.Example(name="wrong", value=wrong))).calls
    assert not call.is_documented


@pytest.mark.parametrize(
    ("value", "type_", "fitting"),
    [
        ("2.5", scalar("number"), False),
        (2, scalar("number"), True),
        (True, scalar("integer"), False),
        ("later", scalar("date-time"), False),
        ("2026-01-31T00:00:00", scalar("date-time"), True),
        ("new", ir.Enumeration(values=("a",), base=ir.ScalarKind.STRING), True),
        ("new", ir.Enumeration(values=("a",), base=ir.ScalarKind.STRING, open=False), False),
        ({"name": "Ann", "more": 1}, ir.Named(name="Owner"), True),
        ({}, ir.Named(name="Owner"), False),
        (5, ir.Scalar(kind=ir.ScalarKind.INTEGER, constraints=ir.Constraints(maximum=4)), False),
        ("AB", ir.Scalar(kind=ir.ScalarKind.STRING, constraints=ir.Constraints(pattern="^[a-z]+$")), False),
        ([], ir.Array(items=STRING, constraints=ir.Constraints(min_items=1)), False),
        (None, ir.Union(variants=(STRING, ir.NULL)), True),
    ],
)
def test_a_value_fits_when_models_take_it(value: ir.JSON, type_: ir.Type, fitting: bool) -> None:
    assert fits(value, type_, SCHEMAS) is fitting


def test_without_examples_something_plain_is_made_up() -> None:
    (call,) = examples_of(create()).calls
    assert (call.name, call.is_documented) == (MADE_UP, False)
    assert call.body == {"owner": {"name": "text"}, "bornAt": "2026-01-31T12:30:00Z"}


def test_an_operation_that_needs_an_endless_value_has_no_call() -> None:
    body = make_body(make_media(ir.Named(name="Loop")))
    assert examples_of(make_operation("loop", "POST", "/loop", body=body)).calls == ()
    with pytest.raises(NoSample):
        sample(ir.Named(name="Loop"), SCHEMAS)


@pytest.mark.parametrize(
    ("constraints", "type_", "value"),
    [
        (ir.Constraints(min_length=6), "string", "textxx"),
        (ir.Constraints(max_length=2), "string", "te"),
        (ir.Constraints(minimum=5), "integer", 5),
        (ir.Constraints(maximum=0), "integer", 0),
        (ir.Constraints(exclusive_minimum=3), "integer", 4),
        (ir.Constraints(multiple_of=7), "integer", 7),
        (ir.Constraints(multiple_of=7, minimum=10), "integer", 14),
        (ir.Constraints(minimum=0.5, maximum=3), "integer", 3),
        (ir.Constraints(exclusive_minimum=0, exclusive_maximum=1), "number", 0.5),
        (ir.Constraints(exclusive_maximum=0), "number", -1),
        (ir.Constraints(pattern="^cus_[A-Z0-9]{4,}$"), "string", "cus_0000"),
        (ir.Constraints(pattern="^(?:a|b)+[^a]c?$"), "string", "a0"),
        (ir.Constraints(pattern=r"^\d{3}-\d{2}$"), "string", "000-00"),
        (ir.Constraints(pattern="t"), "string", "text"),
        (ir.Constraints(pattern="^(?=x)"), "string", "text"),
    ],
)
def test_made_up_values_keep_to_the_limits(constraints: ir.Constraints, type_: str, value: ir.JSON) -> None:
    assert sample(ir.Scalar(kind=ir.ScalarKind(type_), constraints=constraints), SCHEMAS) == value


@pytest.mark.parametrize(("least", "most", "length"), [(None, None, 1), (33, 33, 33), (None, 0, 0)])
def test_made_up_lists_are_as_long_as_they_have_to_be(least: int | None, most: int | None, length: int) -> None:
    array = ir.Array(items=STRING, constraints=ir.Constraints(min_items=least, max_items=most))
    assert sample(array, SCHEMAS) == ["text"] * length


@pytest.mark.parametrize(
    "type_",
    [
        ir.Array(items=STRING, constraints=ir.Constraints(min_items=100_000)),
        ir.Scalar(kind=ir.ScalarKind.INTEGER, constraints=ir.Constraints(minimum=5, maximum=4)),
    ],
)
def test_what_nobody_would_write_is_no_sample(type_: ir.Type) -> None:
    with pytest.raises(NoSample):
        sample(type_, SCHEMAS)


def test_examples_json_holds_calls_and_answers() -> None:
    answer = make_media(ir.Named(name="Owner"), examples=(ir.Example(name="ann", value={"name": "\u2028Ann"}),))
    operation = create(
        ir.Example(name="ann", value=VALUE),
        responses=(make_response("201", answer), make_response("404", make_media(ir.Named(name="Owner")))),
    )
    file = render_examples([examples_of(operation)], make_config())
    assert json.loads(file.text) == {
        "createPet": {
            "request": {"ann": {"arguments": {}, "body": VALUE}},
            "responses": {
                "201": {"media_type": "application/json", "examples": {"ann": {"name": "\u2028Ann"}}},
                "404": {"media_type": "application/json", "examples": {MADE_UP: {"name": "text"}}},
            },
        }
    }
    assert "\u2028" not in file.text


def test_a_status_is_answered_in_one_media_type() -> None:
    owner = ir.Named(name="Owner")
    media = (
        make_media(owner, media_type="text/plain"),
        make_media(owner, examples=(ir.Example(name="ann", value={"name": "Ann"}),)),
        make_media(
            owner, media_type="application/merge+json", examples=(ir.Example(name="bob", value={"name": "Bob"}),)
        ),
    )
    found = examples_of(make_operation("get", "GET", "/pets", responses=(make_response("200", *media),)))
    assert [(answer.media_type, answer.name) for answer in found.answers] == [("application/json", "ann")]


def get(*parameters: ir.Parameter, path: str = "/pets/{id}") -> OperationExamples:
    return examples_of(make_operation("getPet", "GET", path, name="get", parameters=parameters))


def shown(name: str, where: str, value: ir.JSON, type_: ir.Type = STRING, **options: Any) -> ir.Parameter:
    return make_parameter(name, where, type=type_, examples=(("example", value),), **options)


@pytest.mark.parametrize(
    ("parameter", "path"),
    [
        (shown("id", "path", "a/b ü?"), "/pets/a%2Fb%20%C3%BC%3F"),
        (shown("id", "path", 7, scalar("integer")), "/pets/7"),
        (shown("id", "path", True, scalar("boolean")), "/pets/true"),
        (shown("id", "path", "x", style="label"), None),
        (shown("id", "path", ["a"], ir.Array(items=STRING)), None),
    ],
)
def test_the_path_is_worked_out_where_nothing_is_left_open(parameter: ir.Parameter, path: str | None) -> None:
    found = get(parameter)
    assert expected_path(found.method, found.calls[0], SCHEMAS) == path


@pytest.mark.parametrize(
    ("parameter", "query"),
    [
        (shown("q", "query", "a b"), {"q": ["a b"]}),
        (shown("q", "query", ["a", "b"], ir.Array(items=STRING)), {"q": ["a", "b"]}),
        (shown("q", "query", ["a", "b"], ir.Array(items=STRING), explode=False), None),
        (shown("q", "query", {"a": 1}, ir.Map(values=scalar("integer")), style="deepObject"), None),
        (shown("q", "query", "2026-01-31T12:30:00Z", scalar("date-time")), None),
        (make_parameter("q", "query"), {}),
    ],
)
def test_the_query_is_worked_out_where_nothing_is_left_open(
    parameter: ir.Parameter, query: dict[str, list[str]] | None
) -> None:
    found = get(parameter, path="/pets")
    assert expected_query(found.method, found.calls[0], SCHEMAS) == query


def test_paths_that_differ_only_in_a_fragment_are_not_told_apart() -> None:
    paths = ("/pets/{id}", "/pets/{pet}#shared", "/pets/{id}/name")
    operations = tuple(make_operation(path, "GET", path) for path in paths)
    told_apart = is_told_apart(make_api(operations=operations))
    assert [told_apart(operation) for operation in operations] == [False, False, True]


def test_an_optional_body_is_not_made_up() -> None:
    body = make_body(make_media(ir.Map(values=STRING)), required=False)
    (call,) = examples_of(make_operation("x", "POST", "/x", body=body)).calls
    assert not call.has_body


def test_an_optional_body_of_a_variant_leaves_nothing_to_call_it_with() -> None:
    body = make_body(make_media(ir.Map(values=STRING)), required=False)
    assert not examples_of(make_operation("x", "POST", "/x", body=body, variant_of="y")).calls


@pytest.mark.parametrize(
    ("type_", "text", "value"),
    [
        (ir.Named(name="Owner"), '{"name": "Ann"}', {"name": "Ann"}),
        (ir.Array(items=STRING), '["a"]', ["a"]),
        (STRING, '["a"]', '["a"]'),
        (ir.Array(items=STRING), "a, b", ["text"]),
        (ir.Array(items=STRING), "[1]", ["text"]),
    ],
)
def test_json_that_an_example_has_as_text_is_read(type_: ir.Type, text: str, value: ir.JSON) -> None:
    media = make_media(type_, examples=(ir.Example(name="shown", value=text),))
    (answer,) = examples_of(make_operation("x", "GET", "/x", responses=(make_response("200", media),))).answers
    assert answer.value == value


def test_a_parameter_example_that_the_enum_does_not_list_is_not_sent() -> None:
    kinds = ir.Enumeration(values=("cat", "dog"), base=ir.ScalarKind.STRING)
    cases: list[tuple[ir.Type, ir.JSON, bool]] = [
        (kinds, "cat", True),
        (kinds, "cow", False),
        (ir.Array(items=kinds), ["cow"], False),
    ]
    for type_, value, sent in cases:
        (call,) = get(shown("kind", "query", value, type_), path="/pets").calls
        assert bool(call.arguments) is sent


def test_an_operation_with_a_server_of_its_own_has_no_expected_path() -> None:
    operation = make_operation("x", "GET", "/x", servers=(ir.Server(url="https://other.example.com/base"),))
    found = examples_of(operation)
    assert expected_path(found.method, found.calls[0], SCHEMAS) is None


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ({"name": "Ann"}, True),
        ({"name": "Ann", "unlisted": 1}, True),
        ([{"name": "Ann"}], False),
        ({"note": "no name"}, False),
        ({"name": 1}, False),
    ],
)
def test_an_answer_that_contradicts_its_schema_is_no_answer_of_a_stub(value: ir.JSON, kept: bool) -> None:
    media = make_media(
        ir.Named(name="Owner"),
        examples=(ir.Example(name="shown", value=value), ir.Example(name="good", value={"name": "Bea"})),
    )
    notes = Notes()
    found = examples_of(make_operation("x", "GET", "/x", responses=(make_response("200", media),)), notes)
    assert [answer.name for answer in found.answers] == (["shown", "good"] if kept else ["good"])
    assert [item.location for item in notes.found] == ([] if kept else [media.location])
    assert all(answer.is_documented for answer in found.answers)


def test_where_no_example_of_an_answer_fits_one_is_made_up() -> None:
    media = make_media(ir.Named(name="Owner"), examples=(ir.Example(name="shown", value=["wrong"]),))
    (answer,) = examples_of(make_operation("x", "GET", "/x", responses=(make_response("200", media),))).answers
    assert (answer.name, answer.is_documented, answer.value) == (MADE_UP, False, {"name": "text"})


def test_a_body_with_a_value_that_its_enum_does_not_list_is_not_sent() -> None:
    """Models take it, for vendors add values; the stub refuses what the document does not allow."""
    kinds = ir.Array(items=ir.Enumeration(values=("cat", "dog"), base=ir.ScalarKind.STRING))
    cases: list[tuple[ir.JSON, bool]] = [(["cat"], True), (["cow"], False)]
    for value, shown in cases:
        body = make_body(make_media(kinds, examples=(ir.Example(name="shown", value=value),)))
        (call,) = examples_of(make_operation("x", "POST", "/x", body=body)).calls
        assert call.is_documented is shown
        assert call.body == ["cat"]


def test_the_first_example_of_a_parameter_that_fits_is_sent() -> None:
    parameter = make_parameter("size", "query", type=scalar("integer"), examples=(("a", "large"), ("b", 3)))
    notes = Notes()
    operation = make_operation("x", "GET", "/x", parameters=(parameter,))
    (call,) = examples_of(operation, notes).calls
    assert [value for _, value in call.arguments] == [3]
    assert len(notes.found) == 1


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        (ir.Named(name="Loose"), {"note": "text"}),
        (ir.Map(values=STRING), {"key": "text"}),
        (ir.Union(variants=(ir.NULL, STRING)), "text"),
        (ir.Named(name="Owner"), {"name": "text"}),
    ],
)
def test_what_a_query_or_a_form_must_hold_is_made_up_so_that_it_can_be_written(
    type_: ir.Type, value: ir.JSON, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An empty object and null have no form there: the runtime refuses them, or they vanish."""
    monkeypatch.setitem(SCHEMAS, "Loose", make_object("Loose", make_property("note", required=False)))
    parameter = make_parameter("filter", "query", type=type_, style="deepObject", required=True)
    (call,) = get(parameter, path="/pets").calls
    assert [item for _, item in call.arguments] == [value]
    monkeypatch.setitem(SCHEMAS, "Form", make_object("Form", make_property("part", type_), make_property("name")))
    form = make_media(ir.Named(name="Form"), media_type="application/x-www-form-urlencoded")
    (call,) = examples_of(make_operation("x", "POST", "/x", body=make_body(form))).calls
    assert isinstance(call.body, dict)
    assert call.body["part"] == value


@pytest.mark.parametrize("type_", [ir.NULL, ir.Named(name="Bare"), ir.Array(items=ir.NULL)])
def test_what_cannot_be_written_in_a_query_is_no_sample(type_: ir.Type) -> None:
    schemas = {"Bare": make_object("Bare")}
    with pytest.raises(NoSample):
        sample(type_, schemas, filled=True)


@pytest.mark.parametrize("value", ["", ".", ".."])
def test_an_example_that_would_move_the_path_is_not_sent(value: str) -> None:
    (call,) = get(shown("id", "path", value)).calls
    assert [item for _, item in call.arguments] == ["text"]
