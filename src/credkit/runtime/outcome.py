"""What happened on the wire: how far a request came, and what the vendor can have done."""

from __future__ import annotations

from enum import StrEnum


class Phase(StrEnum):
    """How far one attempt came. Before SEND nothing of the request left this process."""

    CONNECT = "connect"
    SEND = "send"
    WAIT = "wait"
    READ = "read"


class Outcome(StrEnum):
    """NOT_SENT: the vendor cannot have acted. REFUSED: it said no. UNKNOWN: it may have acted. DONE: it said yes."""

    NOT_SENT = "not sent"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    DONE = "done"


def outcome_of_phase(phase: Phase) -> Outcome:
    """The outcome of an attempt that broke off in `phase`."""
    return Outcome.NOT_SENT if phase is Phase.CONNECT else Outcome.UNKNOWN


def outcome_of_status(status: int) -> Outcome:
    """The outcome of an attempt that was answered with `status`.

    A redirect may follow the act (303 after a POST); only 307 and 308 say that the request is still to be made.
    """
    if 200 <= status < 300:
        return Outcome.DONE
    if 400 <= status < 500 or status in (307, 308):
        return Outcome.REFUSED
    return Outcome.UNKNOWN
