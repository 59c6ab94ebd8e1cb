"""The fault server does on the wire what its catalogue says: judged by h11 over a plain socket, without the runtime."""

from __future__ import annotations

import gzip
import socket
import time
import zlib
from concurrent.futures import ThreadPoolExecutor

import h11
import pytest

from .answers import BOMB_BYTES, deflate_bomb, double_gzip_bomb, gzip_bomb
from .catalogue import BY_NAME, FAULTS
from .catalogue.plays import answer_ok
from .faults import RULES, Fault, Kind, Phase, Place, Wire
from .server import ClosedPort, FaultServer, FullBacklog, Play

PATIENCE = 0.3
"""Seconds after which the judge calls a slow fault slow; others get ten times as long, because the machine may be busy."""

ENOUGH = 4 * 1024 * 1024
"""Bytes of a body after which the judge calls it too large."""

SEEN_AS = {
    Wire.ANSWERED: {"2xx"},
    Wire.ODD: {"2xx"},
    Wire.UNREADABLE: {"2xx", "too large"},
    Wire.REFUSED: {"4xx"},
    Wire.TRY_LATER: {"4xx"},
    Wire.THROTTLED: {"4xx"},
    Wire.REDIRECTED: {"3xx"},
    Wire.MOVED: {"3xx"},
    Wire.FAILED: {"5xx"},
    Wire.FAILED_FOR_NOW: {"5xx"},
    Wire.BROKEN: {"broken"},
    Wire.SLOW: {"slow"},
}

SAYS_NO = {Wire.REFUSED, Wire.TRY_LATER, Wire.THROTTLED, Wire.MOVED}


def judge(port: int, patience: float) -> str:
    """What a plain HTTP/1.1 client sees of one POST: a class of status, "broken", "slow" or "too large"."""
    conversation = h11.Connection(h11.CLIENT)
    head = h11.Request(method="POST", target="/credentials", headers=[("Host", "x"), ("Content-Length", "10")])
    with socket.create_connection(("127.0.0.1", port), timeout=patience) as sock:
        try:
            for event in (head, h11.Data(data=b"0123456789"), h11.EndOfMessage()):
                sock.sendall(conversation.send(event) or b"")
            return _read_answer(sock, conversation, time.monotonic() + patience)
        except TimeoutError:
            return "slow"
        except (h11.RemoteProtocolError, OSError):
            return "broken"


def _read_answer(sock: socket.socket, conversation: h11.Connection, ends: float) -> str:
    status, size = "", 0
    while True:
        event = conversation.next_event()
        match event:
            case h11.NEED_DATA:
                if time.monotonic() > ends:
                    raise TimeoutError
                conversation.receive_data(sock.recv(65536))
            case h11.Response():
                status = f"{event.status_code // 100}xx"
                if int(dict(event.headers).get(b"content-length", b"0")) > ENOUGH:
                    return "too large"
            case h11.Data():
                size += len(event.data)
                if size > ENOUGH:
                    return "too large"
            case h11.EndOfMessage():
                return status
            case h11.ConnectionClosed():
                raise ConnectionResetError


AT_SERVER = tuple(fault for fault in FAULTS if fault.place is Place.SERVER)


@pytest.fixture(scope="module", autouse=True)
def bombs() -> None:
    """Made beforehand, so that no play spends the judge's patience on making them."""
    gzip_bomb(), deflate_bomb(), double_gzip_bomb()


@pytest.mark.parametrize("fault", [one for one in AT_SERVER if not one.slow], ids=lambda fault: fault.name)
def test_a_plain_client_sees_what_the_catalogue_says(fault: Fault) -> None:
    check_by_a_plain_client(fault, 10 * PATIENCE)


def test_a_plain_client_sees_slow_faults_as_slow() -> None:
    """Side by side: all that they do is to let the client wait. One that fails is met once more, alone: a busy machine can be
    slower to read a request than the client is patient."""
    slow = [fault for fault in AT_SERVER if fault.slow]
    with ThreadPoolExecutor(8) as pool:
        meetings = [pool.submit(check_by_a_plain_client, fault, PATIENCE) for fault in slow]
    for fault, meeting in zip(slow, meetings, strict=True):
        if meeting.exception() is not None:
            check_by_a_plain_client(fault, PATIENCE)


