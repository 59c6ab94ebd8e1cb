"""One fault after another: what a caller is told about a call whose attempts each failed in another way.

The oracle is a small model of the policy. Its one idea beyond the table of single faults: when any attempt of a write may have
acted, no later failure makes that undone.
"""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from credkit.runtime.errors import ApiError

from .calls import attempt
from .catalogue import BY_NAME
from .catalogue.plays import answer_ok
from .cells import MAX_ATTEMPTS, TRANSPORTS, Driver, Seen, Transport
from .clocks import SkippingClock
from .faults import RULES, Fault, Kind, Outcome, Wire
from .matrix import SOAK
from .server import FaultServer, Play
from .wire import Peer

NAMES = (
    "reset before-read",
    "reset after-request",
    "close in-body (chunked)",
    "garbage in-status-line",
    "status 400",
    "status 408",
    "429 without Retry-After",
    "status 500",
    "status 503",
    "status 520",
    "redirect 302 without Location",
    "redirect 307 to the same origin",
    "body of half a JSON",
    "good answer (length)",
)
ENDING = ("reset after-request", "close in-status-line", "429 that ends the connection")
MAY_HAVE_ACTED = {Wire.BROKEN, Wire.UNREADABLE, Wire.FAILED, Wire.FAILED_FOR_NOW, Wire.REDIRECTED}


@dataclass(frozen=True, slots=True)
class Told:
    outcome: Outcome
    attempts: int


def predict(wires: list[Wire], kind: Kind) -> Told:
    """What the policy says about a call whose attempts meet `wires`, the last of which lasts."""
    lost = False
    for number in range(1, MAX_ATTEMPTS + 1):
        wire = wires[min(number, len(wires)) - 1]
        expected = RULES[wire, kind]
        lost = lost or (kind is not Kind.READ and wire in MAY_HAVE_ACTED)
        if expected.outcome is Outcome.VALUE:
            return Told(Outcome.VALUE, number)
        if not expected.retried or number == MAX_ATTEMPTS:
            break
    return Told(Outcome.UNKNOWN if lost else expected.outcome, number)


def vanishing(server: list[FaultServer], play: Play) -> Play:
    """The play, which ends its connection, and nobody listens afterwards."""

    def act(peer: Peer) -> None:
        server[0].vanish()
        play(peer)

    return act


@settings(max_examples=1_500 if SOAK else 120, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    names=st.lists(st.sampled_from(NAMES), min_size=1, max_size=3),
    vanishes=st.sampled_from([None, *ENDING]),
    kind=st.sampled_from(Kind),
    driver=st.sampled_from(Driver),
    transport=st.sampled_from(TRANSPORTS),
)
def test_a_call_ends_as_the_policy_says(
    names: list[str], vanishes: str | None, kind: Kind, driver: Driver, transport: Transport
) -> None:
    faults: list[Fault] = [BY_NAME[name] for name in (*names, *([vanishes] if vanishes else []))]
    wires = [fault.wire for fault in faults] + ([Wire.NOT_SENT] if vanishes else [])
    plays: list[Play] = [fault.play for fault in faults]
    holder: list[FaultServer] = []
    if vanishes:
        plays[-1] = vanishing(holder, plays[-1])
    with FaultServer(plays) as server:
        holder.append(server)
        result = attempt(
            driver, server.url, kind, transport=transport, clock=SkippingClock(), random=lambda: 0.0, timeout=10.0
        )
    error = result if isinstance(result, Exception) else None
    told = predict(wires, kind)
    assert Seen(error=error).outcome is told.outcome
    assert not isinstance(error, ApiError) or error.attempts == told.attempts
    if kind is Kind.UNSAFE:
        assert server.commits <= 1


def test_a_refused_connection_after_a_lost_answer_is_still_unknown() -> None:
    """The plainest case of all, spelled out."""
    holder: list[FaultServer] = []
    with FaultServer([vanishing(holder, BY_NAME["reset after-request"].play)]) as server:
        holder.append(server)
        error = attempt(Driver.SYNC, server.url, Kind.IDEMPOTENT, clock=SkippingClock(), random=lambda: 0.0)
    assert Seen(error=error if isinstance(error, Exception) else None).outcome is Outcome.UNKNOWN
    assert server.commits == 1


def test_the_key_of_a_call_is_the_same_in_every_attempt() -> None:
    with FaultServer([BY_NAME["status 503"].play, BY_NAME["reset after-request"].play, answer_ok]) as server:
        attempt(Driver.SYNC, server.url, Kind.IDEMPOTENT, clock=SkippingClock(), random=lambda: 0.0)
        attempt(Driver.SYNC, server.url, Kind.IDEMPOTENT)
    keys = [request.header("Idempotency-Key") for request in server.requests]
    assert keys[0] is not None
    assert keys[0] == keys[1] == keys[2] != keys[3]
    assert server.commits == 2
