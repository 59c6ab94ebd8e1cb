"""Parameters arrive as they were given, in every style, and never change the request around them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum
from typing import Any, Literal
from urllib.parse import parse_qsl, unquote, urlsplit
from uuid import UUID

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openapi_core import OpenAPI
from openapi_core.datatypes import RequestParameters
from werkzeug.datastructures import Headers, ImmutableMultiDict

from credkit.runtime import UNSET, Operation, Parameter
from credkit.runtime.errors import InvalidArgument
from credkit.runtime.serialise import Target, serialise_parameters

from .vendor import Recipient

Location = Literal["path", "query", "header", "cookie", "querystring"]
COLOURS = ["blue", "black", "brown"]
RGB = {"R": 100, "G": 200, "B": 150}
TEXT = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=30)
PLAIN = st.text(alphabet=st.characters(codec="ascii", exclude_categories=["Cc"]), min_size=1, max_size=12)


def _place(value: object, location: Location = "query", *, path: str = "/things", **options: Any) -> Target:
    name = options.pop("name", "color")
    parameter = Parameter("colour", name, location, **options)
    path = f"/things/{{{name}}}" if location == "path" and path == "/things" else path
    operation: Operation[None] = Operation(id="op", method="GET", path=path, parameters=(parameter,))
    return serialise_parameters(operation, {"colour": value})


def _try(value: object, location: Location = "query", **options: Any) -> Target | str:
    """The target, or the text of the refusal."""
    try:
        return _place(value, location, **options)
    except InvalidArgument as error:
        return str(error)


# The table "Style Examples" of the OpenAPI Specification 3.1.
@pytest.mark.parametrize(
    ("location", "style", "explode", "text", "array", "members"),
    [
        ("path", "matrix", False, ";color=blue", ";color=blue,black,brown", ";color=R,100,G,200,B,150"),
        ("path", "matrix", True, ";color=blue", ";color=blue;color=black;color=brown", ";R=100;G=200;B=150"),
        ("path", "label", False, ".blue", ".blue,black,brown", ".R,100,G,200,B,150"),
        ("path", "label", True, ".blue", ".blue.black.brown", ".R=100.G=200.B=150"),
        ("path", "simple", False, "blue", "blue,black,brown", "R,100,G,200,B,150"),
        ("path", "simple", True, "blue", "blue,black,brown", "R=100,G=200,B=150"),
        ("query", "form", False, "color=blue", "color=blue,black,brown", "color=R,100,G,200,B,150"),
        ("query", "form", True, "color=blue", "color=blue&color=black&color=brown", "R=100&G=200&B=150"),
        ("query", None, None, "color=blue", "color=blue&color=black&color=brown", "R=100&G=200&B=150"),
        ("query", "spaceDelimited", False, None, "color=blue%20black%20brown", "color=R%20100%20G%20200%20B%20150"),
        ("query", "pipeDelimited", False, None, "color=blue%7Cblack%7Cbrown", "color=R%7C100%7CG%7C200%7CB%7C150"),
        ("query", "deepObject", True, None, None, "color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150"),
        ("header", "simple", False, "blue", "blue,black,brown", "R,100,G,200,B,150"),
        ("header", "simple", True, "blue", "blue,black,brown", "R=100,G=200,B=150"),
        ("cookie", "form", False, "color=blue", "color=blue,black,brown", "color=R,100,G,200,B,150"),
        ("cookie", "form", True, "color=blue", "color=blue; color=black; color=brown", "R=100; G=200; B=150"),
    ],
)
def test_every_style_writes_what_the_specification_shows(
    location: Location,
    style: str | None,
    explode: bool | None,
    text: str | None,
    array: str | None,
    members: str | None,
) -> None:
    for value, expected in (("blue", text), (COLOURS, array), (RGB, members)):
        if expected is not None:
            target = _place(value, location, style=style, explode=explode)
            got = {"path": target.path.removeprefix("/things/"), "query": target.query}
            assert (
                got.get(location, dict(target.headers).get("color" if location == "header" else "cookie")) == expected
            )


# --- an independent reader gets back what was given ------------------------------------------------------------------


def _oracle(parameter: Parameter, schema: Mapping[str, Any]) -> OpenAPI:
    described = {
        "name": parameter.api_name,
        "in": parameter.location,
        "required": True,
        "style": parameter.style,
        "explode": parameter.explode,
        "schema": schema,
    }
    path = f"/things/{{{parameter.api_name}}}" if parameter.location == "path" else "/things"
    operation = {"operationId": "op", "parameters": [described], "responses": {"200": {"description": ""}}}
    return OpenAPI.from_dict(
        {
            "openapi": "3.1.0",
            "info": {"title": "", "version": "1"},
            "servers": [{"url": "http://host"}],
            "paths": {path: {"get": operation}},
        }
    )


class _Request:
    """A request as openapi-core reads it."""

    host_url, method, content_type, body = "http://host", "get", "", None

    def __init__(self, target: Target) -> None:
        self.path = target.path
        self.parameters = RequestParameters(
            query=ImmutableMultiDict(parse_qsl(target.query, keep_blank_values=True)), header=Headers(target.headers)
        )


_ARRAY = {"type": "array", "items": {"type": "string"}}
_OBJECT = {"type": "object", "additionalProperties": {"type": "string"}}
_READABLE: list[tuple[Location, str, bool, tuple[dict[str, Any], ...]]] = [
    ("path", "simple", False, ({"type": "string"}, _ARRAY, _OBJECT)),
    ("path", "simple", True, ({"type": "string"}, _ARRAY, _OBJECT)),
    ("query", "form", False, ({"type": "string"}, _ARRAY, _OBJECT)),
    ("query", "form", True, ({"type": "string"}, _ARRAY)),
    ("header", "simple", False, ({"type": "string"}, _ARRAY, _OBJECT)),
    ("header", "simple", True, (_OBJECT,)),
]
_CASES = [
    (Parameter("color", "color", location, True, style, explode), schema)
    for location, style, explode, schemas in _READABLE
    for schema in schemas
]
_ORACLES = {id(parameter): _oracle(parameter, schema) for parameter, schema in _CASES}


@pytest.mark.parametrize(
    ("parameter", "schema"), _CASES, ids=[f"{p.location}-{p.explode}-{s['type']}" for p, s in _CASES]
)
@settings(max_examples=40)
@given(data=st.data())
def test_another_library_reads_the_same_value(
    parameter: Parameter, schema: Mapping[str, Any], data: st.DataObject
) -> None:
    word = st.text(alphabet="abcXYZ019 -_~%/?#&+'\"é€", min_size=1, max_size=8).filter(
        lambda text: text == text.strip()
    )
    if parameter.location == "header":
        word = st.text(alphabet="abcXYZ019-_~%/?#&+", min_size=1, max_size=8)
    value: Any = data.draw(
        {"string": word, "array": st.lists(word, min_size=2, max_size=4)}.get(
            schema["type"], st.dictionaries(word.filter(lambda text: "=" not in text), word, min_size=1, max_size=3)
        )
    )
    operation: Operation[None] = Operation(
        id="op",
        method="GET",
        path="/things/{color}" if parameter.location == "path" else "/things",
        parameters=(parameter,),
    )
    target = serialise_parameters(operation, {"color": value})
    result = _ORACLES[id(parameter)].unmarshal_request(_Request(target))
    read = getattr(result.parameters, parameter.location)["color"]
    if parameter.location == "path":  # it takes the path apart without decoding it
        read = _decoded(read)
    assert read == value


def _decoded(value: Any) -> Any:
    if isinstance(value, list):
        return [unquote(item) for item in value]
    if isinstance(value, dict):
        return {unquote(name): unquote(member) for name, member in value.items()}
    return unquote(value)


@given(name=TEXT.filter(bool), value=TEXT)
@example("filter.credentialOfferCollection.id", "$not:$like:John Doe")
@example("filter[id]", "a&b=c#d")
def test_any_name_and_value_of_a_query_come_back(name: str, value: str) -> None:
    target = _place(value, name=name)
    assert parse_qsl(target.query, keep_blank_values=True) == [(name, value)]
    assert urlsplit(f"http://host{target.path}?{target.query}").path == "/things"
    assert target.query.isascii()


@given(st.lists(TEXT, min_size=1, max_size=4))
def test_any_array_comes_back_in_order(items: list[str]) -> None:
    assert parse_qsl(_place(items).query, keep_blank_values=True) == [("color", item) for item in items]
    joined = _place(items, explode=False).query.removeprefix("color=")
    assert [unquote(item) for item in joined.split(",")] == items


@given(st.dictionaries(TEXT, TEXT, min_size=1, max_size=4))
def test_a_deep_object_comes_back(members: dict[str, str]) -> None:
    pairs = parse_qsl(_place(members, style="deepObject").query, keep_blank_values=True)
    assert pairs == [(f"color[{name}]", value) for name, value in members.items()]


@given(TEXT)
def test_a_path_value_comes_back_or_is_refused(value: str) -> None:
    target = _try(value, "path")
    if isinstance(target, str):
        segments = value.replace("\\", "/").split("/")
        assert not value or not value.isprintable() or {".", ".."} & set(segments)
        assert len(value) < 3 or value not in target
    else:
        assert target.path.count("/") == 2
        assert unquote(target.path.removeprefix("/things/")) == value
        assert target.query == ""


# --- what nobody may do ----------------------------------------------------------------------------------------------

TRICKS = [
    "..",
    ".",
    "",
    "../admin",
    "..\\admin",
    "a/../b",
    "%2e%2e",
    "%2e%2e%2fadmin",
    "..%2fadmin",
    "//evil.test/",
    "http://evil.test/x",
    "@evil.test",
    "x?admin=1",
    "x#fragment",
    "x;admin=1",
    "x\r\nX-Injected: 1",
    "x\nHost: evil.test",
    "x\0y",
    "\x7f",
    " x ",
    "\u2028",
    "．．／",
    "\ud800",
]


@pytest.mark.parametrize("trick", TRICKS)
@pytest.mark.parametrize("style", ["simple", "label", "matrix"])
@pytest.mark.parametrize("shape", [lambda x: x, lambda x: [x, x], lambda x: {x: x}])
def test_no_path_value_moves_the_path(trick: str, style: str, shape: Any) -> None:
    target = _try(shape(trick), "path", style=style, explode=True)
    if isinstance(target, str):
        assert "'colo" in target
        return
    path = target.path
    assert path.startswith("/things/")
    assert path.count("/") == 2
    assert path.isascii()
    assert not {"?", "#", "\r", "\n", "\0", " ", "\\"} & set(path)
    assert path.split("/")[2] not in ("", ".", "..")


@pytest.mark.parametrize("trick", TRICKS)
@pytest.mark.parametrize("allow_reserved", [False, True])
def test_no_query_value_adds_a_parameter(trick: str, allow_reserved: bool) -> None:
    try:
        query = _place(f"a&admin=1{trick}", allow_reserved=allow_reserved).query
    except InvalidArgument:
        assert trick == "\ud800"
        return
    assert parse_qsl(query, keep_blank_values=True) == [("color", f"a&admin=1{trick}")]
    assert "#" not in query
    assert query.isprintable()


@pytest.mark.parametrize("trick", TRICKS)
def test_no_header_value_adds_a_header(trick: str) -> None:
    target = _try(trick, "header", name="X-Trace")
    if isinstance(target, str):
        assert "X-Trace" in target
    else:
        assert target.headers == (("X-Trace", trick),)
        assert trick.isprintable()


@pytest.mark.parametrize("trick", TRICKS)
@pytest.mark.parametrize("style", [None, "cookie"])
def test_no_cookie_value_adds_a_cookie(trick: str, style: str | None) -> None:
    try:
        ((name, value),) = _place(f"a; admin=1{trick}", "cookie", style=style).headers
    except InvalidArgument:
        return
    assert name == "cookie"
    assert value.startswith("color=a%3B%20admin%3D1")
    assert not {";", " ", "\r", "\n", "\0"} & set(value)


def test_two_values_cannot_make_a_dot_segment_together() -> None:
    operation: Operation[None] = Operation(
        id="op",
        method="GET",
        path="/files/{name}{ext}/end",
        parameters=(Parameter("name", "name", "path", True), Parameter("ext", "ext", "path", True)),
    )
    assert serialise_parameters(operation, {"name": "a", "ext": ".png"}).path == "/files/a.png/end"
    with pytest.raises(InvalidArgument, match="name"):
        serialise_parameters(operation, {"name": ".", "ext": "."})


@pytest.mark.parametrize("name", ["Host", "Content-Length", "Transfer-Encoding", "X Y", "X\r\nY", "", "é"])
def test_a_header_parameter_with_a_name_that_cannot_be_is_refused(name: str) -> None:
    with pytest.raises(InvalidArgument):
        _place("x", "header", name=name)


@given(TEXT)
def test_reserved_characters_pass_where_the_document_allows_them_and_the_value_still_comes_back(value: str) -> None:
    query = _place(value, allow_reserved=True).query
    assert parse_qsl(query, keep_blank_values=True) == [("color", value)]


def test_allow_reserved_leaves_harmless_characters_readable() -> None:
    assert _place("a/b:c?d=e,f", allow_reserved=True).query == "color=a/b:c?d=e,f"
    assert _place(["a,b", "c"], allow_reserved=True, explode=False).query == "color=a%2Cb,c"
    assert _place("a:b/c", "path", allow_reserved=True).path == "/things/a:b%2Fc"


# --- values ----------------------------------------------------------------------------------------------------------


_ABSENT: list[Any] = [UNSET, None, [], {}, {"a": None, "b": UNSET}]


class Shade(Enum):
    DARK = "dark"
    SOME = 3


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"),
        (False, "false"),
        (0, "0"),
        (10**30, "1" + "0" * 30),
        (1.5, "1.5"),
        (Decimal("1.10"), "1.10"),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC), "2025-01-02T03:04:05Z"),
        (datetime(2025, 1, 2, tzinfo=timezone(timedelta(hours=2))), "2025-01-02T00:00:00+02:00"),
        (date(2025, 1, 2), "2025-01-02"),
        (Shade.DARK, "dark"),
        (Shade.SOME, "3"),
        ("", ""),
    ],
)
def test_primitives_are_written_as_json_and_iso_write_them(value: object, text: str) -> None:
    assert parse_qsl(_place(value).query, keep_blank_values=True) == [("color", text)]
    assert parse_qsl(_place([value]).query, keep_blank_values=True) == [("color", text)]


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), Decimal("NaN"), object(), b"bytes", [None], {"a": object()}, [UNSET]]
)
def test_what_has_no_form_as_text_is_refused(value: object) -> None:
    with pytest.raises(InvalidArgument, match="colour"):
        _place(value)


@pytest.mark.parametrize("location", ["query", "header", "cookie"])
@pytest.mark.parametrize("value", _ABSENT)
def test_absent_null_and_empty_values_are_left_out_and_missed_where_required(location: Location, value: object) -> None:
    target = _place(value, location)
    assert (target.query, target.headers) == ("", ())
    with pytest.raises(InvalidArgument, match="required"):
        _place(value, location, required=True)


def test_an_absent_path_parameter_is_refused() -> None:
    for value in _ABSENT:
        with pytest.raises(InvalidArgument):
            _place(value, "path", required=True)


def test_models_are_objects_and_nested_values_become_json() -> None:
    recipient = Recipient(name="A", email="a@x", recipient_id="r")
    assert parse_qsl(_place(recipient).query) == [("name", "A"), ("email", "a@x"), ("recipientId", "r")]
    assert parse_qsl(_place({"a": {"b": [1]}, "c": [1, 2]}).query) == [("a", '{"b":[1]}'), ("c", "[1,2]")]


def test_deep_objects_go_on_as_deep_as_they_are() -> None:
    value: dict[str, Any] = {
        "a": {"b": [1, 2], "c": [{"d": recipient} for recipient in [Recipient(name="A", email="e")]]},
        "n": None,
    }
    assert parse_qsl(_place(value, style="deepObject").query) == [
        ("color[a][b][]", "1"),
        ("color[a][b][]", "2"),
        ("color[a][c][0][d][name]", "A"),
        ("color[a][c][0][d][email]", "e"),
    ]


@pytest.mark.parametrize(
    ("location", "style", "value"),
    [
        ("query", "spaceDelimited", ["a b", "c"]),
        ("query", "pipeDelimited", ["a|b", "c"]),
        ("header", "simple", ["a,b", "c"]),
    ],
)
def test_a_delimiter_that_a_style_cannot_escape_is_refused(location: Location, style: str, value: object) -> None:
    with pytest.raises(InvalidArgument, match="delimiter"):
        _place(value, location, style=style, explode=False)


@pytest.mark.parametrize("location", ["query", "header", "cookie", "path"])
def test_content_parameters_are_json(location: Location) -> None:
    target = _place({"a": [1, None]}, location, content="application/json")
    text = {
        "query": target.query.removeprefix("color="),
        "path": target.path.removeprefix("/things/"),
    }.get(
        location
    ) or target.headers[0][1].removeprefix("color=")
    assert unquote(text) == '{"a":[1,null]}'


def test_a_parameter_can_be_the_whole_query_string() -> None:
    assert (
        _place({"a": "b&c", "d": 1}, "querystring", content="application/x-www-form-urlencoded").query == "a=b%26c&d=1"
    )
    assert unquote(_place({"a": 1}, "querystring", content="application/json").query) == '{"a":1}'


def test_a_query_and_a_fragment_in_the_path_template() -> None:
    assert _place("x", path="/things?kind=a b#part").path == "/things"
    assert _place("x", path="/things?kind=a b#part").query == "kind=a%20b&color=x"


def test_the_same_name_in_two_places_and_an_unknown_argument() -> None:
    operation: Operation[None] = Operation(
        id="op",
        method="GET",
        path="/{id}",
        parameters=(Parameter("id", "id", "path", True), Parameter("id_query", "id", "query")),
    )
    target = serialise_parameters(operation, {"id": "a", "id_query": "b"})
    assert (target.path, target.query) == ("/a", "id=b")
    with pytest.raises(TypeError, match="other"):
        serialise_parameters(operation, {"id": "a", "other": 1})


def test_refusals_name_the_parameter_and_never_the_value() -> None:
    canary = "canary@example.com"
    for refusal in (_try(f"../{canary}", "path"), _try(f"{canary}\r\n", "header"), _try([canary, None])):
        assert isinstance(refusal, str)
        assert canary not in refusal


@given(st.text(st.characters(max_codepoint=255, exclude_categories=["Cc", "Cf", "Zs"])))
def test_simple_header_values_arrive_unchanged(value: str) -> None:
    assert _place(value, "header", name="X-Trace").headers == (("X-Trace", value),)
