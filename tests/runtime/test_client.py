"""Clients: options, copies, closing, what they load, and the fence around live credentials."""

from __future__ import annotations

import asyncio
import gc
import os
import socket
import subprocess
import sys
import threading
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from credkit.runtime import Api, AsyncClient, Client, Content, Hooks, KeyMode, Operation, Retry, Server
from credkit.runtime import __all__ as exported
from credkit.runtime.api import ApiKey, Bearer
from credkit.runtime.errors import (
    ClientClosed,
    ConfigurationError,
    ConnectionLost,
    DriftError,
    InvalidArgument,
    LiveCredentialRefused,
    ModeMismatch,
    OutcomeUnknown,
    UnreadableBody,
)
from credkit.runtime.outcome import Phase
from credkit.runtime.transport import TransportFailure
from credkit.runtime.version import VERSION

from .kit import API, MODES, Broken, FakeClock, Mode, Reply, Script, json_reply, session

JSON = (Content("application/json", lambda: dict[str, Any]),)
READ: Operation[dict[str, Any]] = Operation(
    id="read", method="GET", path="/t", responses={"200": JSON}, retry=Retry.SAFE
)
WRITE: Operation[dict[str, Any]] = Operation(id="write", method="POST", path="/t", responses={"200": JSON})
OK = json_reply({"id": 1})
both = pytest.mark.parametrize("mode", MODES)


# --- options -------------------------------------------------------------------------------------------------------------


def test_unknown_options_are_refused() -> None:
    with pytest.raises(TypeError, match="'time_out'"):
        Client(API, {}, time_out=3)  # type: ignore[call-arg]  # the test is about this
    with pytest.raises(TypeError, match="'time_out'"):
        Client(API, {}).with_options(time_out=3)  # type: ignore[call-arg]  # the test is about this
    with session("sync", OK) as (client, _), pytest.raises(TypeError, match="'time_out'"):
        client.call(READ, time_out=3)


@pytest.mark.parametrize(
    "options", [{"timeout": 0}, {"max_attempts": 0}, {"max_response_bytes": 0}, {"headers": {"Host": "x"}}]
)
def test_options_that_make_no_sense_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(InvalidArgument):
        Client(API, {}, **options)
    with pytest.raises(InvalidArgument):
        AsyncClient(API, {}, **options)


@both
def test_headers_of_client_and_call(mode: Mode) -> None:
    with session(mode, OK, headers={"X-A": "client", "X-B": "client", "User-Agent": "app/1"}) as (client, script):
        client.call(READ, headers={"x-b": "call"})
    assert [script.header(name) for name in ("x-a", "x-b", "user-agent")] == ["client", "call", "app/1"]


@both
def test_strictness_of_client_and_call(mode: Mode) -> None:
    op: Operation[Any] = Operation(
        id="op", method="GET", path="/", responses={"200": (Content("application/json", lambda: dict[str, int]),)}
    )
    for strict in (True, False):
        with session(mode, json_reply({"id": "x"}), strict=strict) as (client, _):
            assert client.call(op, strict=False) == {"id": "x"}
            with pytest.raises(DriftError) as caught:
                client.call(op, strict=True)
            assert [drift.got_type for drift in caught.value.drift] == ["string"]
            assert isinstance(caught.value, OutcomeUnknown)


@both
def test_copies_share_what_matters(mode: Mode) -> None:
    events: list[Any] = []
    with session(mode, Broken(Phase.WAIT), credentials={"key": "k"}) as (client, script):
        original: Any = client.client
        client.client = original.with_options(max_attempts=1, hooks=Hooks(on_request=events.append))
        with pytest.raises(ConnectionLost):
            client.call(READ)
        assert len(script.requests) == len(events) == 1
        copy: Any = client.client
        assert copy._core.budget is original._core.budget
        assert copy._core.authenticator is original._core.authenticator
        client.client = original
        with pytest.raises(ConnectionLost):
            client.call(READ)
        assert (len(script.requests), len(events)) == (5, 1)
    for name in ("transport", "clock", "token_url", "rate_limit_store"):
        with pytest.raises(TypeError, match=name):
            original.with_options(**{name: None})


