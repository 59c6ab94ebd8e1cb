"""From the text of a page to requests, answers, paths and schemas: what is printed is read, what is not is marked."""

from __future__ import annotations

import json
import random
import string

import jsonschema_rs
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from credkit_codegen.primitives import JSON
from credkit_codegen.scaffold.examples.curl import NotCurl, Request, read_curl
from credkit_codegen.scaffold.examples.infer import infer_schema
from credkit_codegen.scaffold.examples.page import read_page
from credkit_codegen.scaffold.examples.paths import method_of, operation_id, shared_prefix, templates

ADDRESS = "https://api.things.dev/v1/things"


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (f"curl {ADDRESS}", ("GET", False, None, "", "")),
        (f"curl -X DELETE {ADDRESS}", ("DELETE", False, None, "", "")),
        (f"curl -XPUT {ADDRESS} -d '{{\"a\": 1}}'", ("PUT", True, {"a": 1}, "application/json", "")),
        (f"curl --url {ADDRESS} --json '[1]'", ("POST", True, [1], "application/json", "")),
        (f"curl {ADDRESS} --data-raw=null", ("POST", True, None, "application/json", "")),
        (
            f"curl {ADDRESS} -d a=1 -d b=2",
            ("POST", True, {"a": "1", "b": "2"}, "application/x-www-form-urlencoded", ""),
        ),
        (f"curl {ADDRESS} -F image=@me.png -F kind=x", ("POST", True, {"kind": "x"}, "multipart/form-data", "")),
        (f"curl {ADDRESS} --data-binary @file.bin", ("POST", False, None, "application/octet-stream", "")),
        (f"curl -I {ADDRESS}", ("HEAD", False, None, "", "")),
        (f"curl {ADDRESS} -H 'Authorization: Bearer abc'", ("GET", False, None, "", "bearer")),
        (f"curl -u me:secret {ADDRESS}", ("GET", False, None, "", "basic")),
        (f"curl {ADDRESS} -H 'X-API-Key: abc'", ("GET", False, None, "", "header:x-api-key")),
        (f"curl -sSL -o out.json --retry 3 {ADDRESS}", ("GET", False, None, "", "")),
        (f"curl {ADDRESS} \\\n  -H 'Accept: */*' \\\n  -d '{{\n}}'", ("POST", True, {}, "application/json", "")),
    ],
)
def test_curl_commands(command: str, expected: tuple[object, ...]) -> None:
    found = read_curl(command)
    assert (found.method, found.has_body, found.body, found.media_type, found.security) == expected
    assert (found.scheme, found.host, found.path) == ("https", "api.things.dev", "/v1/things")


def test_queries_and_files_of_curl() -> None:
    found = read_curl("curl -G 'https://a.dev/x?limit=2' --data-urlencode 'q=a b' -d page=1")
    assert (found.method, found.has_body) == ("GET", False)
    assert sorted(found.query) == [("limit", "2"), ("page", "1"), ("q", "a b")]
    assert read_curl("curl a.dev/x -F 'image=@x.png;type=image/png'").files == ("image",)


def test_no_credential_is_kept() -> None:
    for command in (
        "curl -u me:hunter2 https://a.dev/",
        "curl https://a.dev/ -H 'Authorization: Bearer hunter2'",
        "curl https://a.dev/ -H 'X-Api-Key: hunter2'",
        "curl https://me:hunter2@a.dev/",
    ):
        assert "hunter2" not in repr(read_curl(command))


@pytest.mark.parametrize(
    "command",
    ["curl", "curl -H 'a: b'", "curl ftp://a.dev", "curl 'https://[bad'", "curl -X FROB https://a.dev", "curl 'x"],
)
def test_what_is_no_request_is_refused(command: str) -> None:
    with pytest.raises(NotCurl):
        read_curl(command)


PAGE = """\
Create a thing

POST
/
v1
/
things
/
{thingId}
curl -X POST https://api.things.dev/v1/things/th_12345678 \\
  -H 'Content-Type: application/json' \\
  -d '{
  "name": "A"
}'
HTTP 201 Created
{
"id": "th_12345678"
}

Errors
409 Conflict
{"code": "TAKEN"}

200Success
get
GET /v1/things HTTP/1.1
Host: api.things.dev
Accept: */*

[{"id": "a"}]
$ curl https://api.things.dev/v1/status
PATCH /v1/things/{id} HTTP/1.1
Host: api.things.dev
Content-Type: application/json

{"name": null}
{"id": "b"}
curl https://api.things.dev/v1/broken -d '{
"""


