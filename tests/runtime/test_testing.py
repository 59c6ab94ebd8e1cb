"""The stub answers like the vendor, refuses what the document refuses, and plays what goes wrong between machines."""

from __future__ import annotations

import asyncio
import io
import json
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import pytest

from credkit.runtime import File
from credkit.runtime.errors import (
    ApiError,
    ConnectionFailed,
    ConnectionLost,
    DeadlineExceeded,
    InvalidArgument,
    NotFoundError,
    OutcomeUnknown,
    RateLimitedError,
    ServerError,
    StatusError,
    UnexpectedResponse,
)
from credkit.runtime.testing import (
    FakeClock,
    StubCall,
    StubRefused,
    cut_body,
    delay,
    example,
    fail,
    give,
    html,
    lose_answer,
    plain,
    same_json,
    throttle,
)

from .vendor import BATCH, COHORT, Batch, Line, Recipient, Sample, SampleStub

PEOPLE = [Recipient(name="Alice Johnson", email="alice@example.com")]
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(params=["stub", "http"])
def play(request: pytest.FixtureRequest) -> Iterator[tuple[SampleStub, Sample, FakeClock]]:
    """A stub and a client of it: without network, and over HTTP."""
    clock = FakeClock()
    stub = SampleStub(clock=clock, random=lambda: 0.5)
    if request.param == "stub":
        yield stub, stub.client, clock
        return
    with stub.serve() as server, Sample(token="t", base_url=server.base_url, clock=clock, random=lambda: 0.5) as client:
        yield stub, client, clock


Play = tuple[SampleStub, Sample, FakeClock]


def _issue(client: Sample, **options: Any) -> Batch:
    return client.credentials.issue(program_id="p", batch_name="b", recipients=PEOPLE, **options)


def _deleted(client: Any) -> object:
    """What deleting gives: untyped, as checkers refuse to look at a result that is always None."""
    return client.credentials.delete("batch_1")


# --- answers ---------------------------------------------------------------------------------------------------------


def test_the_documented_example_is_the_default(play: Play) -> None:
    _, client, _ = play
    assert client.credentials.get("batch_1").to_json() == Batch.from_json(json.dumps(BATCH)).to_json()
    assert _issue(client).batch_id == "batch_other"
    assert _deleted(client) is None
    with client.credentials.export() as lines:
        assert [line.index for line in lines.items()] == [1, 2]


def test_a_success_without_a_body_is_not_held_against_the_body_of_errors(play: Play) -> None:
    stub, client, _ = play
    stub.credentials.delete.returns(status=204)
    assert _deleted(client) is None


def test_the_example_of_the_request_that_was_made_is_preferred(play: Play) -> None:
    _, client, _ = play
    batch = client.credentials.issue(
        program_id=str(COHORT["programId"]), batch_name="May 2025 Cohort", recipients=PEOPLE
    )
    assert batch.batch_id == "batch_1"


def test_returns_takes_models_and_json_and_puts_them_into_the_envelope(play: Play) -> None:
    stub, client, _ = play
    batch = Batch.from_json(json.dumps({**BATCH, "batchId": "mine"}))
    stub.credentials.get.returns(batch, {**BATCH, "batchId": "second"})
    assert [client.credentials.get("x").batch_id for _ in range(3)] == ["mine", "second", "second"]
    raw = client.credentials.with_raw_response.get("x")
    assert json.loads(raw.content)["success"] is True
    assert raw.drift == ()
    stub.credentials.search.returns([batch])
    assert client.credentials.search(text="x") == [batch]
    stub.credentials.get.returns(body={"anything": 1})
    with pytest.raises(UnexpectedResponse):
        client.credentials.get("x")


def test_returns_refuses_what_the_document_does_not_allow() -> None:
    stub = SampleStub()
    with pytest.raises(StubRefused) as caught:
        stub.credentials.get.returns({**BATCH, "batchName": 5, "recipients": [{}]})
    assert [problem.partition(":")[0] for problem in caught.value.problems] == [
        "/data/batchName",
        "/data/recipients/0/name",
        "/data/recipients/0/email",
    ]