@both
def test_copies_have_resources_of_their_own(mode: Mode) -> None:
    """Resources are cached on the client; a copy that inherited them would go on with the old options."""
    original: Any = Client(API, {}) if mode == "sync" else AsyncClient(API, {})
    original.__dict__["things"] = "resource of the original"
    assert "things" not in original.with_options(timeout=1.0).__dict__


# --- transports and closing ------------------------------------------------------------------------------------------------


@both
def test_a_closed_client_says_so(mode: Mode) -> None:
    with session(mode, OK) as (client, script):
        copy: Any = client.client
        copy = copy.with_options(timeout=1.0)
    for one in (client.client, copy):
        closed: Any = one
        with pytest.raises(ClientClosed):
            closed._call(READ, {}) if mode == "sync" else asyncio.run(closed._call(READ, {}))
    assert not script.requests


def test_a_transport_that_the_application_brought_stays_open() -> None:
    closed: list[str] = []

    class Watched(Script):
        def close(self) -> None:
            closed.append("close")

        async def aclose(self) -> None:
            closed.append("aclose")

    async def use_async() -> None:
        async with AsyncClient(API, {}, transport=Watched(OK)) as client:
            await client._call(READ, {})

    with Client(API, {}, transport=Watched(OK)) as client:
        client._call(READ, {})
    asyncio.run(use_async())
    assert closed == []


@pytest.mark.parametrize("transport", ["httpx3", object(), ""])
def test_transports_that_are_none(transport: Any) -> None:
    with pytest.raises(ConfigurationError):
        Client(API, {}, transport=transport)._call(READ, {})
    with pytest.raises(ConfigurationError):
        asyncio.run(AsyncClient(API, {}, transport=transport)._call(READ, {}))


def test_a_client_that_was_never_used_or_never_closed_leaves_nothing() -> None:
    Client(API, {}, transport="httpx").close()
    asyncio.run(AsyncClient(API, {}, transport="httpx").aclose())
    client = Client(API, {}, transport="httpx")
    client._link.get()
    del client
    gc.collect()


def test_a_second_client_costs_next_to_nothing() -> None:
    import time

    Client(API, {})._link.get()
    took = []
    for _ in range(20):
        began = time.perf_counter()
        Client(API, {"bearer": "t"})._link.get()
        took.append(time.perf_counter() - began)
    assert sorted(took)[10] < 0.001 * 5  # a TLS context alone costs 25 ms; the margin is for a busy machine


# --- what is loaded ----------------------------------------------------------------------------------------------------------


def loaded_by(code: str) -> set[str]:
    script = f"import sys\n{code}\nprint(*sys.modules)"
    return set(
        subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    )


def test_importing_a_client_loads_no_transport() -> None:
    modules = loaded_by("from credkit.runtime import Client, Operation, Api, ClientOptions")
    assert not modules & {"httpx", "httpx2", "httpcore", "httpcore2", "h11", "anyio", "sqlite3", "credkit.runtime.http"}


FIRST_CALL = """
from credkit.runtime import Api, Bearer, Client, Content, Model, Operation, Resource, Retry

class Thing(Model):
    id: int

class Things(Resource):
    pass

READ = Operation(id="read", method="GET", path="/t", responses={"200": (Content("application/json", lambda: Thing),)},
                 security=(("bearer",),), retry=Retry.SAFE)
api = Api(name="demo", schemes={"bearer": Bearer()})
with Client(api, {"bearer": "token"}, base_url="URL", transport="httpx") as client:
    assert Things(client)._call(READ).id == 1
"""
NOT_FOR_A_FIRST_CALL = (
    *("bodies", "events", "files", "findings", "limiter", "limiter_sqlite", "multipart", "oauth", "opening", "paging"),
    *(
        "ratelimit",
        "replay",
        "response",
        "servers",
        "signatures",
        "streaming",
        "testing",
        "tokens",
        "tolerant",
        "webhooks",
    ),
)


