"""Canaries in every place from which something could be shown: none of them comes out."""

from __future__ import annotations

import base64
import json
import logging
import traceback
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credkit.runtime import Body, Content, File, Hooks, Operation, Parameter, Retry
from credkit.runtime.errors import ApiError
from credkit.runtime.headers import Headers
from credkit.runtime.outcome import Phase
from credkit.runtime.redaction import MAX_TEXT, Redactor, outline, show_query

from .kit import MODES, Broken, Mode, Reply, Step, json_reply, session

KEY = "sk_live_canary0001"
TOKEN = "eyJjanary.eyJjYW5hcnkwMDAy.c2lnbmF0dXJl"
PASSWORD = "pass canary0003"
EMAIL = "canary0004@example.com"
NAME = "Anna Canary0005"
OFFER = "openid-credential-offer://?credential_offer=canary0006"
CODE = "canary0007"
CANARIES = (KEY, TOKEN, PASSWORD, EMAIL, NAME, OFFER, CODE, "canary00")
OP: Operation[Any] = Operation(
    id="op",
    method="POST",
    path="/people/{mail}/offers",
    parameters=(
        Parameter("mail", "mail", "path", required=True),
        Parameter("name", "name", "query"),
        Parameter("code", "X-Code", "header"),
    ),
    body=Body("application/json", lambda: dict[str, Any]),
    responses={"200": (Content("application/json", lambda: dict[str, int]),)},
    security=(("bearer", "key", "query", "cookie"),),
    retry=Retry.IDEMPOTENT,
    secrets=("/offer", "/items/*/uri"),
)
CREDENTIALS: dict[str, object] = {"bearer": TOKEN, "key": KEY, "query": KEY, "cookie": KEY}
BASIC: dict[str, object] = {"basic": ("walter", PASSWORD)}
PAYLOAD = {"name": NAME, "email": EMAIL, "offer": OFFER, "items": [{"uri": OFFER, "id": 1}]}
ECHO = f"{NAME} <{EMAIL}> may not use {KEY}, Bearer {TOKEN}, {quote(KEY)}, {OFFER}, code={CODE}"
STEPS: dict[str, Step] = {
    "error that echoes": json_reply({"code": f"BAD {EMAIL}", "message": ECHO}, 400, x_request_id=KEY),
    "server error": Reply(500, ECHO.encode(), (("content-type", "text/plain"), ("set-cookie", KEY))),
    "html": Reply(200, f"<p>{ECHO}</p>".encode(), (("content-type", "text/html"),)),
    "wrong type": json_reply([PAYLOAD]),
    "drift": json_reply(PAYLOAD),
    "redirect": Reply(302, b"", (("location", f"https://example.com/?token={KEY}&mail={EMAIL}"),)),
    "half": Reply(200, json.dumps(PAYLOAD).encode()[:-9], (("content-type", "application/json"),)),
    "lost": Broken(Phase.WAIT),
}


def texts_of(error: BaseException) -> list[str]:
    chain: list[BaseException] = []
    current: BaseException | None = error
    while current is not None and current not in chain:
        chain.append(current)
        current = current.__cause__ or current.__context__
    shown = ["".join(traceback.format_exception(error))]
    for one in chain:
        shown += [str(one), repr(one), repr(one.args), repr(getattr(one, "call", None)), *getattr(one, "__notes__", [])]
    return shown