def test_fails_is_the_documented_error_with_code_and_message_in_their_places(play: Play) -> None:
    stub, client, _ = play
    stub.credentials.issue.fails(404)
    with pytest.raises(NotFoundError) as caught:
        _issue(client)
    assert caught.value.code == "NOT_FOUND"
    stub.credentials.get.fails(404, code="GONE_AWAY", message="it is gone", headers={"x-request-id": "req_1"})
    with pytest.raises(NotFoundError) as caught:
        client.credentials.get("x")
    assert (caught.value.code, caught.value.message, caught.value.request_id) == ("GONE_AWAY", "it is gone", "req_1")
    stub.credentials.get.fails(418, body={"code": "TEAPOT"})
    with pytest.raises(StatusError) as other:
        client.credentials.get("x")
    assert (other.value.status, other.value.code) == (418, "TEAPOT")


def test_answers_takes_a_function_or_the_name_of_an_example(play: Play) -> None:
    stub, client, _ = play
    stub.credentials.get.answers(lambda call: {**BATCH, "batchId": call.arguments["batch_id"].upper()})
    assert client.credentials.get("abc").batch_id == "ABC"
    stub.credentials.get.answers(lambda call: fail(404) if call.arguments["batch_id"] == "x" else give(BATCH))
    assert client.credentials.get("y").batch_id == "batch_1"
    with pytest.raises(NotFoundError):
        client.credentials.get("x")
    stub.credentials.issue.answers(example="cohort")
    assert _issue(client).batch_id == "batch_1"
    stub.credentials.issue.answers(status=404)
    with pytest.raises(NotFoundError):
        _issue(client)


def test_an_operation_without_example_says_what_to_do() -> None:
    stub = SampleStub()
    stub.credentials.issue.answers(example="no such")
    with pytest.raises(StubRefused, match="no example 'no such'"):
        _issue(stub.client)
    stub.credentials.delete.answers(status=200)
    with pytest.raises(StubRefused, match="returns"):
        stub.client.credentials.delete("x")


# --- calls -----------------------------------------------------------------------------------------------------------


def test_calls_are_recorded_with_typed_body_and_parameters(play: Play) -> None:
    stub, client, _ = play
    client.credentials.issue(program_id="p", batch_name="b", recipients=PEOPLE, note=None)
    (call,) = stub.credentials.issue.calls
    assert call.body.batch_name == "b"
    assert call.body.recipients == PEOPLE
    assert "note" in call.body.model_fields_set
    assert call.json == {
        "programId": "p",
        "batchName": "b",
        "recipients": [{"name": "Alice Johnson", "email": "alice@example.com"}],
        "note": None,
    }
    assert (call.method, urlsplit(call.path).path, call.headers["content-type"]) == (
        "POST",
        "/credentials",
        "application/json",
    )
    client.credentials.search(text="a&b=ü", mode="live", trace="t-1")
    (search,) = stub.credentials.search.calls
    assert search.query == {"q": ["a&b=ü"], "filter.mode": ["live"]}
    assert search.arguments == {"text": "a&b=ü", "mode": "live", "trace": "t-1"}
    client.credentials.delete("a/b c")
    (delete,) = stub.credentials.delete.calls
    assert (delete.arguments, delete.path.endswith("/credentials/a%2Fb%20c")) == ({"batch_id": "a/b c"}, True)


def test_uploads_are_recorded_part_by_part(play: Play) -> None:
    stub, client, _ = play
    client.credentials.upload(image=File(io.BytesIO(PNG), "a.png"), title="Title")
    (call,) = stub.credentials.upload.calls
    image = call.parts["image"]
    assert (image.filename, image.content_type, image.content) == ("a.png", "image/png", PNG)
    assert call.parts["title"].text == "Title"


def test_a_call_shows_no_secret_in_its_repr() -> None:
    stub = SampleStub()
    _issue(stub.client)
    text = repr(stub.credentials.issue.calls)
    assert "alice" not in text
    assert "stub" not in repr(stub.credentials.issue.calls[0].headers).replace("stub.invalid", "")


# --- refusals --------------------------------------------------------------------------------------------------------


