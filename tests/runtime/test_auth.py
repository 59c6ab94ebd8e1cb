"""Credentials: where they go, which are chosen, and how access tokens are fetched, kept and renewed."""

from __future__ import annotations

import asyncio
import json
import pickle
import threading
import time
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

import pytest

from credkit.runtime import Api, AsyncClient, Client, Content, MutualTLS, OAuth2, Operation, Parameter, Retry, Server
from credkit.runtime.errors import (
    AuthenticationError,
    ConfigurationError,
    DeadlineBeforeSending,
    InsecureBaseUrl,
    InvalidBaseUrl,
    InvalidCredential,
    MissingCredential,
    NotSent,
    OutcomeUnknown,
    TokenError,
)
from credkit.runtime.outcome import Phase
from credkit.runtime.transport import WireRequest

from .kit import API, MODES, Broken, FakeClock, Mode, Reply, Script, json_reply, session

JSON = (Content("application/json", lambda: dict[str, int]),)
OK = json_reply({"id": 1})
OAUTH = {"oauth": {"client_id": "id-1", "client_secret": "secret-1"}}
both = pytest.mark.parametrize("mode", MODES)


def needing(*security: tuple[str, ...], **more: Any) -> Operation[dict[str, int]]:
    return Operation(
        **{"id": "op", "method": "GET", "path": "/t", "responses": {"200": JSON}, "security": security} | more
    )


def token(value: str = "token-1", **more: Any) -> Reply:
    return json_reply({"access_token": value, "token_type": "Bearer", "expires_in": 300} | more)


# --- placing -----------------------------------------------------------------------------------------------------------


@both
@pytest.mark.parametrize(
    ("scheme", "given", "header", "value"),
    [
        ("bearer", "t-1", "authorization", "Bearer t-1"),
        ("bearer", {"value": "t-1"}, "authorization", "Bearer t-1"),
        ("key", "k-1", "x-api-key", "k-1"),
        ("basic", {"username": "me", "password": "pä:ss"}, "authorization", "Basic bWU6cMOkOnNz"),
        ("basic", ("me", "pass"), "authorization", "Basic bWU6cGFzcw=="),
        ("oauth", "t-2", "authorization", "Bearer t-2"),
        ("oauth", {"token": "t-2", "client_id": None}, "authorization", "Bearer t-2"),
        ("cookie", "c-1", "cookie", "session=c-1"),
    ],
)
def test_a_credential_is_placed(mode: Mode, scheme: str, given: object, header: str, value: str) -> None:
    with session(mode, OK, credentials={scheme: given}) as (client, script):
        client.call(needing((scheme,)))
    assert script.header(header) == value


@both
def test_a_key_in_the_query_is_encoded(mode: Mode) -> None:
    op = needing(("query",), parameters=(Parameter("page", "page", "query"),))
    with session(mode, OK, credentials={"query": "a&b=c"}) as (client, script):
        client.call(op, {"page": 2})
        client.call(op)
    assert [request.target for request in script.requests] == [
        "/v1/t?page=2&api%20key=a%26b%3Dc",
        "/v1/t?api%20key=a%26b%3Dc",
    ]


@both
def test_an_argument_wins_over_a_credential_of_the_same_name(mode: Mode) -> None:
    parameters = (Parameter("key", "api key", "query"), Parameter("session", "session", "cookie"))
    op = needing(("query", "cookie"), parameters=parameters)
    with session(mode, OK, credentials={"query": "k-1", "cookie": "c-1"}) as (client, script):
        client.call(op, {"key": "mine", "session": "own"})
        client.call(op)
    assert [request.target for request in script.requests] == ["/v1/t?api%20key=mine", "/v1/t?api%20key=k-1"]
    assert [dict(request.headers)["cookie"] for request in script.requests] == ["session=own", "session=c-1"]


@both
def test_cookies_are_joined(mode: Mode) -> None:
    op = needing(("cookie",), parameters=(Parameter("lang", "lang", "cookie"),))
    with session(mode, OK, credentials={"cookie": "c-1"}) as (client, script):
        client.call(op, {"lang": "de"})
    assert script.header("cookie") == "lang=de; session=c-1"


# --- choosing ----------------------------------------------------------------------------------------------------------


@both
def test_the_first_way_whose_credentials_are_all_there(mode: Mode) -> None:
    op = needing(("bearer", "key"), ("key",), ("basic",))
    with session(mode, OK, credentials={"key": "k", "basic": ("u", "p")}) as (client, script):
        client.call(op)
        assert (script.header("x-api-key"), script.header("authorization")) == ("k", None)
    with session(mode, OK, credentials={"key": "k", "bearer": "t"}) as (client, script):
        client.call(op)
        assert (script.header("x-api-key"), script.header("authorization")) == ("k", "Bearer t")


