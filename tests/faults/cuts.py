"""Every way of breaking off, at every byte phase of the exchange, for every framing of the answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import StrEnum

from .answers import GARBAGE, Answer, Framing
from .faults import ALL_KINDS, WITH_BODY, Fault, Phase, Wire
from .server import Play
from .wire import Peer


class Action(StrEnum):
    """How the server breaks off."""

    RESET = "reset"
    CLOSE = "close"
    STALL = "stall"
    GARBAGE = "garbage"


_BEFORE_ANSWER: dict[Phase, Callable[[Peer], object]] = {
    Phase.BEFORE_READ: Peer.wait_readable,
    Phase.AFTER_HEAD: Peer.read_head,
    Phase.IN_REQUEST_BODY: Peer.read_half_body,
    Phase.AFTER_REQUEST: Peer.read_request,
}

_IN_HEAD = (Phase.IN_STATUS_LINE, Phase.IN_HEADERS)
_IN_BODY = (Phase.AFTER_HEADERS, Phase.IN_BODY, Phase.BEFORE_END)


def cut_answer(answer: Answer, phase: Phase) -> bytes:
    """The part of an answer that is sent before a fault at `phase`."""
    head, whole = answer.head(), answer.encode()
    match phase:
        case Phase.IN_STATUS_LINE:
            return whole[: len(answer.status_line()) // 2]
        case Phase.IN_HEADERS:
            return whole[: (len(answer.status_line()) + len(head)) // 2]
        case Phase.AFTER_HEADERS:
            return head
        case Phase.IN_BODY:
            return whole[: (len(head) + len(whole)) // 2]
        case Phase.BEFORE_END:
            return whole[:-1]
        case _:
            return b""


def act(peer: Peer, action: Action) -> None:
    match action:
        case Action.RESET:
            peer.reset()
        case Action.CLOSE:
            peer.close()
        case Action.STALL:
            peer.stall()
        case Action.GARBAGE:
            peer.send(GARBAGE * 20)
            peer.close()


def cut_play(action: Action, phase: Phase, framing: Framing) -> Play:
    def play(peer: Peer) -> None:
        if phase in _BEFORE_ANSWER:
            _BEFORE_ANSWER[phase](peer)
        else:
            peer.read_request()
            peer.send(cut_answer(Answer(framing=framing), phase))
        act(peer, action)

    return play


def cut_wire(action: Action, phase: Phase, framing: Framing) -> Wire:
    """A body whose end is told by nothing but the close, or whose length is filled with garbage, arrives whole and unreadable."""
    if action is Action.STALL:
        return Wire.SLOW
    if phase not in _IN_BODY or action is Action.RESET or framing is Framing.CHUNKED:
        return Wire.BROKEN
    if action is Action.CLOSE and framing is Framing.LENGTH:
        return Wire.BROKEN
    return Wire.UNREADABLE


def cuts() -> Iterator[Fault]:
    for action in Action:
        for phase in (*_BEFORE_ANSWER, *_IN_HEAD):
            yield _cut(action, phase, Framing.LENGTH)
        for phase in _IN_BODY:
            for framing in Framing:
                yield _cut(action, phase, framing)


def _cut(action: Action, phase: Phase, framing: Framing) -> Fault:
    suffix = f" ({framing})" if phase in _IN_BODY else ""
    return Fault(
        name=f"{action} {phase}{suffix}",
        phase=phase,
        wire=cut_wire(action, phase, framing),
        play=cut_play(action, phase, framing),
        kinds=WITH_BODY if phase is Phase.IN_REQUEST_BODY else ALL_KINDS,
    )