def test_a_first_call_loads_what_it_needs_and_no_more() -> None:
    """Cost in time is measured by `make bench`; what is counted here does not depend on how busy the machine is."""
    answer = json_reply({"id": 1})
    with serving(answer.content) as url:
        modules = loaded_by(FIRST_CALL.replace("URL", url))
    assert not modules & {f"credkit.runtime.{name}" for name in NOT_FOR_A_FIRST_CALL}
    assert not modules & {
        "asyncio",
        "httpx",
        "httpx2",
        "sqlite3",
        "opentelemetry",
        "concurrent.futures",
        "urllib.request",
    }
    assert len({name for name in modules if name.startswith("credkit")}) <= 52


@contextmanager
def serving(body: bytes) -> Iterator[str]:
    """A server that answers one request."""

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            data = b""
            while b"\r\n\r\n" not in data:
                data += connection.recv(65536)
            head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
            connection.sendall(head.encode() + body)
            connection.recv(1)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(20)
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        thread.join(20)


@both
def test_calls_leave_nothing_behind(mode: Mode) -> None:
    """Objects that are alive after many calls: no more than after a few. The long run makes 100,000 calls."""
    count = 50_000 if os.environ.get("CREDKIT_SOAK") else 400
    with session(mode, OK, credentials={"key": "k"}) as (client, script):

        def call_often(times: int) -> int:
            for _ in range(times):
                client.call(READ)
                script.requests.clear()
                script.bodies.clear()
            gc.collect()
            return len(gc.get_objects())

        before = call_often(300)
        assert call_often(count) <= before + 20


def test_the_package_itself_loads_nothing() -> None:
    assert {name for name in loaded_by("import credkit.runtime") if name.startswith("credkit.")} == {
        "credkit.runtime",
        "credkit.runtime.lazy",
    }


def test_every_exported_name_is_there() -> None:
    import credkit.runtime

    assert sorted(exported) == sorted(set(exported))
    for name in exported:
        assert getattr(credkit.runtime, name) is not None
    with pytest.raises(AttributeError):
        credkit.runtime.nothing


def test_the_version_is_the_distributions() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]
    assert project["version"] == VERSION


# --- the fence ---------------------------------------------------------------------------------------------------------------

FENCED = Api(
    name="demo",
    servers=(Server("https://api.example.com"),),
    schemes={"bearer": Bearer(), "key": ApiKey("X-Api-Key")},
    key_modes=(KeyMode("sk_test_", "test"), KeyMode("sk_live_", "live")),
    mode=("/mode", "/data/*/mode"),
)
GUARDED: Operation[dict[str, Any]] = Operation(
    id="op", method="POST", path="/", responses={"200": JSON}, security=(("bearer",),)
)
LIVE = {"bearer": "sk_live_1"}
TEST = {"bearer": "sk_test_1"}