@both
def test_anonymous_calls(mode: Mode) -> None:
    with session(mode, OK, credentials={"key": "k"}) as (client, script):
        client.call(needing())
        assert script.header("x-api-key") is None
        client.call(needing(("bearer",), ()))
        assert script.header("authorization") is None
        client.call(needing((), ("key",)))
        assert script.header("x-api-key") == "k"


@both
def test_a_missing_credential_is_named(mode: Mode) -> None:
    with session(mode, OK, credentials={"key": None}) as (client, script):
        with pytest.raises(MissingCredential) as caught:
            client.call(needing(("bearer",), ("basic", "key")))
        assert "'bearer'; or 'basic' and 'key'" in str(caught.value)
        assert "GET /t (demo.op)" in str(caught.value)
        assert not script.requests


@both
def test_credentials_are_named_as_the_constructor_does(mode: Mode) -> None:
    names = {"bearer": ("token",), "basic": ("username", "password"), "oauth": ("client_id", "client_secret")}
    api = replace(API, arguments=names)
    with session(mode, OK, api=api) as (client, _):
        with pytest.raises(MissingCredential) as caught:
            client.call(needing(("bearer",), ("oauth", "key")))
        assert "token= ('bearer'); or client_id= and client_secret= ('oauth') and 'key'" in str(caught.value)
    with pytest.raises(InvalidCredential, match=r"token= \('bearer'\): value is empty"):
        Client(api, {"bearer": ""})
    with pytest.raises(InvalidCredential, match=r"client_id= and client_secret= \('oauth'\) needs both"):
        Client(api, {"oauth": {"client_id": "x", "client_secret": None}})


@pytest.mark.parametrize(
    ("credentials", "advice", "missing"),
    [
        (
            {"oauth": {"client_id": "x", "client_secret": None}},
            "missing: client_secret. Give secret= a value",
            "secret",
        ),
        ({"oauth": {"client_id": "", "client_secret": "y"}}, "client_id is empty. Give client= a value", "client"),
        ({"oauth": {"client_id": "x"}}, "missing: client_secret. Give client_secret a value", ""),
        ({"basic": {"username": None, "password": "p"}}, "missing: username. Give username= a value", "username"),
        ({"bearer": ""}, "value is empty. Give token= a value", "token"),
        ({"bearer": b"abc"}, "not bytes. Give it as text: value.decode() makes a str of bytes", ""),
        ({"bearer": 7}, "not int. Give it as text", ""),
        ({"bearer": "abc\n"}, "cannot be sent. Check the credential for line breaks, spaces around it", ""),
        ({"basic": ("a:b", "c")}, "a colon. HTTP basic authentication ends a username at its first colon", ""),
        ({"barer": "abc"}, "no security scheme 'barer'. It has 'bearer', 'key'", ""),
    ],
)
def test_what_to_do_fits_what_is_wrong(credentials: dict[str, Any], advice: str, missing: str) -> None:
    names = {"bearer": ("token",), "basic": ("username", "password"), "oauth": ("client", "secret")}
    with pytest.raises(InvalidCredential) as caught:
        Client(replace(API, arguments=names), credentials)
    assert advice in str(caught.value)
    assert caught.value.missing == missing
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


@both
def test_a_client_certificate_needs_nothing_here(mode: Mode) -> None:
    api = Api(name="demo", servers=API.servers, schemes={"mtls": MutualTLS()})
    with session(mode, OK, api=api) as (client, _):
        assert client.call(needing(("mtls",))) == {"id": 1}


@pytest.mark.parametrize(
    "credentials",
    [
        {"bearer": "a\r\nX: y"},
        {"bearer": "a\nb"},
        {"bearer": ""},
        {"bearer": " abcdefg"},
        {"bearer": "tökenn"},
        {"bearer": 42},
        {"cookie": "a;b=cdef"},
        {"basic": ("a:b", "pass")},
        {"basic": ("user", "line\nbreak")},
        {"basic": {"username": "walter"}},
        {"oauth": {"client_id": "id-1"}},
        {"oauth": {"client_secret": "secret-1"}},
        {"nobody": "knows-it"},
    ],
)
def test_credentials_that_cannot_be_sent_are_refused_and_not_shown(credentials: dict[str, Any]) -> None:
    with pytest.raises(InvalidCredential) as caught:
        Client(API, credentials)
    value = next(iter(credentials.values()))
    shown = [value] if isinstance(value, str) else list(value.values()) if isinstance(value, dict) else []
    assert not any(len(text) > 3 and text in repr(caught.value) for text in shown)


