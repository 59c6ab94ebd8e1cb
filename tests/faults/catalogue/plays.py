"""Plays that read a request and give one answer."""

from __future__ import annotations

from collections.abc import Callable

from ..answers import Answer
from ..faults import ALL_KINDS, Fault, Kind, Phase, Wire
from ..server import Play
from ..wire import Peer


def answering(answer: Answer) -> Play:
    """Read, commit, answer; the connection stays open unless the answer's framing needs its end."""
    data = answer.encode()
    return sending(data, close=b"Connection: close" in data.partition(b"\r\n\r\n")[0])


def sending(data: bytes, *, close: bool = False) -> Play:
    """Read, commit, send these bytes."""

    def play(peer: Peer) -> None:
        peer.read_request()
        peer.send(data)
        if close:
            peer.close()

    return play


def computed(make: Callable[[Peer], Answer]) -> Play:
    """As `answering`, with an answer that depends on the moment or the connection."""

    def play(peer: Peer) -> None:
        peer.read_request()
        peer.send(make(peer).encode())

    return play


answer_ok = answering(Answer())


def complete(name: str, wire: Wire, play: Play, kinds: frozenset[Kind] = ALL_KINDS) -> Fault:
    """A fault whose answer arrives to its last byte."""
    return Fault(name=name, phase=Phase.COMPLETE, wire=wire, play=play, kinds=kinds)