def check_by_a_plain_client(fault: Fault, patience: float) -> None:
    with FaultServer([fault.play], elsewhere="http://127.0.0.1:1") as server:
        assert judge(server.port, patience) in SEEN_AS[fault.wire], fault.name
        assert server.attempts == 1, fault.name
        before_head_is_read = fault.phase is Phase.BEFORE_READ
        assert len(server.requests) == (0 if before_head_is_read else 1), fault.name
        before_commit = fault.phase in {Phase.BEFORE_READ, Phase.AFTER_HEAD, Phase.IN_REQUEST_BODY}
        assert server.commits == (0 if before_commit or fault.wire in SAYS_NO else 1), fault.name


def test_names_are_unique_and_every_phase_and_class_occurs() -> None:
    assert len(BY_NAME) == len(FAULTS)
    assert {fault.phase for fault in FAULTS} == set(Phase)
    assert {fault.wire for fault in FAULTS} == set(Wire)
    assert set(RULES) == {(wire, kind) for wire in Wire for kind in Kind}


def test_the_handshake_faults_meet_a_client_that_speaks_tls() -> None:
    import ssl

    context = ssl.create_default_context()
    for fault in (fault for fault in FAULTS if fault.place is Place.TLS):
        with FaultServer([fault.play]) as server, socket.create_connection(("127.0.0.1", server.port), 0.2) as sock:
            with pytest.raises(TimeoutError if fault.slow else OSError):
                context.wrap_socket(sock, server_hostname="127.0.0.1")
            assert server.attempts == 1


def test_a_closed_port_refuses_and_a_full_backlog_stalls() -> None:
    closed = ClosedPort()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", int(closed.url.rpartition(":")[2])), 1)
    closed.close()
    full = FullBacklog()
    with pytest.raises(TimeoutError):
        socket.create_connection(("127.0.0.1", int(full.url.rpartition(":")[2])), 0.2)
    full.close()


def test_bombs_are_small_valid_and_inflate_to_300_megabytes() -> None:
    assert len(gzip_bomb()) < 320_000
    assert len(double_gzip_bomb()) < 2_000
    assert gzip.decompress(double_gzip_bomb()) == gzip_bomb()
    for bomb, bits in ((gzip_bomb(), 31), (deflate_bomb(), 15)):
        unpacker, size = zlib.decompressobj(bits), 0
        while not unpacker.eof:
            size += len(unpacker.decompress(unpacker.unconsumed_tail or bomb, 1 << 20))
        assert size == BOMB_BYTES


def test_a_server_that_is_closed_ends_its_threads_and_connections() -> None:
    server = FaultServer([BY_NAME["stall after-request"].play])
    with socket.create_connection(("127.0.0.1", server.port), 2) as sock:
        sock.sendall(b"GET / HTTP/1.1\r\n\r\n")
        while not server.requests:
            time.sleep(0.005)
        assert server.open_connections == 1
        server.close()
        assert sock.recv(1) == b""
    assert server.open_connections == 0


def test_the_last_play_repeats_and_a_key_commits_once() -> None:
    import http.client

    with FaultServer([BY_NAME["status 503"].play, answer_ok]) as server:
        client = http.client.HTTPConnection("127.0.0.1", server.port, timeout=2)
        statuses = []
        for _ in range(3):
            client.request("POST", "/", body=b"{}", headers={"Idempotency-Key": "k"})
            answer = client.getresponse()
            answer.read()
            statuses.append(answer.status)
        client.close()
        assert statuses == [503, 200, 200]
        assert (server.attempts, server.connections, server.commits) == (3, 1, 1)


@pytest.mark.parametrize("play", [answer_ok, BY_NAME["reset before-read"].play])
def test_a_request_that_is_meant_for_somebody_else_counts_nowhere(play: Play) -> None:
    with FaultServer([play, answer_ok], path="/cell7") as server:
        for target in (b"/credentials/1", b"/cell77/credentials/1", b"/"):
            with socket.create_connection(("127.0.0.1", server.port), timeout=3) as stranger:
                stranger.sendall(b"GET " + target)  # in two pieces: nobody is judged by half a line
                time.sleep(0.01)
                stranger.sendall(b" HTTP/1.1\r\nHost: x\r\n\r\n")
                assert stranger.recv(1024).startswith(b"HTTP/1.1 421 ")
        assert (server.attempts, server.commits, server.requests) == (0, 0, ())
        with socket.create_connection(("127.0.0.1", server.port), timeout=3) as own:
            own.sendall(b"GET /cell7/credentials/1 HTTP/1.1\r\nHost: x\r\n\r\n")
            try:
                assert own.recv(1024).startswith(b"HTTP/1.1 200 ") == (play is answer_ok)
            except ConnectionResetError:
                assert play is not answer_ok
        assert server.attempts == 1