# --- where they may travel -----------------------------------------------------------------------------------------------


@both
def test_credentials_do_not_travel_in_the_clear(mode: Mode) -> None:
    url = "http://api.example.com/v1"
    with pytest.raises(InsecureBaseUrl), session(mode, OK, credentials={"bearer": "t"}, base_url=url):
        pass
    plain = replace(API, servers=(Server(url),))  # by the document: some of its operations may have other servers
    with session(mode, OK, api=plain, credentials={"bearer": "t"}) as (client, script):
        with pytest.raises(InsecureBaseUrl):
            client.call(needing(("bearer",)))
        with pytest.raises(InsecureBaseUrl):
            client.call(needing(), headers={"Authorization": "x"})
        assert not script.requests
        client.call(needing())
    with session(mode, OK, base_url=url) as (client, script):
        client.call(needing())
    with session(mode, OK, credentials={"bearer": "t"}, base_url=url, allow_http=True) as (client, script):
        client.call(needing(("bearer",)))
    for local in ("http://127.0.0.1:8000", "http://[::1]:8000", "http://localhost", "http://api.localhost"):
        with session(mode, OK, credentials={"bearer": "t"}, base_url=local) as (client, script):
            client.call(needing(("bearer",)))
            assert script.header("authorization") == "Bearer t"


# --- tokens --------------------------------------------------------------------------------------------------------------


@both
def test_a_token_is_fetched_once_and_kept_until_shortly_before_its_end(mode: Mode) -> None:
    with session(mode, token(), OK, OK, OK, token("token-2"), OK, credentials=OAUTH) as (client, script):
        op = needing(("oauth",))
        client.call(op)
        fetch = script.requests[0]
        assert (fetch.method, fetch.url) == ("POST", "https://login.example.com/token")
        assert dict(parse_qsl(script.bodies[0].decode())) == {
            "grant_type": "client_credentials",
            "client_id": "id-1",
            "client_secret": "secret-1",
        }
        assert dict(fetch.headers)["content-type"] == "application/x-www-form-urlencoded"
        client.call(op)
        client.clock.time = 269.0
        client.call(op)
        assert len(script.requests) == 4
        assert script.header("authorization") == "Bearer token-1"
        client.clock.time = 270.0
        client.call(op)
        assert len(script.requests) == 6
        assert script.header("authorization") == "Bearer token-2"


@both
@pytest.mark.parametrize(
    ("life", "kept", "renewed"),
    [
        (3600, 3569, 3570),
        (60, 53, 54),
        ("300", 269, 270),
        (None, 269, 270),
        ("soon", 269, 270),
        (0, None, 0),
        (-5, 269, 270),
        (10**400, 30 * 86_400 - 31, 30 * 86_400 - 30),
    ],
)
def test_how_long_a_token_is_kept(mode: Mode, life: object, kept: float | None, renewed: float) -> None:
    steps = [token(expires_in=life), OK, token("token-2", expires_in=life), OK]
    if kept is not None:
        steps.insert(2, OK)
    with session(mode, *steps, credentials=OAUTH) as (client, script):
        client.call(needing(("oauth",)))
        if kept is not None:
            client.clock.time = kept
            client.call(needing(("oauth",)))
            assert script.header("authorization") == "Bearer token-1"
        client.clock.time = renewed
        client.call(needing(("oauth",)))
        assert script.header("authorization") == "Bearer token-2"


@both
def test_a_refused_token_is_renewed_once(mode: Mode) -> None:
    refused = json_reply({}, 401)
    op = needing(("oauth",), method="POST", retry=Retry.UNSAFE)
    with session(mode, token(), refused, token("token-2"), OK, credentials=OAUTH) as (client, script):
        assert client.call(op) == {"id": 1}
        assert script.header("authorization") == "Bearer token-2"
    with session(mode, token(), refused, token("token-2"), refused, credentials=OAUTH) as (client, script):
        with pytest.raises(AuthenticationError) as caught:
            client.call(op)
        assert len(script.requests) == 4
        assert not isinstance(caught.value, OutcomeUnknown)


@both
def test_a_static_token_is_not_renewed(mode: Mode) -> None:
    with session(mode, json_reply({}, 401), credentials={"oauth": {**OAUTH["oauth"], "token": "t"}}) as (
        client,
        script,
    ):
        with pytest.raises(AuthenticationError):
            client.call(needing(("oauth",)))
        assert len(script.requests) == 1


