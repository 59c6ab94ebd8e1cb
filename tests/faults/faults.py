"""What a fault is, and what a client must make of it.

A fault says only what the client can know from the wire (`Wire`). What follows for a kind of operation stands once, in
`RULES`: which outcome the caller is told, and whether the runtime may try again.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from .server import Play


class Phase(StrEnum):
    """How far the exchange has come when the fault strikes."""

    CONNECT = "connect"
    HANDSHAKE = "handshake"
    BEFORE_READ = "before-read"
    AFTER_HEAD = "after-head"
    IN_REQUEST_BODY = "in-request-body"
    AFTER_REQUEST = "after-request"
    IN_STATUS_LINE = "in-status-line"
    IN_HEADERS = "in-headers"
    AFTER_HEADERS = "after-headers"
    IN_BODY = "in-body"
    BEFORE_END = "before-end"
    COMPLETE = "complete"


class Kind(StrEnum):
    """Operations as the retry policy tells them apart."""

    READ = "read"
    IDEMPOTENT = "idempotent-write"
    UNSAFE = "unsafe-write"
    TARGET_STATE = "target-state-delete"


ALL_KINDS = frozenset(Kind)
WITH_BODY = frozenset({Kind.IDEMPOTENT, Kind.UNSAFE})


class Wire(StrEnum):
    """What a fault lets the client know."""

    ANSWERED = "a documented answer arrives whole, however oddly"
    NOT_SENT = "no connection"
    SLOW_CONNECT = "no connection within the deadline"
    SLOW = "no whole answer within the deadline"
    BROKEN = "the transport broke after something may have been sent"
    UNREADABLE = "a 2xx arrived whole and says nothing that can be read"
    ODD = "a 2xx arrived whole and differs from what is documented"
    REFUSED = "a 4xx"
    MOVED = "a redirect that says that the request was not handled here (307, 308)"
    REDIRECTED = "any other 3xx: a write may have been done (303 often says so)"
    TRY_LATER = "a 4xx that invites another try (408, 425)"
    THROTTLED = "a 429"
    FAILED = "a 5xx"
    FAILED_FOR_NOW = "a 5xx that invites another try (500, 502, 503, 504)"


class Outcome(StrEnum):
    """What the caller is told."""

    VALUE = "value"
    TYPED = "value or typed error"
    NOT_SENT = "not sent"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    FAILED = "failed"
    """Only for reads: there is no effect that could be unknown."""


@dataclass(frozen=True, slots=True)
class Expected:
    outcome: Outcome
    retried: bool = False


_NOT_SENT = Expected(Outcome.NOT_SENT)
_AGAIN_NOT_SENT = Expected(Outcome.NOT_SENT, retried=True)
_TYPED = Expected(Outcome.TYPED)
_VALUE = Expected(Outcome.VALUE)
_REFUSED = Expected(Outcome.REFUSED)
_REFUSED_AGAIN = Expected(Outcome.REFUSED, retried=True)
_UNKNOWN = Expected(Outcome.UNKNOWN)
_UNKNOWN_AGAIN = Expected(Outcome.UNKNOWN, retried=True)
_FAILED = Expected(Outcome.FAILED)
_FAILED_AGAIN = Expected(Outcome.FAILED, retried=True)

_KINDS = (Kind.READ, Kind.IDEMPOTENT, Kind.UNSAFE, Kind.TARGET_STATE)

RULES: dict[tuple[Wire, Kind], Expected] = {
    (wire, kind): expected
    for wire, row in {
        # in the order of _KINDS:  read           idempotent write  unsafe write     target-state delete
        Wire.ANSWERED: (_VALUE, _VALUE, _VALUE, _VALUE),
        Wire.NOT_SENT: (_AGAIN_NOT_SENT, _AGAIN_NOT_SENT, _AGAIN_NOT_SENT, _AGAIN_NOT_SENT),
        Wire.SLOW_CONNECT: (_NOT_SENT, _NOT_SENT, _NOT_SENT, _NOT_SENT),
        Wire.SLOW: (_FAILED, _UNKNOWN, _UNKNOWN, _UNKNOWN),
        Wire.BROKEN: (_FAILED_AGAIN, _UNKNOWN_AGAIN, _UNKNOWN, _UNKNOWN_AGAIN),
        Wire.UNREADABLE: (_FAILED, _UNKNOWN, _UNKNOWN, _UNKNOWN),
        Wire.ODD: (_TYPED, _TYPED, _TYPED, _TYPED),
        Wire.MOVED: (_REFUSED, _REFUSED, _REFUSED, _REFUSED),
        Wire.REDIRECTED: (_FAILED, _UNKNOWN, _UNKNOWN, _UNKNOWN),
        Wire.REFUSED: (_REFUSED, _REFUSED, _REFUSED, _REFUSED),
        Wire.TRY_LATER: (_REFUSED_AGAIN, _REFUSED_AGAIN, _REFUSED, _REFUSED_AGAIN),
        Wire.THROTTLED: (_REFUSED_AGAIN, _REFUSED_AGAIN, _REFUSED_AGAIN, _REFUSED_AGAIN),
        Wire.FAILED: (_FAILED, _UNKNOWN, _UNKNOWN, _UNKNOWN),
        Wire.FAILED_FOR_NOW: (_FAILED_AGAIN, _UNKNOWN_AGAIN, _UNKNOWN, _UNKNOWN_AGAIN),
    }.items()
    for kind, expected in zip(_KINDS, row, strict=True)
}

SLOW = frozenset({Wire.SLOW, Wire.SLOW_CONNECT})


class Place(StrEnum):
    """Where the client is sent."""

    SERVER = "the fault server"
    TLS = "the fault server, by https"
    CLOSED_PORT = "a port that refuses"
    FULL_BACKLOG = "a port that never completes a connection"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One way in which an exchange goes wrong.

    `play` is done at every attempt. `kinds` are the operations for which the fault makes sense.
    """

    name: str
    phase: Phase
    wire: Wire
    play: Play
    place: Place = Place.SERVER
    kinds: frozenset[Kind] = ALL_KINDS

    def expected(self, kind: Kind) -> Expected:
        return RULES[self.wire, kind]

    @property
    def slow(self) -> bool:
        return self.wire in SLOW