def assert_clean(texts: list[str]) -> None:
    for text in texts:
        found = [canary for canary in CANARIES if canary.lower() in text.lower()]
        assert not found, f"{found} in {text}"


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize("fault", STEPS)
def test_nothing_secret_comes_out(mode: Mode, fault: str, strict: bool, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    events: list[Any] = []
    hooks = Hooks(on_request=events.append, on_response=events.append, on_retry=events.append, on_drift=events.append)
    texts: list[str] = []
    with session(mode, STEPS[fault], credentials=CREDENTIALS, hooks=hooks, strict=strict) as (client, script):
        try:
            raw = client.raw(
                OP, {"mail": EMAIL, "name": NAME, "code": CODE}, body=PAYLOAD, headers={"X-Extra": KEY, "Cookie": CODE}
            )
            texts.append(repr(raw))
        except ApiError as error:
            texts += texts_of(error)
            texts.append(repr(getattr(error, "headers", None)))
        texts += [repr(client.client), repr(script.requests)]
    assert events
    texts += [text for event in events for text in (repr(event), str(event))]
    texts += [record.getMessage() for record in caplog.records] + [caplog.text]
    assert caplog.records
    assert_clean(texts)


@pytest.mark.parametrize("mode", MODES)
def test_a_password_is_not_shown_in_any_form(mode: Mode) -> None:
    encoded = base64.b64encode(f"walter:{PASSWORD}".encode()).decode()
    op: Operation[Any] = Operation(id="op", method="GET", path="/", security=(("basic",),))
    reply = json_reply({"message": f"{PASSWORD} {encoded} {quote(PASSWORD)}"}, 401)
    with session(mode, reply, credentials=BASIC) as (client, _), pytest.raises(ApiError) as caught:
        client.call(op)
    assert_clean(texts_of(caught.value))
    assert encoded not in str(caught.value)


@pytest.mark.parametrize("mode", MODES)
def test_a_fetched_token_is_not_shown(mode: Mode) -> None:
    op: Operation[Any] = Operation(id="op", method="GET", path="/", security=(("oauth",),))
    given = {"oauth": {"client_id": "id-1", "client_secret": KEY}}
    steps = (json_reply({"access_token": "canary0008"}), json_reply({"message": "canary0008 is wrong"}, 403))
    with session(mode, *steps, credentials=given) as (client, _), pytest.raises(ApiError) as caught:
        client.call(op)
    assert_clean(texts_of(caught.value))


@pytest.mark.parametrize("mode", MODES)
def test_the_vendors_words_are_there_for_programs(mode: Mode) -> None:
    echo = STEPS["error that echoes"]
    with session(mode, echo, credentials=CREDENTIALS) as (client, _), pytest.raises(ApiError) as caught:
        client.call(OP, {"mail": EMAIL}, body=PAYLOAD)
    error: Any = caught.value
    assert error.message == ECHO
    assert error.body == {"code": f"BAD {EMAIL}", "message": ECHO}
    assert error.request_id is None
    assert "BAD ***" in str(error)


def test_events_show_what_helps(caplog: pytest.LogCaptureFixture) -> None:
    events: list[Any] = []
    hooks = Hooks(on_request=events.append, on_response=events.append)
    reply = json_reply({"id": 1, "uri": OFFER}, 200, x_request_id="req-1")
    with session("sync", reply, credentials=CREDENTIALS, hooks=hooks) as (client, _):
        client.call(OP, {"mail": EMAIL, "name": NAME}, body=PAYLOAD)
    request, response = events
    assert request.url == "https://api.example.com/v1/people/{mail}/offers?name=***&api%20key=***"
    assert request.headers["content-type"] == "application/json"
    assert request.headers["authorization"] == request.headers["x-api-key"] == request.headers["cookie"] == "***"
    assert request.body == {
        "name": "string",
        "email": "string",
        "offer": "***",
        "items": [{"uri": "***", "id": "number"}],
    }
    assert (response.status, response.request_id) == (200, "req-1")
    assert response.body == {"id": "number", "uri": "string"}


@pytest.mark.parametrize("mode", MODES)
def test_tracebacks_that_show_variables_show_none_of_it(mode: Mode) -> None:
    """Some tools print the locals of every frame: what the runtime keeps there hides its values."""
    with session(mode, STEPS["lost"], credentials=CREDENTIALS) as (client, _), pytest.raises(ApiError) as caught:
        client.call(OP, {"mail": EMAIL, "name": NAME}, body=PAYLOAD)
    inner = ("exchange.py", "drivers.py", "http/", "call.py")
    frames = [frame for frame, _ in traceback.walk_tb(caught.value.__traceback__)]
    ours = [frame for frame in frames if any(name in frame.f_code.co_filename for name in inner)]
    assert ours
    assert_clean([repr(value) for frame in ours for value in frame.f_locals.values()])


# --- the parts -----------------------------------------------------------------------------------------------------------


@given(st.text(max_size=400), st.lists(st.text(min_size=4, max_size=20), max_size=5))
def test_a_text_is_one_short_printable_line_without_what_was_sent(text: str, sent: list[str]) -> None:
    shown = Redactor(["hunter2secret"]).text(text + "hunter2secret", sent)
    assert len(shown) <= MAX_TEXT + 1
    assert "hunter2secret" not in shown
    assert not any(ord(character) < 32 or 127 <= ord(character) < 161 for character in shown)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("ask anna@example.com now", "ask *** now"),
        ("see https://x.example.com/a?token=1", "see https://***"),
        ("Bearer abcdefgh expired", "Bearer *** expired"),
        ("password=abcdefgh!", "password=***"),
        (f"jwt {TOKEN}", "jwt ***"),
        ("red \x1b[31mtext\r\nnext\u2028line\u202e", "red  [31mtext next line"),
        ("The programme was not found", "The programme was not found"),
    ],
)
def test_what_is_taken_out(text: str, shown: str) -> None:
    assert Redactor().text(text) == shown


