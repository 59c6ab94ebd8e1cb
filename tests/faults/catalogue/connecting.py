"""Faults before there is a connection: nothing of the request can have been sent."""

from __future__ import annotations

from collections.abc import Iterator

from ..answers import Answer
from ..faults import Fault, Phase, Place, Wire
from ..wire import Peer

TLS_RECORD_HEAD = b"\x16\x03\x03\x3f\xff"
"""The start of a handshake record of 16,383 bytes."""


def nothing(peer: Peer) -> None:
    """For places where no server answers."""


def stall_handshake(peer: Peer) -> None:
    peer.stall()


def close_handshake(peer: Peer) -> None:
    peer.wait_readable()
    peer.close()


def reset_handshake(peer: Peer) -> None:
    peer.wait_readable()
    peer.reset()


def plain_http_in_handshake(peer: Peer) -> None:
    peer.wait_readable()
    peer.send(Answer(status="400 Bad Request", body=b"plain HTTP request expected").encode())
    peer.close()


def drip_handshake(peer: Peer) -> None:
    peer.wait_readable()
    peer.send(TLS_RECORD_HEAD)
    peer.drip_forever(b"\x02", 0.02)


def connecting() -> Iterator[Fault]:
    yield Fault(
        name="connection refused", phase=Phase.CONNECT, wire=Wire.NOT_SENT, play=nothing, place=Place.CLOSED_PORT
    )
    yield Fault(
        name="accept stalled", phase=Phase.CONNECT, wire=Wire.SLOW_CONNECT, play=nothing, place=Place.FULL_BACKLOG
    )
    for name, play, wire in (
        ("stalled", stall_handshake, Wire.SLOW_CONNECT),
        ("dripping", drip_handshake, Wire.SLOW_CONNECT),
        ("closed", close_handshake, Wire.NOT_SENT),
        ("reset", reset_handshake, Wire.NOT_SENT),
        ("answered in plain HTTP", plain_http_in_handshake, Wire.NOT_SENT),
    ):
        yield Fault(name=f"handshake {name}", phase=Phase.HANDSHAKE, wire=wire, play=play, place=Place.TLS)
