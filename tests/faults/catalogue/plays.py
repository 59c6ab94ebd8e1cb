"""Plays that read a request and give one answer."""

from __future__ import annotations

from collections.abc import Callable

from ..answers import GOOD, Answer, Framing, json_answer
from ..faults import ALL_KINDS, Fault, Kind, Phase, Wire
from ..server import Play
from ..wire import Peer


def says_no(status: str) -> bool:
    """Whether a status tells that the vendor did not act: every 4xx, and the redirects that ask for the same request again."""
    return status.startswith("4") or status[:3] in {"307", "308"}


def answering(answer: Answer) -> Play:
    """Read, commit unless the answer is a no, answer; the connection stays open unless the framing needs its end."""

    def play(peer: Peer) -> None:
        peer.read_request(commit=not says_no(answer.status))
        peer.send(answer.encode())
        if answer.framing is Framing.CLOSE:
            peer.close()

    return play


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
        answering(make(peer))(peer)

    return play


def answer_ok(peer: Peer) -> None:
    """Answer well; a read is given the credential that it asks for, a write `cred_1`."""
    received = peer.read_request()
    last = received.target.partition("?")[0].rpartition("/")[2]
    peer.send(json_answer({**GOOD, "id": last if received.method == "GET" else GOOD["id"]}).encode())


def complete(name: str, wire: Wire, play: Play, kinds: frozenset[Kind] = ALL_KINDS) -> Fault:
    """A fault whose answer arrives to its last byte."""
    return Fault(name=name, phase=Phase.COMPLETE, wire=wire, play=play, kinds=kinds)