@pytest.mark.parametrize("value", [None, "", "a b", "a" * 200, "<x>", "id\r\n", "sk-secret-1-x"])
def test_identifiers_that_are_none(value: str | None) -> None:
    assert Redactor(["sk-secret-1"]).identifier(value) is None


def test_identifiers() -> None:
    assert Redactor(["sk-secret-1"]).identifier("7f3a-00:1.2/x=") == "7f3a-00:1.2/x="


def test_outlines() -> None:
    value = {"a": [1, 2.5, None, True, "x"], "b": {"c": {"d": "x"}}, "e": list(range(30))}
    shown = outline(json.dumps(value).encode(), "application/problem+json; charset=utf-8", ("/b/c",))
    assert shown["a"] == ["number", "number", "null", "boolean", "string"]
    assert shown["b"] == {"c": "***"}
    assert shown["e"][-1] == "… 10 more"
    assert outline(b"[" * 100_000, "application/json") is None
    assert outline(b"{}", "text/html") is None
    assert outline(b"\xff", "application/json") is None
    deep = outline(b'{"a":' * 30 + b"1" + b"}" * 30, "application/json")
    assert "…" in json.dumps(deep, ensure_ascii=False)


def test_queries() -> None:
    assert show_query("a=1&b=&a=2&c") == "a=***&b=***&a=***&c=***"
    assert show_query("") == ""


def test_headers_mask_what_is_not_known_to_be_harmless() -> None:
    headers = Headers([("Content-Type", "text/plain"), ("X-Offer", "canary"), ("Set-Cookie", "a"), ("Set-Cookie", "b")])
    assert headers.get_all("set-cookie") == ("a", "b")
    assert headers["SET-COOKIE"] == "a, b"
    assert "canary" not in repr(headers)
    assert "text/plain" in repr(headers)
    assert "x-offer" in headers
    assert len(headers) == 3


def test_tokens_that_ended_long_ago_are_forgotten_and_credentials_never() -> None:
    redactor = Redactor(["hunter2secret"])
    for number in range(1000):
        redactor.learn(f"token-{number:06d}")
    assert redactor.text("hunter2secret token-000999 token-000990") == "*** *** ***"
    assert len(redactor._secrets) < 200


@pytest.mark.parametrize("mode", MODES)
def test_a_secret_is_not_cut_in_two_before_it_is_looked_for(mode: Mode) -> None:
    key = "sk-abcdefghijklmnopqrstuvwxyz"
    reply = json_reply({"code": "x" * 80 + key, "message": "no"}, 400)
    plain: Operation[Any] = Operation(id="get", method="GET", path="/", security=(("key",),))
    with session(mode, reply, credentials={"key": key}) as (client, _), pytest.raises(ApiError) as caught:
        client.call(plain)
    assert key[:8] not in str(caught.value)


@pytest.mark.parametrize("mode", MODES)
def test_file_names_and_headers_of_the_caller_are_taken_out_too(mode: Mode, tmp_path: Path) -> None:
    path = tmp_path / "alice-johnson.png"
    path.write_bytes(b"x")
    upload: Operation[Any] = Operation(id="put", method="POST", path="/", body=Body("multipart/form-data"))
    reply = json_reply({"message": "alice-johnson.png and bob-smith.png are too large for tenant-4711"}, 400)
    body = {"a": path, "b": File(b"x", "bob-smith.png")}
    with session(mode, reply) as (client, _), pytest.raises(ApiError) as caught:
        client.call(upload, body=body, headers={"x-tenant": "tenant-4711"})
    assert "*** and *** are too large for ***" in str(caught.value)
