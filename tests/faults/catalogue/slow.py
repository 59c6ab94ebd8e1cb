"""Answers that come too slowly, or that keep coming: no single read waits long, and the whole never ends."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from ..answers import Answer
from ..faults import Fault, Phase, Wire
from ..server import Play
from ..wire import Peer
from .framing import CHUNKED_HEAD, OK, stall_after

INTERVAL = 0.02
LONG = Answer(body=b'{"id": "' + b"a" * 100_000 + b'"}')


def slow() -> Iterator[Fault]:
    status_line = b"HTTP/1.1 200 " + b"O" * 50_000
    for name, phase, prompt, dripped in (
        ("drip in the status line", Phase.IN_STATUS_LINE, b"", status_line),
        ("drip in the head", Phase.IN_HEADERS, OK.status_line(), b"X-Drip: 1\r\n" * 5_000),
        ("drip in the body", Phase.IN_BODY, LONG.head(), LONG.body),
        ("drip of chunks", Phase.IN_BODY, CHUNKED_HEAD, b"1\r\n \r\n" * 50_000),
        ("drip of trailers", Phase.BEFORE_END, CHUNKED_HEAD + b"2\r\n{}\r\n0\r\n", b"X-Drip: 1\r\n" * 5_000),
    ):
        yield Fault(name=name, phase=phase, wire=Wire.SLOW, play=dripping(prompt, dripped))
    hints = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
    yield _slow("interim answers without an end", Phase.IN_STATUS_LINE, lambda peer: flood(peer, hints * 10))
    yield _slow("chunks of one byte without an end", Phase.IN_BODY, flood_of_chunks)
    yield _slow(
        "interim answers now and then", Phase.IN_STATUS_LINE, lambda peer: peer.drip_forever(hints, INTERVAL / 10)
    )
    too_long = LONG.head() + LONG.body[:-20]
    yield Fault(name="length too long, and a stall", phase=Phase.BEFORE_END, wire=Wire.SLOW, play=stall_after(too_long))
    yield Fault(name="every byte alone, in time", phase=Phase.COMPLETE, wire=Wire.ANSWERED, play=quick_drip)


def dripping(prompt: bytes, dripped: bytes) -> Play:
    def play(peer: Peer) -> None:
        peer.read_request()
        peer.send(prompt)
        peer.drip(dripped, INTERVAL)
        peer.stall()

    return play


def flood(peer: Peer, data: bytes) -> None:
    """Never let a read wait; with pauses just long enough to leave the client, in the same process, some of the processor."""
    while True:
        peer.send(data)
        time.sleep(0.001)


def flood_of_chunks(peer: Peer) -> None:
    """Cheap to send and dear to parse: the time goes into what was already received."""
    peer.send(CHUNKED_HEAD)
    flood(peer, b"1\r\n \r\n" * 20_000)


def quick_drip(peer: Peer) -> None:
    peer.read_request()
    peer.drip(OK.encode(), 0.0005)


def _slow(name: str, phase: Phase, then: Callable[[Peer], None]) -> Fault:
    def play(peer: Peer) -> None:
        peer.read_request()
        then(peer)

    return Fault(name=name, phase=phase, wire=Wire.SLOW, play=play)
