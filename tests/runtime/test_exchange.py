"""What is sent again, what is not, and which error says so: every outcome with every kind of operation."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import pickle
import traceback
from collections.abc import Iterator
from typing import Any

import pytest

from credkit.runtime import Body, Content, Hooks, Idempotency, Operation, Parameter, Retry
from credkit.runtime.errors import (
    ApiError,
    BadRequestError,
    ConflictError,
    ConnectionFailed,
    ConnectionLost,
    DeadlineBeforeSending,
    DeadlineExceeded,
    InvalidArgument,
    NotFoundError,
    NotSent,
    OutcomeUnknown,
    RateLimitedError,
    RedirectRefused,
    ResponseTooLarge,
    ServerError,
    StatusError,
    UnexpectedResponse,
    UnreadableBody,
)
from credkit.runtime.outcome import Outcome, Phase
from credkit.runtime.transport import TransportFailure

from .kit import API, MODES, Broken, FakeClock, Mode, Reply, Step, json_reply, session

pytestmark = pytest.mark.parametrize("mode", MODES)

JSON = (Content("application/json", lambda: dict[str, int]),)
OK = json_reply({"id": 1})


def operation(retry: Retry, **more: Any) -> Operation[dict[str, int]]:
    fields: dict[str, Any] = {"id": "op", "method": "POST", "path": "/things", "responses": {"200": JSON}} | more
    return Operation(retry=retry, **fields)


READ = operation(Retry.SAFE, method="GET")
IDEMPOTENT = operation(Retry.IDEMPOTENT, method="PUT")
TARGET = operation(Retry.TARGET_STATE, method="DELETE")
UNSAFE = operation(Retry.UNSAFE)
KEYED = operation(Retry.UNSAFE, idempotency=Idempotency("Idempotency-Key"))
REPEATABLE = (READ, IDEMPOTENT, TARGET, KEYED)
WRITES = (IDEMPOTENT, TARGET, UNSAFE, KEYED)
ALL = (READ, *WRITES)


def each(*operations: Operation[Any]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(
        "op", operations, ids=[op.retry + ("-keyed" if op.idempotency else "") for op in operations]
    )


def raised(mode: Mode, op: Operation[Any], *steps: Any, **options: Any) -> tuple[Any, int]:
    """The error of a call, and how many requests were sent."""
    with session(mode, *steps) as (client, script):
        with pytest.raises(ApiError) as caught:
            client.call(op, **options)
        return caught.value, len(script.requests)


# --- sent again or not ---------------------------------------------------------------------------------------------


@each(*ALL)
def test_what_was_not_sent_is_sent_again(mode: Mode, op: Operation[Any]) -> None:
    with session(mode, Broken(Phase.CONNECT), OK) as (client, script):
        assert client.call(op) == {"id": 1}
        assert len(script.requests) == 2


@each(*ALL)
def test_what_was_never_sent_is_not_sent(mode: Mode, op: Operation[Any]) -> None:
    error, sent = raised(mode, op, Broken(Phase.CONNECT))
    assert isinstance(error, ConnectionFailed)
    assert isinstance(error, NotSent)
    assert not isinstance(error, OutcomeUnknown)
    assert (sent, error.attempts) == (4, 4)


@pytest.mark.parametrize("phase", [Phase.SEND, Phase.WAIT])
def test_a_lost_answer(mode: Mode, phase: Phase) -> None:
    for op in REPEATABLE:
        with session(mode, Broken(phase), OK) as (client, script):
            assert client.call(op) == {"id": 1}
            assert len(script.requests) == 2
    error, sent = raised(mode, UNSAFE, Broken(phase), OK)
    assert isinstance(error, ConnectionLost)
    assert isinstance(error, OutcomeUnknown)
    assert error.phase is phase
    assert sent == 1
    error, sent = raised(mode, READ, Broken(phase))
    assert type(error) is ConnectionLost
    assert sent == 4


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_failing_server(mode: Mode, status: int) -> None:
    for op in REPEATABLE:
        with session(mode, json_reply({}, status), OK) as (client, script):
            assert client.call(op) == {"id": 1}
            assert len(script.requests) == 2
    error, sent = raised(mode, UNSAFE, json_reply({}, status), OK)
    assert isinstance(error, ServerError)
    assert isinstance(error, OutcomeUnknown)
    assert (error.status, sent) == (status, 1)


@pytest.mark.parametrize("status", [501, 505, 520, 599])
@each(*ALL)
def test_other_server_errors_are_not_repeated(mode: Mode, op: Operation[Any], status: int) -> None:
    error, sent = raised(mode, op, json_reply({}, status), OK)
    assert isinstance(error, ServerError)
    assert isinstance(error, OutcomeUnknown) is (op is not READ)
    assert sent == 1


@each(*ALL)
def test_a_throttled_call_is_sent_again(mode: Mode, op: Operation[Any]) -> None:
    with session(mode, json_reply({}, 429, retry_after="7"), OK) as (client, script):
        assert client.call(op) == {"id": 1}
        assert client.clock.slept == [7.0]
        assert len(script.requests) == 2


@pytest.mark.parametrize("status", [408, 425])
def test_a_server_that_is_not_ready_refuses_a_write_for_good(mode: Mode, status: int) -> None:
    error, sent = raised(mode, UNSAFE, json_reply({}, status), OK)
    assert isinstance(error, StatusError)
    assert not isinstance(error, OutcomeUnknown)
    assert sent == 1
    with session(mode, json_reply({}, status), OK) as (client, _):
        assert client.call(READ) == {"id": 1}


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 410, 418, 422])
@each(*ALL)
def test_a_refusal_is_final(mode: Mode, op: Operation[Any], status: int) -> None:
    error, sent = raised(mode, op, json_reply({"code": "NO"}, status), OK)
    assert isinstance(error, StatusError)
    assert not isinstance(error, (OutcomeUnknown, NotSent))
    assert (error.status, error.code, sent) == (status, "NO", 1)


def test_the_number_of_attempts_can_be_set(mode: Mode) -> None:
    for limit in (1, 2, 6):
        _, sent = raised(mode, READ, Broken(Phase.WAIT), max_attempts=limit)
        assert sent == limit


def test_waits_double_up_to_their_cap(mode: Mode) -> None:
    with session(mode, Broken(Phase.WAIT), timeout=1000.0, max_attempts=9) as (client, _):
        with pytest.raises(ConnectionLost):
            client.call(READ)
        assert client.clock.slept == [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 20.0, 20.0]


def test_no_wait_passes_the_deadline(mode: Mode) -> None:
    with session(mode, json_reply({}, 503), timeout=1.2) as (client, script):
        with pytest.raises(ServerError) as caught:
            client.call(READ)
        assert client.clock.slept == [0.5]
        assert len(script.requests) == caught.value.attempts == 2
        assert caught.value.elapsed == pytest.approx(0.5)


# --- retry-after ---------------------------------------------------------------------------------------------------


def test_retry_after_as_a_date(mode: Mode) -> None:
    with session(mode, json_reply({}, 429, retry_after="Fri, 15 Jan 2027 08:00:05 GMT"), OK) as (client, _):
        assert client.call(UNSAFE) == {"id": 1}
        assert client.clock.slept == [5.0]


def test_a_wait_that_is_too_long_is_left_to_the_caller(mode: Mode) -> None:
    error, sent = raised(mode, READ, json_reply({}, 429, retry_after="121"), timeout=1000.0)
    assert isinstance(error, RateLimitedError)
    assert error.retry_at is not None
    assert error.retry_at.timestamp() == 1_800_000_121.0
    assert sent == 1
    assert "2027-01-15T08:02:01" in str(error)


# --- a write of which an attempt was lost stays unknown --------------------------------------------------------------


@each(IDEMPOTENT, TARGET, KEYED)
@pytest.mark.parametrize(
    ("later", "cls"),
    [
        (json_reply({}, 400), BadRequestError),
        (json_reply({}, 404), NotFoundError),
        (json_reply({}, 409), ConflictError),
        (Broken(Phase.CONNECT), ConnectionLost),
        (Reply(302, b"", (("location", "/x"),)), RedirectRefused),
    ],
)
def test_what_comes_later_does_not_settle_it(mode: Mode, op: Operation[Any], later: Any, cls: type[ApiError]) -> None:
    error, sent = raised(mode, op, Broken(Phase.WAIT), later)
    assert isinstance(error, cls)
    assert isinstance(error, OutcomeUnknown)
    assert not isinstance(error, NotSent)
    assert error.attempts == sent >= 2


def test_a_read_of_which_an_attempt_was_lost_is_just_refused(mode: Mode) -> None:
    error, _ = raised(mode, READ, Broken(Phase.WAIT), json_reply({}, 404))
    assert type(error) is NotFoundError


# --- answers that cannot be used -------------------------------------------------------------------------------------

UNUSABLE = [
    Reply(200, b"<html>", (("content-type", "text/html"),)),
    Reply(200, b'{"id": ', (("content-type", "application/json"),)),
    Reply(201, b"", ()),
    Reply(200, b"not gzip", (("content-type", "application/json"), ("content-encoding", "gzip"))),
    Reply(200, b"x", (("content-type", "application/json"), ("content-encoding", "br"))),
    json_reply([1]),
]


@pytest.mark.parametrize("reply", UNUSABLE)
@each(*ALL)
def test_a_success_that_cannot_be_read(mode: Mode, op: Operation[Any], reply: Reply) -> None:
    error, sent = raised(mode, op, reply, OK)
    assert isinstance(error, UnreadableBody)
    assert isinstance(error, OutcomeUnknown) is (op is not READ)
    assert (error.status, sent) == (reply.status, 1)


@each(READ, UNSAFE)
def test_a_success_that_is_cut_short(mode: Mode, op: Operation[Any]) -> None:
    cut = Reply(200, b'{"id"', OK.headers, broken=TransportFailure(Phase.READ, "reset"))
    if op is READ:
        with session(mode, cut, OK) as (client, script):
            assert client.call(op) == {"id": 1}
            assert len(script.requests) == 2
        return
    error, sent = raised(mode, op, cut, OK)
    assert isinstance(error, ConnectionLost)
    assert isinstance(error, OutcomeUnknown)
    assert (error.phase, sent) == (Phase.READ, 1)


def test_an_error_that_is_cut_short_is_still_that_error(mode: Mode) -> None:
    error, sent = raised(mode, UNSAFE, Reply(404, b'{"code"', broken=TransportFailure(Phase.READ, "reset")))
    assert isinstance(error, NotFoundError)
    assert not isinstance(error, OutcomeUnknown)
    assert (error.code, error.body, sent) == (None, None, 1)


@each(READ, UNSAFE)
def test_an_answer_that_is_too_large(mode: Mode, op: Operation[Any]) -> None:
    for headers in ((), (("content-length", "5000"),)):
        with session(mode, Reply(200, b"x" * 5000, headers), max_response_bytes=1000) as (client, _):
            with pytest.raises(ResponseTooLarge) as caught:
                client.call(op)
            assert isinstance(caught.value, OutcomeUnknown) is (op is UNSAFE)


@pytest.mark.parametrize("status", [300, 301, 302, 303, 307, 308])
@each(READ, UNSAFE)
def test_redirects_are_refused(mode: Mode, op: Operation[Any], status: int) -> None:
    error, sent = raised(mode, op, Reply(status, b"", (("location", "https://evil.example.com/"),)), OK)
    assert isinstance(error, RedirectRefused)
    assert isinstance(error, OutcomeUnknown) is (op is UNSAFE and status not in (307, 308))
    assert sent == 1
    assert "evil" not in str(error)


@pytest.mark.parametrize(
    ("location", "is_slash"),
    [
        ("https://api.example.com/v1/things/", True),
        ("/v1/things/", True),
        ("/v1/other/", False),
        ("https://api.example.com/v2/things", False),
        ("https://[/", False),
        ("", False),
    ],
)
def test_a_redirect_to_the_slash_says_where_to_mend_it(mode: Mode, location: str, is_slash: bool) -> None:
    error, _ = raised(mode, READ, Reply(307, b"", (("location", location),)), OK)
    assert isinstance(error, RedirectRefused)
    assert error.by_slash is is_slash
    assert ("mend the slash" in str(error), "set base_url" in str(error)) == (is_slash, not is_slash)
    assert pickle.loads(pickle.dumps(error)).by_slash is is_slash


def test_a_documented_redirect_is_an_answer(mode: Mode) -> None:
    op = operation(Retry.SAFE, method="GET", responses={"302": ()})
    with session(mode, Reply(302, b"", (("location", "https://images.example.com/1"),))) as (client, script):
        raw = client.raw(op)
    assert (raw.status, raw.parsed, raw.headers["Location"]) == (302, None, "https://images.example.com/1")
    assert len(script.requests) == 1


@pytest.mark.parametrize("status", [101, 304])
def test_statuses_that_answer_nothing(mode: Mode, status: int) -> None:
    error, _ = raised(mode, READ, Reply(status))
    assert type(error) is UnexpectedResponse


# --- the deadline ----------------------------------------------------------------------------------------------------


@each(READ, UNSAFE)
def test_a_deadline_that_passes(mode: Mode, op: Operation[Any]) -> None:
    error, _ = raised(mode, op, Broken(Phase.WAIT, timed_out=True), max_attempts=1)
    assert isinstance(error, DeadlineExceeded)
    assert isinstance(error, TimeoutError)
    assert isinstance(error, OutcomeUnknown) is (op is UNSAFE)
    error, _ = raised(mode, op, Broken(Phase.CONNECT, timed_out=True), max_attempts=1)
    assert isinstance(error, DeadlineBeforeSending)
    assert isinstance(error, NotSent)
    assert isinstance(error, DeadlineExceeded)
    assert not isinstance(error, OutcomeUnknown)


def test_nothing_is_sent_after_the_deadline(mode: Mode) -> None:
    slow = Reply(503, b"{}", takes=31.0)
    with session(mode, slow) as (client, script):
        with pytest.raises(ServerError):
            client.call(READ)
        assert len(script.requests) == 1


@pytest.mark.parametrize("timeout", [0, -1, float("inf"), float("nan"), "5"])
def test_a_timeout_is_a_number_of_seconds(mode: Mode, timeout: Any) -> None:
    with session(mode, OK) as (client, script), pytest.raises(InvalidArgument):
        client.call(READ, timeout=timeout)
    assert not script.requests


# --- what the error knows --------------------------------------------------------------------------------------------


def test_an_unknown_outcome_knows_what_is_needed_to_settle_it(mode: Mode) -> None:
    error, _ = raised(mode, UNSAFE, Broken(Phase.WAIT), idempotency_key="order-17")
    assert isinstance(error, OutcomeUnknown)
    assert (error.operation, error.key, error.idempotency_key, error.phase) == ("op", "order-17", None, Phase.WAIT)
    assert error.sent_at is not None
    assert error.sent_at.timestamp() == 1_800_000_000.0
    assert "order-17" in str(error)


def test_a_documented_key_is_sent_and_kept_over_all_attempts(mode: Mode) -> None:
    with session(mode, Broken(Phase.WAIT), Broken(Phase.CONNECT), OK) as (client, script):
        client.call(KEYED, idempotency_key="order-17")
        assert [script.header("idempotency-key", number) for number in range(3)] == ["order-17"] * 3
        client.call(KEYED)
        client.call(KEYED)
        assert len({script.header("idempotency-key", number) for number in (2, 3, 4)}) == 3
    error, _ = raised(mode, KEYED, Broken(Phase.WAIT))
    assert isinstance(error, OutcomeUnknown)
    assert error.idempotency_key is not None


def test_a_key_that_cannot_be_a_header_is_refused(mode: Mode) -> None:
    with session(mode, OK) as (client, script), pytest.raises(InvalidArgument):
        client.call(KEYED, idempotency_key="a\r\nX-Evil: 1")
    assert not script.requests


def test_errors_say_what_was_called_and_what_to_do(mode: Mode) -> None:
    reply = json_reply({"error": {"code": "BAD", "message": "The field x is wrong"}}, 400, x_request_id="req-9")
    error, _ = raised(mode, UNSAFE, reply)
    text = str(error)
    for part in (
        "POST /things",
        "demo.op",
        "400",
        "BAD",
        "The field x is wrong",
        "req-9",
        "1 attempt",
        "Correct the request",
    ):
        assert part in text
    assert (error.request_id, error.message) == ("req-9", "The field x is wrong")


@pytest.mark.parametrize("status", [400, 422])
def test_a_refused_request_leads_to_the_whole_answer(mode: Mode, status: int) -> None:
    reply = json_reply({"code": "BAD", "problems": [{"pointer": "/recipients", "reason": "alice@example.com"}]}, status)
    error, _ = raised(mode, UNSAFE, reply)
    assert str(error).endswith(". Correct the request: `error.body` has all that the vendor says of it")
    assert "alice@example.com" not in str(error)
    assert str(pickle.loads(pickle.dumps(error))) == str(error)
    empty, _ = raised(mode, UNSAFE, Reply(status))
    assert str(empty).endswith(". Correct the request")


@pytest.mark.parametrize("reply", [Broken(Phase.WAIT), json_reply({}, 500), json_reply({}, 404), UNUSABLE[0]])
def test_errors_survive_pickling(mode: Mode, reply: Any) -> None:
    error, _ = raised(mode, UNSAFE, reply)
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert str(again) == str(error)
    assert again.call == error.call


def test_errors_show_no_exception_of_the_transport(mode: Mode) -> None:
    error, _ = raised(mode, UNSAFE, Broken(Phase.WAIT))
    assert "scripted" in str(error)
    assert "TransportFailure" not in "".join(traceback.format_exception(error))


# --- request bodies --------------------------------------------------------------------------------------------------

UPLOAD = operation(Retry.IDEMPOTENT, method="PUT", body=Body("application/octet-stream"))


def test_a_body_in_memory_is_sent_again(mode: Mode) -> None:
    with session(mode, Broken(Phase.WAIT), OK) as (client, script):
        client.call(UPLOAD, body=b"abc")
    assert script.bodies == [b"abc", b"abc"]
    assert script.header("content-length") == "3"


def test_a_body_that_can_be_read_once_is_sent_once(mode: Mode) -> None:
    def once() -> Iterator[bytes]:
        yield b"ab"
        yield b"c"

    with session(mode, Broken(Phase.WAIT), OK) as (client, script):
        with pytest.raises(ConnectionLost):
            client.call(UPLOAD, body=once())
        assert script.bodies == [b"abc"]
        assert script.header("transfer-encoding") == "chunked"
        assert script.header("content-length") is None


def test_a_body_whose_source_fails(mode: Mode) -> None:
    def failing() -> Iterator[bytes]:
        yield b"ab"
        raise OSError("disk")

    error, sent = raised(mode, UPLOAD, OK, body=failing())
    assert isinstance(error, OutcomeUnknown)
    assert isinstance(error.__cause__, OSError)
    assert "OSError" in str(error)
    assert sent == 0


def test_a_write_without_a_body_says_so(mode: Mode) -> None:
    with session(mode, OK) as (client, script):
        client.call(UNSAFE)
        assert script.header("content-length") == "0"
        client.call(READ)
        assert script.header("content-length") is None


# --- interruption ----------------------------------------------------------------------------------------------------


def test_an_interrupted_write_says_that_its_outcome_is_unknown(mode: Mode) -> None:
    interruption = KeyboardInterrupt if mode == "sync" else asyncio.CancelledError
    with session(mode, interruption(), interruption()) as (client, script):
        with pytest.raises(interruption) as caught:
            client.call(UNSAFE, idempotency_key="order-17")
        assert any("The vendor may have acted" in note and "order-17" in note for note in caught.value.__notes__)
        with pytest.raises(interruption) as caught:
            client.call(READ)
        assert not hasattr(caught.value, "__notes__")
        assert len(script.requests) == 2


def test_an_interruption_between_attempts_keeps_the_unknown_outcome(mode: Mode) -> None:
    class Interrupting(FakeClock):
        def sleep(self, seconds: float) -> None:
            raise KeyboardInterrupt if mode == "sync" else asyncio.CancelledError

    with session(mode, Broken(), clock=Interrupting()) as (client, script):
        with pytest.raises((KeyboardInterrupt, asyncio.CancelledError)) as caught:
            client.call(IDEMPOTENT)
        assert any("The vendor may have acted" in note for note in caught.value.__notes__)
        assert len(script.requests) == 1


# --- the request -----------------------------------------------------------------------------------------------------


def test_a_request_is_complete(mode: Mode) -> None:
    op = operation(
        Retry.UNSAFE,
        path="/things/{id}",
        parameters=(Parameter("thing_id", "id", "path", required=True), Parameter("page", "page", "query")),
        body=Body("application/json", lambda: dict[str, int]),
    )
    with session(mode, OK) as (client, script):
        client.call(op, {"thing_id": "a/b", "page": 2}, body={"n": 1}, headers={"X-Trace": "t"})
    request = script.requests[0]
    assert request.url == "https://api.example.com/v1/things/a%2Fb?page=2"
    assert script.bodies == [b'{"n":1}']
    assert dict(request.headers) == {
        "host": "api.example.com",
        "accept": "application/json",
        "accept-encoding": "gzip, deflate",
        "user-agent": dict(request.headers)["user-agent"],
        "content-type": "application/json",
        "x-trace": "t",
        "content-length": "7",
    }
    assert dict(request.headers)["user-agent"].startswith("credkit/")


def test_an_encoding_that_the_document_speaks_of_is_the_callers(mode: Mode) -> None:
    op = operation(Retry.SAFE, parameters=(Parameter("accept_encoding", "Accept-Encoding", "header"),))
    with session(mode, OK, OK) as (client, script):
        client.call(op, {})
        client.call(op, {"accept_encoding": "base64"})
    assert [dict(request.headers).get("accept-encoding") for request in script.requests] == [None, "base64"]


@pytest.mark.parametrize("name", ["Host", "content-length", "Transfer-Encoding", "bad name", "x\r\ny"])
def test_headers_that_would_change_the_message_are_refused(mode: Mode, name: str) -> None:
    with session(mode, OK) as (client, script), pytest.raises(InvalidArgument):
        client.call(READ, headers={name: "1"})
    assert not script.requests


@pytest.mark.parametrize("value", ["q\r\nz", "q\nz", "q\0z", " qz", "\u20ac"])
def test_header_values_that_would_change_the_message_are_refused(mode: Mode, value: str) -> None:
    with session(mode, OK) as (client, script), pytest.raises(InvalidArgument) as caught:
        client.call(READ, headers={"X-A": value})
    assert not script.requests
    assert value not in str(caught.value)


# --- answers ---------------------------------------------------------------------------------------------------------


def test_a_raw_answer_has_everything(mode: Mode) -> None:
    with session(mode, json_reply({}, 503), json_reply({"id": 1, "more": 2}, 200, x_request_id="r-1")) as (client, _):
        raw = client.raw(READ)
    assert (raw.status, raw.parsed, raw.request_id, raw.attempts) == (200, {"id": 1, "more": 2}, "r-1", 2)
    assert raw.content == b'{"id": 1, "more": 2}'
    assert raw.headers["X-Request-ID"] == "r-1"
    assert raw.elapsed == pytest.approx(0.5)
    assert "id" not in repr(raw)


def test_a_success_with_another_status_is_read_as_the_documented_one(mode: Mode) -> None:
    with session(mode, json_reply({"id": 1}, 202)) as (client, _):
        assert client.call(READ) == {"id": 1}


def test_a_success_without_a_documented_body_is_none(mode: Mode) -> None:
    op = operation(Retry.TARGET_STATE, method="DELETE", responses={"204": ()})
    for reply in (Reply(204), json_reply({"ignored": True}, 204), Reply(200, b"<html>")):
        with session(mode, reply) as (client, _):
            assert client.call(op) is None


# --- hooks -----------------------------------------------------------------------------------------------------------


def test_hooks_are_told_in_order(mode: Mode) -> None:
    events: list[Any] = []
    hooks = Hooks(on_request=events.append, on_response=events.append, on_retry=events.append, on_drift=events.append)
    with session(mode, Broken(Phase.WAIT), json_reply({"id": "x"}), hooks=hooks) as (client, _):
        client.raw(operation(Retry.SAFE, method="GET"))
    names = [type(event).__name__ for event in events]
    assert names == ["RequestEvent", "ResponseEvent", "RetryEvent", "RequestEvent", "ResponseEvent", "DriftEvent"]
    assert len({event.call_id for event in events}) == 1
    assert [event.attempt for event in events] == [1, 1, 1, 2, 2, 2]
    broke, retry, answered, drift = events[1], events[2], events[4], events[5]
    assert (broke.status, broke.outcome, broke.failure) == (None, Outcome.UNKNOWN, "scripted")
    assert (retry.delay, retry.outcome, retry.status) == (0.5, Outcome.UNKNOWN, None)
    assert (answered.status, answered.outcome) == (200, Outcome.DONE)
    assert [place.pointer for place in drift.drift] == ["/*"]


def test_a_hook_that_fails_loses_no_answer(mode: Mode, caplog: pytest.LogCaptureFixture) -> None:
    def failing(event: object) -> None:
        raise RuntimeError("secret text")

    hooks = Hooks(on_request=failing, on_response=failing)
    with session(mode, OK, hooks=hooks) as (client, _):
        assert client.call(UNSAFE) == {"id": 1}
    assert [record.levelname for record in caplog.records] == ["WARNING", "WARNING"]
    assert "secret text" not in caplog.text


def test_an_outage_costs_no_more_than_the_budget(mode: Mode) -> None:
    with session(mode, json_reply({}, 503)) as (client, script):
        for _ in range(200):
            with pytest.raises(ServerError):
                client.call(READ)
        assert len(script.requests) == 200 + 500 // 14


def test_random_failures_never_repeat_an_unsafe_write_that_may_have_acted(mode: Mode) -> None:
    """Every sequence of three outcomes: at most one request of an unsafe write can have reached the vendor's logic."""
    outcomes: list[Step] = [Broken(Phase.CONNECT), Broken(Phase.WAIT), json_reply({}, 500), json_reply({}, 429), OK]
    harmless = (outcomes[0], outcomes[3])
    for steps in itertools.product(outcomes, repeat=3):
        with session(mode, *steps, json_reply({}, 400)) as (client, script):
            with contextlib.suppress(ApiError):
                client.call(UNSAFE)
            sent = (*steps, json_reply({}, 400))[: len(script.requests)]
        assert all(step in harmless for step in sent[:-1])


def test_the_api_is_named(mode: Mode) -> None:
    with session(mode, OK) as (client, _):
        assert repr(client.client) in (
            f"<Client {API.servers[0].url}>",
            f"<AsyncClient {API.servers[0].url}>",
        )
