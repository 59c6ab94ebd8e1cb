"""Where requests go: server URLs, their variables, and targets that no argument can bend."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from credkit.runtime import Api, Client, Operation, Parameter, Server, ServerVariable
from credkit.runtime.errors import ApiError, InvalidArgument, InvalidBaseUrl, MissingServerVariable
from credkit.runtime.urls import has_dot_segment, is_loopback, join_target, parse_base

from .kit import MODES, Mode, json_reply, session

OK = json_reply({})


@pytest.mark.parametrize("servers", [(), (Server("/"),), (Server("/api/v1"),), (Server("//api.example.com"),)])
def test_without_an_address_the_error_names_the_argument(servers: tuple[Server, ...]) -> None:
    with pytest.raises(InvalidBaseUrl, match=r"so base_url= is needed\. Give an absolute http or https URL"):
        Client(Api(name="x", servers=servers), {})


@pytest.mark.parametrize(
    ("url", "base"),
    [
        ("https://api.example.com", "https://api.example.com"),
        ("https://API.Example.com/v1/", "https://api.example.com/v1"),
        ("https://api.example.com:443/v1", "https://api.example.com/v1"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://[::1]:8080/x", "http://[::1]:8080/x"),
        ("https://bücher.example/v1", "https://xn--bcher-kva.example/v1"),
        ("https://api.example.com/a%20b/$x", "https://api.example.com/a%20b/$x"),
    ],
)
def test_base_urls(url: str, base: str) -> None:
    assert str(parse_base(url)) == base


@pytest.mark.parametrize(
    "url",
    [
        "",
        "api.example.com",
        "/v1",
        "ftp://api.example.com",
        "https://",
        "https://user:canary@api.example.com",
        "https://api.example.com?canary=1",
        "https://api.example.com#canary",
        "https://api.example.com/../canary",
        "https://api.example.com/%2e%2e/canary",
        "https://api.example.com/a b",
        "https://api.example.com/a\r\nb",
        "https://api.example.com/%zz",
        "https://api.example.com:99999",
        "https://api.exa mple.com",
        "https://[canary]/",
        "https://api.example.com\\canary",
        "https://\ud800.example",
    ],
)
def test_base_urls_that_cannot_be_used(url: str) -> None:
    with pytest.raises(InvalidBaseUrl) as caught:
        parse_base(url)
    assert "canary" not in str(caught.value)


def api(url: str, *variables: ServerVariable) -> Api:
    return Api(name="demo", servers=(Server(url, variables),))


def test_server_variables() -> None:
    demo = api(
        "https://{region}.example.com/{env}/api", ServerVariable("region", "eu", ("eu", "us")), ServerVariable("env")
    )
    assert str(Client(demo, {}, server_variables={"env": "a1b2"})._core.base) == "https://eu.example.com/a1b2/api"
    values: dict[str, str | None] = {"env": "x", "region": "us"}
    assert str(Client(demo, {}, server_variables=values)._core.base) == "https://us.example.com/x/api"
    assert str(Client(demo, {}, base_url="http://127.0.0.1:9")._core.base) == "http://127.0.0.1:9"
    with pytest.raises(MissingServerVariable, match="needs a value: env="):
        Client(demo, {})
    with pytest.raises(MissingServerVariable, match="needs a value: env="):
        Client(demo, {}, server_variables={"env": None})


def test_server_variables_are_named_as_the_constructor_does() -> None:
    demo = api("https://{environmentId}.example.com", ServerVariable("environmentId", argument="environment_id"))
    with pytest.raises(MissingServerVariable, match=r"environment_id= \('environmentId'\)"):
        Client(demo, {})
    with pytest.raises(InvalidBaseUrl, match="environment_id="):
        Client(demo, {}, server_variables={"environmentId": "a/b"})


@pytest.mark.parametrize(
    "value", ["", ".", "..", "a/b", "a?b", "a#b", "a@b", "a:b", "a%2f", "a b", "a\nb", "ä", "a\\b"]
)
def test_server_variables_that_would_change_the_url(value: str) -> None:
    with pytest.raises(InvalidBaseUrl):
        Client(api("https://x.example.com/{env}", ServerVariable("env")), {}, server_variables={"env": value})


@pytest.mark.parametrize(
    ("url", "value", "advice"),
    [
        (
            "https://{env}/v1",
            "http://127.0.0.1:8703",
            "env= is a name such as api.example.com; a whole address is base_url=",
        ),
        ("https://{env}/v1", "a b", "env= is a name such as api.example.com; a whole address is base_url="),
        ("https://x.example.com/{env}", "a/b", "env= is one part of the server's URL; a whole address is base_url="),
    ],
)
def test_what_to_give_instead_of_a_server_variable_that_is_none(url: str, value: str, advice: str) -> None:
    with pytest.raises(InvalidBaseUrl, match="would change the URL around it") as caught:
        Client(api(url, ServerVariable("env")), {}, server_variables={"env": value})
    assert str(caught.value).endswith(f". {advice}")


def test_an_enum_of_server_variables() -> None:
    demo = api("https://x.example.com/{env}", ServerVariable("env", "a", ("a", "b")))
    with pytest.raises(InvalidBaseUrl, match="'a', 'b'"):
        Client(demo, {}, server_variables={"env": "c"})


def test_an_api_without_a_server() -> None:
    for demo in (Api(name="demo"), api("/v1")):
        with pytest.raises(InvalidBaseUrl):
            Client(demo, {})
        assert str(Client(demo, {}, base_url="https://x.example.com")._core.base) == "https://x.example.com"


@pytest.mark.parametrize(
    ("server", "base_url", "url"),
    [
        ("https://files.example.com/v2", None, "https://files.example.com/v2/t"),
        ("/v2", None, "https://api.example.com/v2/t"),
        ("https://files.example.com/v2", "http://127.0.0.1:9/x", "http://127.0.0.1:9/v2/t"),
        ("/v2", "http://127.0.0.1:9/x", "http://127.0.0.1:9/v2/t"),
        ("https://{region}.example.com/v2", "http://127.0.0.1:9/x", "http://127.0.0.1:9/v2/t"),
        ("{scheme}://{region}.example.com", "http://127.0.0.1:9/x", "http://127.0.0.1:9/t"),
    ],
)
@pytest.mark.parametrize("mode", MODES)
def test_operations_with_a_server_of_their_own(mode: Mode, server: str, base_url: str | None, url: str) -> None:
    op: Operation[None] = Operation(id="t", method="GET", path="/t", servers=(Server(server),))
    with session(mode, OK, base_url=base_url) as (client, script):
        client.call(op)
    assert script.requests[0].url == url


@pytest.mark.parametrize("server", ["https://{your-host}/v9", "ftp://", "https://a b"])
@pytest.mark.parametrize("mode", MODES)
def test_a_server_that_nobody_filled_in_matters_only_without_a_base_url(mode: Mode, server: str) -> None:
    named = Server(server, (ServerVariable("your-host", "{your-host}"),)) if "{" in server else Server(server)
    op: Operation[None] = Operation(id="t", method="GET", path="/t", servers=(named,))
    with session(mode, OK, base_url="http://127.0.0.1:9/v1", api=Api(name="demo")) as (client, script):
        client.call(op)
    assert script.requests[0].url == "http://127.0.0.1:9/v1/t"
    api = Api(name="demo", servers=(Server("https://api.example.com"),))
    with session(mode, api=api) as (client, _), pytest.raises(InvalidBaseUrl, match="the operation's server URL"):
        client.call(op)


# --- arguments cannot bend the target ----------------------------------------------------------------------------------

ONE: Operation[None] = Operation(
    id="one",
    method="GET",
    path="/things/{id}/parts",
    parameters=(Parameter("thing_id", "id", "path", required=True), Parameter("q", "q", "query")),
)
NASTY = st.text(max_size=12) | st.text("./\\%2eE;?#@: \r\n\0a", max_size=10) | st.from_regex(r"\Ahttps?://[a-z.]+/x\Z")


@given(NASTY, NASTY)
@example("../../admin", "a&b=c#d")
@example("%2e%2e", "")
@example("..%2f..%2fadmin", "x")
@example("..;/admin", "x")
@example("https://evil.example.com/", "x")
@example("a\r\nHost: evil", "a\r\nX: y")
def test_no_argument_changes_which_resource_is_called(thing: str, q: str) -> None:
    with session("sync", OK) as (client, script):
        try:
            client.call(ONE, {"thing_id": thing, "q": q})
        except InvalidArgument:
            assert not script.requests
            return
    target = script.requests[0].target
    assert script.requests[0].origin.host == "api.example.com"
    match = re.fullmatch(r"/v1/things/([^/?#]+)/parts\?q=([^&#]*)", target)
    assert match is not None
    assert target.isascii()
    assert (unquote(match[1]), unquote(match[2])) == (thing, q)
    assert not any(unquote(part) in (".", "..") for part in re.split(r"[/\\;]", unquote(target.partition("?")[0])))


@pytest.mark.parametrize(
    "path", ["/things/../parts", "/things/a/b/parts", "/things/%2e%2E/parts", "/things/a?b/parts", "/things/ä/parts"]
)
def test_a_path_that_was_bent_elsewhere_is_caught_at_the_end(path: str) -> None:
    """The second lock: whatever the serialiser lets through."""
    with pytest.raises(InvalidArgument):
        join_target(parse_base("https://x.example.com"), "/things/{id}/parts", path, "")


@given(st.text("./\\%25eEfF;abc", max_size=20))
def test_dot_segments_are_found_however_often_they_are_encoded(path: str) -> None:
    decoded = path
    for _ in range(3):
        if any(part in (".", "..") for part in re.split(r"[/\\;]", decoded)):
            assert has_dot_segment(path)
        decoded = unquote(decoded)


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("localhost", True),
        ("a.localhost", True),
        ("localhost.example.com", False),
        ("127.0.0.1.example.com", False),
        ("0.0.0.0", False),
        ("10.0.0.1", False),
        ("example.com", False),
    ],
)
def test_this_machine(host: str, local: bool) -> None:
    assert is_loopback(host) is local


@given(st.text(max_size=40))
def test_any_base_url_is_taken_or_refused(url: str) -> None:
    try:
        base: Any = parse_base(url)
    except ApiError:
        return
    again = urlsplit(str(base))
    assert (again.scheme, again.hostname) == (base.origin.scheme, base.origin.host)