def test_a_page_is_read_into_exchanges() -> None:
    page = read_page(PAGE)
    found = [(one.request.method, one.request.path, one.request.body, one.status, one.answer) for one in page.exchanges]
    assert found == [
        ("POST", "/v1/things/th_12345678", {"name": "A"}, 201, {"id": "th_12345678"}),
        ("POST", "/v1/things/th_12345678", {"name": "A"}, 409, {"code": "TAKEN"}),
        ("GET", "/v1/things", None, 200, [{"id": "a"}]),
        ("GET", "/v1/status", None, 0, None),
        ("PATCH", "/v1/things/{id}", {"name": None}, 0, {"id": "b"}),
    ]
    assert ("POST", "/v1/things/{thingId}") in page.declared
    assert [line for line, _ in page.unread] == [PAGE.count("\n")]


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 2**32 - 1))
def test_no_text_breaks_the_reader(seed: int) -> None:
    draw = random.Random(seed)
    pieces = [
        *PAGE.split("\n"),
        "{",
        "[",
        "curl",
        "curl '",
        '{"a": [',
        "\\",
        "GET / HTTP/1.1",
        "POST",
        "/",
        "\x00",
        "é",
        "[" * 5000,
    ]
    text = "\n".join(
        draw.choice(pieces) + draw.choice(["", "", draw.choice(string.printable)]) for _ in range(draw.randrange(60))
    )
    for one in read_page(text).exchanges:
        assert isinstance(one.request, Request)


@pytest.mark.parametrize(
    ("path", "declared", "expected"),
    [
        ("/v1/things", [], ("/v1/things", ())),
        ("/v1/things/th_1a2b3c4d5e", [], ("/v1/things/{thingId}", ("thingId",))),
        ("/things/12/parts/34", [], ("/things/{thingId}/parts/{partId}", ("thingId", "partId"))),
        ("/10 x/34", [], ("/10%20x/{id}", ("id",))),
        ("/12/34", [], ("/{id}/{id2}", ("id", "id2"))),
        ("/things/th_1a2b3c4d5e", ["/things/{key}"], ("/things/{key}", ())),
        ("/things/alice", ["/things/{key}"], ("/things/{key}", ())),
        ("/things/search", ["/things/{key}", "/things/search"], ("/things/search", ())),
        ("/w/$ENV_ID/<user id>/:x/YOUR_ORG", [], ("/w/{envId}/{userId}/{x}/{yourOrg}", ())),
    ],
)
def test_ids_in_paths_become_placeholders(
    path: str, declared: list[str], expected: tuple[str, tuple[str, ...]]
) -> None:
    assert templates(path, declared) == expected


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        (["/v1/things/batch"], "/v1"),
        (["/api/x/things", "/api/x/things/{id}"], "/api/x"),
        (["/web/{env}/api/things", "/web/{env}/api/others"], "/web/{env}/api"),
        (["/things/{id}/a", "/things/{id}/b"], ""),
        (["/a", "/b"], ""),
        ([], ""),
    ],
)
def test_the_server_is_what_all_paths_share(paths: list[str], expected: str) -> None:
    assert shared_prefix(paths) == expected


@pytest.mark.parametrize(
    ("method", "path", "id_", "python"),
    [
        ("GET", "/things", "listThings", ("things", "list")),
        ("GET", "/things/{id}", "getThing", ("things", "get")),
        ("POST", "/things", "createThing", ("things", "create")),
        ("DELETE", "/things/{id}", "deleteThing", ("things", "delete")),
        ("POST", "/things/batch-issue", "batchIssueThings", ("things", "batch-issue")),
        ("GET", "/things/{id}/status", "getThingStatus", ("things", "get status")),
        ("PUT", "/", "replace", ("client", "replace")),
    ],
)
def test_names_are_verb_first(method: str, path: str, id_: str, python: tuple[str, str]) -> None:
    assert (operation_id(method, path), method_of(method, path)) == (id_, python)


def infer(*values: JSON) -> dict[str, JSON]:
    return infer_schema(values, lambda note: {"page": "p", "basis": "inferred", "note": note})


def test_types_follow_from_what_is_shown_and_no_more() -> None:
    assert infer(1, 2) == {"type": "integer"}
    assert infer(1, 2.5) == {"type": "number"}
    assert infer("a", None) == {"type": ["string", "null"]}
    assert infer("2025-01-02T03:04:05Z") == {"type": "string", "format": "date-time"}
    assert infer("2025-01-02T03:04:05Z", "soon") == {"type": "string"}
    assert infer("<string>") == {"type": "string"}
    assert infer({"email": "<string>"}) == {
        "type": "object",
        "properties": {"email": {"type": "string", "x-secret": True}},
    }
    assert infer({"a": 1}, {"b": True}) == {
        "type": "object",
        "properties": {"a": {"type": "integer"}, "b": {"type": "boolean"}},
    }
    for values, reason in (
        ((None,), "Only null is shown"),
        (("<unknown>",), "in the place of a value"),
        ((1, "a"), "disagree"),
        (([],), "empty"),
    ):
        assert reason in json.dumps(infer(*values))
        assert '"basis": "inferred"' in json.dumps(infer(*values))


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 5)
    | st.floats(-2, 2)
    | st.sampled_from(["", "<string>", "<unknown>", "2025-01-02", "a@b.dev", "https://a.dev", "x"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["a", "b", "email", "$ref", "type", ""]), inner, max_size=3),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(st.lists(VALUES, min_size=1, max_size=3))
@example([1, True])
@example([["<string>"], [1]])
def test_every_example_satisfies_the_schema_that_is_made_of_it(values: list[JSON]) -> None:
    schema = infer(*values)
    validator = jsonschema_rs.Draft202012Validator(schema)
    assert [value for value in values if not validator.is_valid(value)] == []