@both
@pytest.mark.parametrize(
    ("answer", "status", "code"),
    [
        (json_reply({"error": "invalid_client", "error_description": "secret-1 is wrong"}, 401), 401, "invalid_client"),
        (json_reply({"error": "<script>"}, 400), 400, None),
        (Reply(403, b"<html>secret-1"), 403, None),
        (Reply(302, b"", (("location", "https://evil.example.com"),)), 302, None),
        (json_reply({"access_token": ""}), 200, None),
        (json_reply({"access_token": "a\r\nb"}), 200, None),
        (json_reply({"access_token": 7}), 200, None),
        (json_reply({"access_token": "t-123", "token_type": "mac"}), 200, None),
        (json_reply(["access_token"]), 200, None),
        (Reply(200, b"\xff"), 200, None),
        (Reply(200, b"x" * 300_000), 200, None),
        (Reply(200, b"x", (("content-encoding", "br"),)), 200, None),
    ],
)
def test_a_failing_token_endpoint_names_the_credential(
    mode: Mode, answer: Reply, status: int, code: str | None
) -> None:
    with session(mode, answer, credentials=OAUTH) as (client, script), pytest.raises(TokenError) as caught:
        client.call(needing(("oauth",)))
    error = caught.value
    assert isinstance(error, NotSent)
    assert (error.scheme, error.status, error.code) == ("oauth", status, code)
    assert "'oauth'" in str(error)
    assert "secret-1" not in repr(error)
    assert len(script.requests) == 1
    assert "demo.op" in str(error)


@both
def test_a_token_endpoint_that_recovers(mode: Mode) -> None:
    steps = (Broken(Phase.WAIT), json_reply({}, 503), Broken(Phase.CONNECT), token(), OK)
    with session(mode, *steps, credentials=OAUTH) as (client, script):
        assert client.call(needing(("oauth",), method="POST")) == {"id": 1}
    assert len(script.requests) == 5


@both
def test_a_token_endpoint_that_is_down(mode: Mode) -> None:
    with session(mode, Broken(Phase.WAIT), credentials=OAUTH) as (client, script), pytest.raises(TokenError) as caught:
        client.call(needing(("oauth",), method="POST"))
    assert not isinstance(caught.value, OutcomeUnknown)
    assert len(script.requests) == 4
    assert caught.value.attempts == 0


@both
def test_a_token_endpoint_without_an_end(mode: Mode) -> None:
    slow = Reply(503, b"", takes=31.0)
    with session(mode, slow, credentials=OAUTH) as (client, _), pytest.raises(DeadlineBeforeSending):
        client.call(needing(("oauth",), method="POST"))


def answering(delay: float) -> Any:
    """A server of tokens and things that takes its time for tokens; rejects tokens that it no longer knows."""

    def answer(request: WireRequest) -> Reply:
        if request.origin.host == "login.example.com":
            time.sleep(delay)
            state["tokens"] += 1
            return token(f"token-{state['tokens']}")
        return OK if dict(request.headers)["authorization"] == f"Bearer token-{state['valid']}" else json_reply({}, 401)

    state = {"tokens": 0, "valid": 1}
    return answer, state