def test_a_body_that_the_document_refuses_is_refused_with_pointers() -> None:
    stub = SampleStub()
    with pytest.raises(StubRefused) as caught:
        stub.client.credentials.issue(program_id="p", batch_name="b", recipients=[])
    assert caught.value.problems == ["/recipients: expected array of length at least 1, got array of length 0"]
    wrong: Any = [{"name": "A"}]
    with pytest.raises(StubRefused) as caught:
        stub.client.credentials.issue(program_id=5, batch_name="b", recipients=wrong)  # type: ignore[arg-type]
    assert [problem.partition(":")[0] for problem in caught.value.problems] == ["/programId", "/recipients/0/email"]
    assert stub.credentials.issue.calls == []


def test_over_http_a_refusal_is_a_400_with_the_list(play: Play) -> None:
    stub, client, _ = play
    if client is not stub.client:
        with pytest.raises(StatusError) as caught:
            client.credentials.issue(program_id="p", batch_name="b", recipients=[])
        assert caught.value.status == 400
        assert "/recipients" in str(caught.value.body)
        assert stub.credentials.issue.calls == []


def test_an_async_client_is_refused_alike() -> None:
    stub = SampleStub()
    stub.credentials.get.fails(404)

    async def main() -> None:
        with pytest.raises(NotFoundError):
            await stub.async_client.credentials.get("x")
        stub.credentials.get.answers(status=500)
        with pytest.raises(StubRefused):
            await stub.async_client.credentials.get("x")

    asyncio.run(main())