@both
def test_a_live_credential_is_refused_in_a_test(mode: Mode, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(LiveCredentialRefused) as caught, session(mode, OK, api=FENCED, credentials=LIVE):
        pass
    assert "sk_live" not in str(caught.value)
    for options in ({"allow_live": True}, {"credentials": TEST}):
        with session(mode, OK, **{"api": FENCED, "credentials": LIVE, **options}) as (client, _):  # type: ignore[arg-type]  # mixed
            assert client.call(GUARDED) == {"id": 1}
    with monkeypatch.context() as outside:
        outside.delenv("PYTEST_CURRENT_TEST")  # made while tests are collected, say
        made = session(mode, OK, api=FENCED, credentials=LIVE)
        client, script = made.__enter__()
    with pytest.raises(LiveCredentialRefused):
        client.call(GUARDED)
    assert not script.requests
    made.__exit__(None, None, None)


@both
def test_a_live_credential_is_refused_on_this_machine(mode: Mode, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTEST_CURRENT_TEST")
    here = "http://127.0.0.1:9"
    with pytest.raises(LiveCredentialRefused), session(mode, OK, api=FENCED, credentials=LIVE, base_url=here):
        pass
    with session(mode, OK, api=FENCED, credentials=LIVE, base_url=here, allow_live=True) as (client, script):
        with pytest.raises(LiveCredentialRefused):
            client.client.with_options(allow_live=False)
        assert not script.requests
    with session(mode, OK, api=FENCED, credentials=LIVE) as (client, _):
        assert client.call(GUARDED) == {"id": 1}


@both
def test_a_live_credential_beside_a_test_credential_is_refused(mode: Mode) -> None:
    both_modes = {"bearer": "sk_test_1", "key": "sk_live_1"}
    with pytest.raises(LiveCredentialRefused), session(mode, OK, api=FENCED, credentials=both_modes):
        pass


@both
@pytest.mark.parametrize(
    ("body", "fits"),
    [
        ({"mode": "test"}, True),
        ({"mode": "live"}, False),
        ({"mode": "staging"}, True),
        ({"mode": None}, True),
        ({}, True),
        ({"data": [{"mode": "test"}, {"mode": "live"}]}, False),
    ],
)
def test_an_object_of_the_other_mode_is_an_error(mode: Mode, body: dict[str, Any], fits: bool) -> None:
    with session(mode, json_reply(body), api=FENCED, credentials=TEST) as (client, _):
        if fits:
            assert client.call(GUARDED) == body
            return
        with pytest.raises(ModeMismatch) as caught:
            client.call(GUARDED)
        assert isinstance(caught.value, OutcomeUnknown)


@both
@pytest.mark.parametrize(
    "content", [rb'{"mode": "\u006cive"}', '{"mode": "live"}'.encode("utf-16"), b'{"data": [{"mode":\n"live"}]}']
)
def test_an_object_of_the_other_mode_is_seen_however_it_is_written(mode: Mode, content: bytes) -> None:
    charset = "application/json; charset=utf-16" if b"\0" in content else "application/json"
    reply = Reply(200, content, (("content-type", charset),))
    with session(mode, reply, api=FENCED, credentials=TEST) as (client, _), pytest.raises(ModeMismatch):
        client.call(GUARDED)


# --- streams -----------------------------------------------------------------------------------------------------------------

FILE: Operation[bytes] = Operation(
    id="file", method="GET", path="/f", responses={"200": (Content("*/*"),)}, retry=Retry.SAFE
)


@both
@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Reply(200, b"x" * 50), None),
        (Reply(200, b"x" * 50, broken=TransportFailure(Phase.READ, "reset")), ConnectionLost),
        (Reply(200, b"no gzip", (("content-encoding", "gzip"),)), UnreadableBody),
        (Reply(200, b"", (("content-encoding", "br"),)), UnreadableBody),
    ],
)
def test_streams(mode: Mode, reply: Reply, error: Any) -> None:
    with session(mode, Broken(Phase.CONNECT), reply) as (client, script):
        if client.runner is None:
            read: Any = _read(client.client)
        else:
            read = client.runner.run(_read_async(client.client))
        if error is None:
            assert read == b"x" * 50
        else:
            assert type(read) is error
            assert read.operation == "file"
        assert len(script.requests) == 2


def _read(client: Any) -> Any:
    try:
        with client._stream(FILE, {}) as stream:
            return b"".join(stream.iter_bytes())
    except Exception as error:
        return error


async def _read_async(client: Any) -> Any:
    try:
        async with client._stream(FILE, {}) as stream:
            return b"".join([piece async for piece in stream.iter_bytes()])
    except Exception as error:
        return error


@both
def test_a_stream_that_is_left_early_is_closed(mode: Mode) -> None:
    with session(mode, Reply(200, b"x" * 50)) as (client, script):
        if client.runner is None:
            with client.client._stream(FILE, {}) as stream:  # type: ignore[union-attr]  # a Client
                next(stream.iter_bytes())
        else:

            async def leave() -> None:
                async with client.client._stream(FILE, {}) as stream:  # type: ignore[union-attr]  # an AsyncClient
                    async for _ in stream.iter_bytes():
                        break

            client.runner.run(leave())
        assert (script.opened, script.closed) == (1, 1)


def test_a_clock_of_ones_own() -> None:
    clock = FakeClock()
    with Client(API, {}, transport=Script(Broken(Phase.CONNECT), OK), clock=clock, random=lambda: 0.25) as client:
        assert client._call(WRITE, {}) == {"id": 1}
    assert clock.slept == [0.125]
