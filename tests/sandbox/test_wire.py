"""Bytes on the connection: requests that come together, answers that leave together, bodies that are no JSON."""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import Iterator

import pytest

from credkit import sandbox
from credkit.sandbox.server import Serving, serve
from credkit.sandbox.testing import send
from credkit.sandbox.wire import Gathering

pytestmark = pytest.mark.timeout(30)

PATH = "/api/external/issuance/programs"


@pytest.fixture(scope="module")
def serving() -> Iterator[Serving]:
    with serve() as one:
        yield one


class Recorder(asyncio.Transport):
    """A transport that keeps what was done to it."""

    def __init__(self) -> None:
        super().__init__()
        self.done: list[bytes | str] = []

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.done.append(bytes(data))

    def close(self) -> None:
        self.done.append("close")

    def abort(self) -> None:
        self.done.append("abort")

    def is_closing(self) -> bool:
        return "close" in self.done or "abort" in self.done


def played(*steps: str | bytes) -> list[bytes | str]:
    """What reaches the connection when these are done within one turn of the loop."""

    async def play() -> list[bytes | str]:
        recorder = Recorder()
        gathering = Gathering(recorder, asyncio.get_running_loop())
        for step in steps:
            if isinstance(step, bytes):
                gathering.write(step)
            else:
                getattr(gathering, step)()
        await asyncio.sleep(0)
        return recorder.done

    return asyncio.run(play())


def test_what_is_written_in_one_turn_leaves_together() -> None:
    assert played(b"head", b"body") == [b"headbody"]


def test_closing_sends_what_was_written_and_breaking_does_not() -> None:
    assert played(b"head", b"body", "close") == [b"headbody", "close"]
    assert played(b"head", "abort") == ["abort"]


def test_requests_that_come_in_one_piece_are_answered_in_order(serving: Serving) -> None:
    key = serving.hub["record"].key
    port = int(serving.origins["record"].rpartition(":")[2])
    request = f"GET {PATH}%s HTTP/1.1\r\nHost: sandbox\r\nAuthorization: Bearer {key}\r\n%s\r\n"
    first, last = request % ("", ""), request % ("/none", "Connection: close\r\n")
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall((first + last).encode())
        came = b"".join(iter(lambda: connection.recv(65536), b""))
    assert re.findall(rb"HTTP/1.1 (\d+)", came) == [b"200", b"404"]


@pytest.mark.parametrize("sent", [b"not HTTP at all\r\n\r\n", b"GET / HTTP/1.1\r\nHost: a\r\nbad header\r\n\r\n"])
def test_what_is_no_request_is_refused_and_serving_goes_on(serving: Serving, sent: bytes) -> None:
    port = int(serving.origins["record"].rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(sent)
        assert connection.recv(65536).startswith(b"HTTP/1.1 400")
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(f"GET {PATH} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode())
        assert connection.recv(65536).startswith(b"HTTP/1.1 401")


@pytest.mark.parametrize("content", [b'{"programId": NaN}', b"\xff\xfe{\x00}\x00", b"[" * 100_000, b'{"a": "\xff"}'])
def test_a_body_that_is_no_json_is_refused(content: bytes) -> None:
    vendor = sandbox.record()
    json_type = {"content-type": "application/json"}
    reply = send(vendor, "POST", "/api/external/issuance/credentials", content=content, headers=json_type)
    assert reply.status == 400
    assert b"not JSON that can be read" in reply.content