@contextmanager
def _http(
    base_url: str, method: str, path: str, body: bytes | None = None, **headers: str
) -> Iterator[tuple[int, Any]]:
    """A request by somebody else's client."""
    request = urllib.request.Request(base_url + path, body, {"authorization": "Bearer x", **headers}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            yield response.status, json.loads(response.read() or b"null")
    except urllib.error.HTTPError as error:
        with error:
            yield error.code, json.loads(error.read() or b"null")


@pytest.mark.parametrize(
    ("method", "path", "body", "headers", "problem"),
    [
        ("GET", "/credentials", None, {}, "query parameter 'q' is missing"),
        ("GET", "/nowhere", None, {}, "no operation has this path"),
        ("PUT", "/credentials", b"{}", {}, "documented there: GET, POST"),
        ("GET", "/credentials/x", None, {"authorization": ""}, "there is no credential"),
        ("POST", "/credentials", None, {}, "there is no body"),
        (
            "POST",
            "/credentials",
            b"a=b",
            {"content-type": "application/x-www-form-urlencoded"},
            "has to be application/json",
        ),
        ("POST", "/credentials", b"{", {"content-type": "application/json"}, "not JSON"),
        ("POST", "/credentials", b"[]", {"content-type": "application/json"}, "expected IssueRequest, got array"),
        ("POST", "/images", b"x", {"content-type": "multipart/form-data; boundary=b"}, "not multipart"),
        (
            "POST",
            "/images",
            b"--b\r\n\r\n--b--\r\n",
            {"content-type": "multipart/form-data; boundary=b"},
            "not multipart",
        ),
        (
            "POST",
            "/images",
            b'--b\r\nContent-Disposition: form-data; name="image"\r\nContent-Type: image/gif\r\n\r\n'
            + b"x" * 1001
            + b"\r\n--b--\r\n",
            {"content-type": "multipart/form-data; boundary=b"},
            "/image: image/gif is not one of",
        ),
        (
            "POST",
            "/images",
            b'--b\r\nContent-Disposition: form-data; name="title"\r\n\r\nx\r\n--b--\r\n',
            {"content-type": "multipart/form-data; boundary=b"},
            "/image: is missing",
        ),
        ("DELETE", "/credentials/x", b"{}", {"content-type": "application/json"}, "none is documented"),
    ],
)
def test_other_clients_are_told_what_is_wrong(
    method: str, path: str, body: bytes | None, headers: dict[str, str], problem: str
) -> None:
    stub = SampleStub()
    with stub.serve() as server, _http(server.base_url, method, path, body, **headers) as (status, answer):
        assert status == 400
        assert any(problem in line for line in answer["problems"])
        assert problem in str(server.refused[0])


def test_other_clients_are_answered(play: Play) -> None:
    stub, _, _ = play
    with stub.serve() as server:
        with _http(server.base_url, "GET", "/v1/credentials?q=x") as (status, answer):
            assert (status, answer) == (200, [BATCH])
        with _http(server.base_url, "POST", "/v1/oauth/token", b"grant_type=client_credentials") as (status, answer):
            assert (status, answer["token_type"]) == (200, "Bearer")
    assert stub.token_requests == [{"grant_type": ["client_credentials"]}]


def test_a_script_that_fails_over_http_is_a_500_and_kept() -> None:
    stub = SampleStub()
    stub.credentials.get.answers(lambda call: 1 / 0)
    with stub.serve() as server, _http(server.base_url, "GET", "/credentials/x") as (status, answer):
        assert (status, answer["problems"]) == (500, ["ZeroDivisionError: division by zero"])
        assert isinstance(server.errors[0], ZeroDivisionError)


def test_the_server_is_gone_after_its_block_with_all_its_connections_and_threads() -> None:
    stub = SampleStub()
    stub.credentials.get.delays(50)
    before = threading.active_count()
    with stub.serve() as server:
        port = urlsplit(server.base_url).port
        idle = socket.create_connection(("127.0.0.1", port or 0), timeout=5)
        busy = socket.create_connection(("127.0.0.1", port or 0), timeout=5)
        busy.sendall(b"GET /credentials/x HTTP/1.1\r\nauthorization: bearer x\r\n\r\n")
        while not stub.credentials.get.calls:
            time.sleep(0.01)
    assert idle.recv(1) == b""
    idle.close()
    busy.close()
    assert threading.active_count() == before
    with pytest.raises(RuntimeError):
        _ = server.base_url
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", port or 0), timeout=1)


# --- what goes wrong between machines --------------------------------------------------------------------------------


def test_the_vendor_acts_and_the_answer_is_lost(play: Play) -> None:
    stub, client, _ = play
    stub.credentials.issue.loses_the_answer()
    with pytest.raises(OutcomeUnknown):
        _issue(client)
    assert len(stub.credentials.issue.calls) == 1
    assert _issue(client).batch_id == "batch_other"


def test_a_read_is_made_again_after_a_lost_answer(play: Play) -> None:
    stub, client, clock = play
    stub.credentials.get.loses_the_answer(times=2)
    assert client.credentials.get("x").batch_id == "batch_1"
    assert len(stub.credentials.get.calls) == 3
    assert len(clock.slept) == 2


def test_throttled_twice_then_answered(play: Play) -> None:
    stub, client, clock = play
    stub.credentials.issue.throttles(times=2, retry_after=1)
    assert _issue(client).batch_id == "batch_other"
    assert len(stub.credentials.issue.calls) == 3
    assert [1 <= wait <= 2 for wait in clock.slept] == [True, True]
    stub.credentials.issue.sequence(throttle())
    with pytest.raises(RateLimitedError):
        _issue(client, options={"max_attempts": 1})


def test_half_a_body(play: Play) -> None:
    stub, client, _ = play
    stub.credentials.issue.cuts_the_body()
    with pytest.raises(OutcomeUnknown) as caught:
        _issue(client)
    assert isinstance(caught.value, ConnectionLost)
    stub.credentials.get.cuts_the_body(after=0.9, times=1)
    assert client.credentials.get("x").batch_id == "batch_1"
    assert len(stub.credentials.get.calls) == 2


def test_a_page_of_a_gateway(play: Play) -> None:
    stub, client, _ = play
    stub.credentials.issue.answers_html(502)
    with pytest.raises(ServerError) as caught:
        _issue(client)
    assert isinstance(caught.value, OutcomeUnknown)
    stub.credentials.get.answers_html(200, times=4)
    with pytest.raises(ApiError):
        client.credentials.get("x")


def test_no_connection(play: Play) -> None:
    stub, client, _ = play
    stub.credentials.issue.refuses_connection()
    if client is stub.client:
        assert _issue(client).batch_id == "batch_other"
        assert len(stub.credentials.issue.calls) == 1
        stub.credentials.issue.refuses_connection(times=9)
        with pytest.raises(ConnectionFailed):
            _issue(client)
        assert len(stub.credentials.issue.calls) == 1


def test_an_answer_that_comes_too_late() -> None:
    clock = FakeClock()
    stub = SampleStub(clock=clock, timeout=10.0)
    stub.credentials.get.delays(3)
    assert stub.client.credentials.get("x").batch_id == "batch_1"
    assert clock.slept == [3]
    stub.credentials.issue.delays(60)
    with pytest.raises(DeadlineExceeded) as caught:
        _issue(stub.client)
    assert isinstance(caught.value, OutcomeUnknown)
    assert sum(clock.slept) == pytest.approx(13)


def test_a_late_answer_over_http_is_late() -> None:
    stub = SampleStub()
    stub.credentials.get.delays(1)
    with (
        stub.serve() as server,
        Sample(token="t", base_url=server.base_url, timeout=0.3) as client,
        pytest.raises(DeadlineExceeded),
    ):
        client.credentials.get("x")


def test_a_sequence_plays_step_by_step_and_its_last_step_stays(play: Play) -> None:
    stub, client, _ = play
    stub.credentials.get.sequence(fail(404), example(), html(404), delay(0, give(BATCH)))
    outcomes = []
    for _ in range(5):
        try:
            outcomes.append(client.credentials.get("x").batch_id)
        except StatusError as error:
            outcomes.append(str(error.status))
    assert outcomes == ["404", "batch_1", "404", "batch_1", "batch_1"]
    stub.reset()
    assert stub.credentials.get.calls == []
    assert client.credentials.get("x").batch_id == "batch_1"


def test_steps_combine() -> None:
    stub = SampleStub()
    stub.credentials.issue.sequence(lose_answer(), cut_body(0.1, give(BATCH)))
    for _ in range(2):
        with pytest.raises(OutcomeUnknown):
            _issue(stub.client)
    assert len(stub.credentials.issue.calls) == 2


def test_concurrent_calls_are_all_recorded(play: Play) -> None:
    from concurrent.futures import ThreadPoolExecutor

    stub, client, _ = play
    with ThreadPoolExecutor(8) as pool:
        batches = list(pool.map(lambda number: client.credentials.get(f"b{number}"), range(40)))
    assert len(batches) == 40
    assert {call.arguments["batch_id"] for call in stub.credentials.get.calls} == {f"b{number}" for number in range(40)}


# --- odds and ends ---------------------------------------------------------------------------------------------------


def test_what_the_client_refuses_never_reaches_the_stub(play: Play) -> None:
    stub, client, _ = play
    with pytest.raises(InvalidArgument):
        client.credentials.get("..")
    with pytest.raises(InvalidArgument):
        client.credentials.upload(image=b"GIF89a")
    assert stub.credentials.get.calls == stub.credentials.upload.calls == []


def test_same_json_compares_by_meaning() -> None:
    assert same_json({"at": "2025-01-01T00:00:00.000Z"}, {"at": datetime(2025, 1, 1, tzinfo=UTC)})
    assert same_json({"at": "2025-01-01T02:00:00+02:00", "b": 1}, {"b": 1.0, "at": "2025-01-01T00:00:00Z"})
    assert not same_json({"at": "2025-01-01T00:00:00"}, {"at": "2025-01-01T00:00:00Z"})
    assert not same_json({"a": 1}, {"a": True})
    assert not same_json({"a": 1}, {"a": "1"})
    assert not same_json({"a": None}, {})
    assert not same_json([1, 2], [2, 1])
    assert same_json(Line(index=1), {"index": 1})
    assert not same_json("2025-01-01", "2025-01-01T00:00:00")


def test_plain_leaves_out_what_is_unset() -> None:
    from credkit.runtime import UNSET

    assert plain({"a": UNSET, "b": [Line(index=1), {"c": UNSET}]}) == {"b": [{"index": 1}, {}]}


def test_a_fake_clock_moves_when_somebody_waits() -> None:
    clock = FakeClock(100.0)
    clock.sleep(2.5)
    asyncio.run(clock.async_sleep(1))
    clock.advance(10)
    assert (clock.now(), clock.monotonic(), clock.slept) == (113.5, 13.5, [2.5, 1])


def test_typed_stubs_give_typed_calls() -> None:
    stub = SampleStub()
    stub.client.credentials.get("x")
    calls: list[StubCall] = stub.credentials.get.calls
    assert calls[0].operation.id == "get"