def test_many_threads_wait_for_one_token() -> None:
    answer, state = answering(0.1)
    results: list[Any] = []
    with Client(API, OAUTH, transport=Script(answer)) as client:
        for expected in (1, 2):
            state["valid"] = expected
            threads = [
                threading.Thread(target=lambda: results.append(client._call(needing(("oauth",)), {})))
                for _ in range(16)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(10)
            assert state["tokens"] == expected
    assert results == [{"id": 1}] * 32


def test_many_tasks_wait_for_one_token() -> None:
    answer, state = answering(0.0)

    class Slow(Script):
        async def asend(self, request: WireRequest) -> Any:
            if request.origin.host == "login.example.com":
                await asyncio.sleep(0.05)
            return await super().asend(request)

    async def main() -> None:
        client = AsyncClient(API, OAUTH, transport=Slow(answer))
        for expected in (1, 2):
            state["valid"] = expected
            found = await asyncio.gather(*(client._call(needing(("oauth",)), {}) for _ in range(16)))
            assert found == [{"id": 1}] * 16
            assert state["tokens"] == expected

    asyncio.run(main())


def test_when_the_fetching_task_is_cancelled_the_next_one_fetches() -> None:
    class Stuck(Script):
        async def asend(self, request: WireRequest) -> Any:
            if request.origin.host == "login.example.com" and not self.requests:
                self.requests.append(request)
                self.bodies.append(b"")
                await asyncio.sleep(60)
            return await super().asend(request)

    async def main() -> None:
        answer, _ = answering(0.0)
        script = Stuck(answer)
        client = AsyncClient(API, OAUTH, transport=script)
        first = asyncio.create_task(client._call(needing(("oauth",)), {}))
        await asyncio.sleep(0.01)
        others = [asyncio.create_task(client._call(needing(("oauth",)), {})) for _ in range(4)]
        await asyncio.sleep(0.01)
        first.cancel()
        assert await asyncio.gather(*others) == [{"id": 1}] * 4
        with pytest.raises(asyncio.CancelledError):
            await first
        assert [request.origin.host for request in script.requests].count("login.example.com") == 2

    asyncio.run(main())


def test_a_refusal_is_heard_by_all_who_wait() -> None:
    class Slow(Script):
        async def asend(self, request: WireRequest) -> Any:
            await asyncio.sleep(0.02)
            return await super().asend(request)

    async def main() -> None:
        script = Slow(json_reply({"error": "invalid_client"}, 401))
        client = AsyncClient(API, OAUTH, transport=script)
        calls = (client._call(needing(("oauth",)), {}) for _ in range(8))
        errors = await asyncio.gather(*calls, return_exceptions=True)
        assert [type(error) for error in errors] == [TokenError] * 8
        assert len({id(error) for error in errors}) == 8
        assert len(script.requests) == 1

    asyncio.run(main())


def test_waiting_for_a_token_ends_at_the_deadline() -> None:
    class Stuck(Script):
        async def asend(self, request: WireRequest) -> Any:
            await asyncio.sleep(60)

    async def main() -> None:
        client = AsyncClient(API, OAUTH, transport=Stuck(OK))
        first = asyncio.create_task(client._call(needing(("oauth",)), {}))
        await asyncio.sleep(0.01)
        began = time.monotonic()
        with pytest.raises(DeadlineBeforeSending):
            await client._call(needing(("oauth",)), {}, options={"timeout": 0.1})
        assert 0.1 <= time.monotonic() - began < 0.3
        first.cancel()

    asyncio.run(main())


# --- where tokens come from ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scheme_url", "options", "url"),
    [
        ("https://login.example.com/token", {}, "https://login.example.com/token"),
        ("https://login.example.com/token/", {}, "https://login.example.com/token/"),
        ("https://login.example.com/token", {"base_url": "http://127.0.0.1:9/x"}, "https://login.example.com/token"),
        ("https://api.example.com/iam/token", {"base_url": "http://127.0.0.1:9/x"}, "http://127.0.0.1:9/iam/token"),
        ("/iam/token", {}, "https://api.example.com/iam/token"),
        ("/iam/token", {"base_url": "http://127.0.0.1:9/x"}, "http://127.0.0.1:9/iam/token"),
        ("token", {}, "https://api.example.com/v1/token"),
        (
            "https://login.example.com/token",
            {"token_url": "https://other.example.com/t"},
            "https://other.example.com/t",
        ),
        (None, {"token_url": "https://other.example.com/t"}, "https://other.example.com/t"),
    ],
)
def test_the_token_url(scheme_url: str | None, options: dict[str, Any], url: str) -> None:
    api = Api(name="demo", servers=(Server("https://api.example.com/v1"),), schemes={"oauth": OAuth2(scheme_url)})
    with session("sync", token(), OK, api=api, credentials=OAUTH, **options) as (client, script):
        client.call(needing(("oauth",)))
    assert script.requests[0].url == url


@pytest.mark.parametrize(
    ("scheme_url", "error"),
    [(None, InvalidBaseUrl), ("ftp://x/y", InvalidBaseUrl), ("http://x.example.com/t", InsecureBaseUrl)],
)
def test_a_token_url_that_cannot_be_used(scheme_url: str | None, error: type[ConfigurationError]) -> None:
    api = Api(name="demo", servers=API.servers, schemes={"oauth": OAuth2(scheme_url)})
    with pytest.raises(error):
        Client(api, OAUTH)


def test_scopes_are_asked_for() -> None:
    api = Api(name="demo", servers=API.servers, schemes={"oauth": OAuth2("https://l.example.com/t", scopes=("a", "b"))})
    with session("sync", token(), OK, api=api, credentials=OAUTH) as (client, script):
        client.call(needing(("oauth",)))
    assert dict(parse_qsl(script.bodies[0].decode()))["scope"] == "a b"


def test_nothing_shows_a_credential() -> None:
    client = Client(
        API, {"bearer": "canary-1", "oauth": {"client_id": "me", "client_secret": "canary-2"}}, clock=FakeClock()
    )
    core = client._core
    shown = [repr(thing) for thing in (client, core, core.credentials, core.authenticator, core.redactor)]
    assert not any("canary" in text for text in shown)
    assert json.dumps(shown)
