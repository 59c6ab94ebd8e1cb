"""The two halves of the second judge against each other: requests written by hand, then read by hand."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from typing import Any

import pytest

from scripts.judge.decode import match_path, request_problems
from scripts.judge.encode import encode
from scripts.judge.intent import RAW, kind_of, sendable
from scripts.judge.oracle import Oracle
from scripts.judge.wire import Answer, Captured, serve

from .support import change, get, intent_of, one, post

TEXT, LIST, MAP = "blue & ü=1?", ["blue", "1 2", "x+y"], {"R": 100, "G": "a b"}
STYLES = {
    "path": ("simple", "label", "matrix"),
    "query": ("form", "spaceDelimited", "pipeDelimited", "deepObject"),
    "header": ("simple",),
    "cookie": ("form",),
}
TYPES: dict[type, Any] = {str: {"type": "string"}, list: {"type": "array"}, dict: {"type": "object"}}


def cases() -> Iterator[tuple[dict[str, Any], Any]]:
    for location, styles in STYLES.items():
        for style in styles:
            for explode in (True, False):
                for value in (TEXT, LIST, MAP, 7, True, 1.5, "2024-05-17T12:00:00Z"):
                    node = {"name": "color", "in": location, "style": style, "explode": explode, "required": True}
                    node["schema"] = TYPES.get(type(value), {})
                    if sendable(node, value):
                        yield node, value


CASES = list(cases())


def problems(made: Any, intent: Any, got: Captured) -> list[str]:
    return list(request_problems(one(made).path, "", intent, got, frozenset()))


@pytest.mark.parametrize(("node", "value"), CASES, ids=lambda case: str(case)[:90])
def test_every_style_is_read_as_it_is_written(node: dict[str, Any], value: Any) -> None:
    path = "/things/{color}" if node["in"] == "path" else "/things"
    made = get(node, path=path)
    intent = intent_of(made, value)
    assert problems(made, intent, encode(made, "get", path, intent)) == []


@pytest.mark.parametrize(("node", "value"), CASES, ids=lambda case: str(case)[:90])
def test_another_value_is_noticed_in_every_style(node: dict[str, Any], value: Any) -> None:
    path = "/things/{color}" if node["in"] == "path" else "/things"
    made = get(node, path=path)
    others: dict[type, Any] = {str: "other", list: [*LIST, "more"], dict: {**MAP, "G": "c"}, bool: False}
    other = others.get(type(value), 8)
    got = encode(made, "get", path, intent_of(made, other))
    assert problems(made, intent_of(made, value), got)


def test_there_are_cases_of_all_styles() -> None:
    assert len({(node["in"], node["style"]) for node, _ in CASES}) == 9
    assert len(CASES) > 60


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("/things?a=1&b=2", "'b' was not asked for"),
        ("/things", "missing"),
        ("/things?a=1&a=2", "came 2 times"),
        ("/thing?a=1", "the path"),
        ("/other/things?a=1", "the path"),
        ("/things/?a=1", "the path"),
    ],
)
def test_what_is_too_much_or_missing_is_noticed(target: str, expected: str) -> None:
    made = get({"name": "a", "in": "query", "schema": {"type": "integer"}})
    found = problems(made, intent_of(made, 1), Captured("GET", target, ()))
    assert any(expected in problem for problem in found)


def test_a_path_variable_keeps_its_slash() -> None:
    assert match_path("/a/{b}", "/v1/a/x%2Fy", "/v1") == {"b": "x%2Fy"}
    assert match_path("/a/{b}", "/v1/a/x/y", "/v1") is None
    assert match_path("/a b/{c}:go", "/a%20b/1:go", "") == {"c": "1"}


def test_a_query_in_the_path_itself_has_to_be_sent() -> None:
    made = get(path="/a?kind=x#note")
    assert problems(made, intent_of(made), Captured("GET", "/a?kind=x", ())) == []
    assert problems(made, intent_of(made), Captured("GET", "/a", ()))


BODIES: list[tuple[str, dict[str, Any], Any]] = [
    ("application/json", {}, {"a": [1, None, "ü"], "at": "2024-05-17T12:00:00Z"}),
    ("application/merge-patch+json", {}, [1.5, True]),
    ("application/x-www-form-urlencoded", {}, {"a": "x y&z", "n": 5, "many": ["p", "q"]}),
    (
        "application/x-www-form-urlencoded",
        {"encoding": {"o": {"style": "deepObject", "explode": True}}},
        {"o": {"a": "1"}},
    ),
    ("application/x-www-form-urlencoded", {"encoding": {"l": {"explode": False}}}, {"l": ["a", "b"]}),
    ("application/x-www-form-urlencoded", {}, {"o": {"a": {"b": ["x"]}}}),
    (
        "multipart/form-data",
        {"schema": {"properties": {"f": {"format": "binary", "type": "string"}}}},
        {"f": RAW, "t": "x"},
    ),
    ("multipart/form-data", {"encoding": {"o": {"contentType": "application/json"}}}, {"o": {"a": [1]}}),
    ("multipart/form-data", {"schema": {"properties": {"fs": {"type": "array"}}}}, {"fs": [RAW, RAW + b"1"]}),
    ("application/octet-stream", {}, RAW),
    ("text/plain", {}, "ü\n"),
]


@pytest.mark.parametrize(("media_type", "media", "value"), BODIES, ids=lambda case: str(case)[:50])
def test_bodies_are_read_as_they_are_written(media_type: str, media: dict[str, Any], value: Any) -> None:
    made = post(media_type, media)
    intent = intent_of(made, body=value)
    got = encode(made, "post", "/things", intent)
    assert problems(made, intent, got) == []
    spoiled = got.body.replace(b"x", b"y").replace(b"1", b"2").replace(b"\n", b"").replace(b"a", b"A")
    assert problems(made, intent, change(got, body=spoiled))
    assert problems(made, intent, change(got, headers=(("content-type", "application/other"),)))


def test_an_instant_may_be_written_in_another_way_but_not_be_another() -> None:
    made = post("application/json", {})
    intent = intent_of(made, body={"at": "2024-05-17T12:00:00Z"})
    headers = (("Content-Type", "application/json"),)
    same = Captured("POST", "/things", headers, b'{"at": "2024-05-17T14:00:00.000+02:00"}')
    later = Captured("POST", "/things", headers, b'{"at": "2024-05-17T12:00:00.001Z"}')
    assert problems(made, intent, same) == []
    assert problems(made, intent, later)


def test_a_body_that_nobody_asked_for_is_noticed() -> None:
    made = get()
    assert problems(made, intent_of(made), Captured("GET", "/things", (), b"x"))


# --- both judges together ------------------------------------------------------------------------------------------


READ_BY_OPENAPI_CORE = [
    (node, value)
    for node, value in CASES
    if node["style"] == {"query": "form", "cookie": "form"}.get(node["in"], "simple")
    and (not isinstance(value, dict) or (node["in"] != "query" and not node["explode"]))
    and not (node["in"] == "cookie" and isinstance(value, list | dict))
]


@pytest.mark.parametrize(("node", "value"), READ_BY_OPENAPI_CORE, ids=lambda case: str(case)[:90])
def test_openapi_core_agrees_where_it_can_read(node: dict[str, Any], value: Any) -> None:
    path = "/things/{color}" if node["in"] == "path" else "/things"
    made = get(node, path=path)
    intent = intent_of(made, value)
    verdict = Oracle(made).judge(one(made), "", intent, encode(made, "get", path, intent))
    assert (verdict.problems, verdict.unread) == ((), None)


def test_openapi_core_refuses_what_the_schema_forbids() -> None:
    made = get({"name": "n", "in": "query", "required": True, "schema": {"type": "integer", "maximum": 5}})
    oracle = Oracle(made)
    assert oracle.errors(one(made), "", Captured("GET", "/things?n=5", ())) == ()
    assert "6 is greater" in oracle.errors(one(made), "", Captured("GET", "/things?n=6", ()))[0]


def test_what_openapi_core_cannot_read_is_said_and_judged_by_the_second_judge() -> None:
    schema = {"type": "object", "properties": {"a": {"type": "integer"}}}
    node = {"name": "o", "in": "query", "required": True, "explode": True, "schema": schema}
    made = get(node)
    oracle, intent = Oracle(made), intent_of(made, {"a": 1})
    good = oracle.judge(one(made), "", intent, Captured("GET", "/things?a=1", ()))
    assert good.problems == ()
    assert good.unread is not None
    bad = oracle.judge(one(made), "", intent, Captured("GET", "/things?o=1", ()))
    assert bad.problems


def test_missing_credentials_are_a_problem() -> None:
    made = get()
    made.root["security"] = [{"key": []}, {"token": []}]
    made.root["components"]["securitySchemes"] = {
        "key": {"type": "apiKey", "name": "k", "in": "query"},
        "token": {"type": "http", "scheme": "Bearer"},
    }
    oracle, intent = Oracle(made), intent_of(made)
    assert any(
        "security" in one for one in oracle.judge(one(made), "", intent, Captured("GET", "/things", ())).problems
    )
    for target, headers in (("/things?k=1", ()), ("/things", (("authorization", "Bearer x"),))):
        assert oracle.judge(one(made), "", intent, Captured("GET", target, headers)).problems == ()


@pytest.mark.parametrize("media_type", ["application/json", "text/json", "application/problem+json; charset=utf-8"])
def test_media_types_that_are_json(media_type: str) -> None:
    assert kind_of(media_type) == "json"


@pytest.mark.parametrize(("status", "length"), [(200, "0"), (205, "0"), (204, None), (304, None)])
def test_answers_without_a_body_end(status: int, length: str | None) -> None:
    with serve("/base") as wire:
        wire.answer = Answer(status)
        connection = http.client.HTTPConnection(wire.base_url.split("/")[2], timeout=5)
        for _ in range(2):  # the second one needs the end of the first
            connection.request("GET", "/base/x")
            answer = connection.getresponse()
            assert (answer.status, answer.read(), answer.headers["Content-Length"]) == (status, b"", length)
        connection.close()
