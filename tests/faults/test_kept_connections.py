"""What a server does with a connection that it had promised to keep."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from credkit.runtime.client import Client
from credkit.runtime.errors import ConnectionLost, OutcomeUnknown

from .api import API, ISSUE, READ, RECIPIENT
from .calls import KEY
from .catalogue import BY_NAME
from .catalogue.plays import answer_ok
from .cells import TRANSPORTS, Transport
from .server import FaultServer, Play
from .wire import Peer


def answer_then_close(peer: Peer) -> None:
    answer_ok(peer)
    peer.close()


def answer_then_reset(peer: Peer) -> None:
    answer_ok(peer)
    time.sleep(0.02)  # let the answer arrive before the reset takes it away
    peer.reset()


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("ending", [answer_then_close, answer_then_reset])
def test_an_idle_connection_that_was_closed_costs_a_write_nothing(ending: Play, transport: Transport) -> None:
    with (
        FaultServer([ending, answer_ok]) as server,
        Client(API, KEY, base_url=server.url, transport=transport) as client,
    ):
        client._call(READ, {"id": "cred_1"})
        time.sleep(0.1)
        assert client._call(ISSUE, {}, body=RECIPIENT).status == "issued"
    assert (server.attempts, server.connections, server.commits) == (2, 2, 1)


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("fault", ["close before-read", "reset before-read", "close after-head", "reset after-request"])
def test_a_connection_that_breaks_under_a_second_request_leaves_a_write_unknown(
    fault: str, transport: Transport
) -> None:
    """Libraries like to send again here, as if the connection had been idle; the vendor may have acted."""
    with (
        FaultServer([answer_ok, BY_NAME[fault].play, answer_ok]) as server,
        Client(API, KEY, base_url=server.url, transport=transport) as client,
    ):
        client._call(READ, {"id": "cred_1"})
        with pytest.raises(OutcomeUnknown):
            client._call(ISSUE, {}, body=RECIPIENT)
        assert server.connections == 1
        assert client._call(READ, {"id": "cred_after"}).id == "cred_after"
    assert server.commits <= 1
    assert server.attempts == 3


THREADS = 8
CALLS = 60
HANGS_UP_EVERY = 20
"""A retry costs what 14 successes earn: rare enough for the budget of the client."""


def hanging_up(peer: Peer) -> None:
    """Answer, but now and then read a request and close the connection that was to be kept."""
    if peer.attempt % HANGS_UP_EVERY:
        answer_ok(peer)
    else:
        peer.read_request(commit=False)
        peer.close()


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_every_read_that_was_lost_with_its_connection_is_sent_once_more(transport: Transport) -> None:
    """What reaches the server is what was asked for and, once more, what the server hung up on. Nothing else, whoever waits."""
    with (
        FaultServer([hanging_up]) as server,
        Client(API, KEY, base_url=server.url, transport=transport, random=lambda: 0.0) as client,
        ThreadPoolExecutor(THREADS) as pool,
    ):
        wanted = [f"cred{i}" for i in range(THREADS * CALLS)]
        assert list(pool.map(lambda one: client._call(READ, {"id": one}).id, wanted)) == wanted
        lost = server.attempts // HANGS_UP_EVERY
        assert len(server.requests) == server.attempts == len(wanted) + lost
        assert lost >= len(wanted) // HANGS_UP_EVERY


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_no_write_that_was_lost_with_its_connection_is_sent_again(transport: Transport) -> None:
    def issue(client: Client) -> str:
        try:
            return client._call(ISSUE, {}, body=RECIPIENT).status
        except OutcomeUnknown as error:
            return "unknown" if isinstance(error, ConnectionLost) else repr(error)

    with (
        FaultServer([hanging_up]) as server,
        Client(API, KEY, base_url=server.url, transport=transport) as client,
        ThreadPoolExecutor(THREADS) as pool,
    ):
        told = list(pool.map(issue, [client] * (THREADS * CALLS)))
        assert len(server.requests) == len(told)
        assert told.count("unknown") == len(told) // HANGS_UP_EVERY
        assert server.commits == told.count("issued") == len(told) - told.count("unknown")
