"""No double issue, as far as the runtime alone can promise it: whatever breaks and wherever, an intent commits at most once.

A caller who behaves well is played: it issues again only after it was told that nothing was done; after an unknown outcome it
calls again only under the same idempotency key, or looks first. The vendor breaks off at any byte of the request or of the
answer.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from credkit.runtime.client import Client
from credkit.runtime.errors import ApiError, NotSent, OutcomeUnknown, StatusError
from credkit.runtime.options import CallOptions

from .answers import Answer
from .api import API, ISSUE, ISSUE_WITH_KEY
from .calls import KEY
from .catalogue.plays import answer_ok, answering
from .catalogue.statuses import FAILED_FOR_NOW, REFUSED
from .cells import TRANSPORTS, Transport
from .clocks import SkippingClock
from .cuts import Action, act
from .matrix import SOAK
from .server import FaultServer, Play
from .wire import Peer

ANSWER = Answer().encode()


def break_in_request(offset: int, action: Action) -> Play:
    """Read so many bytes of the request and break off: it cannot have been carried out."""

    def play(peer: Peer) -> None:
        peer.read_bytes(offset)
        act(peer, action)

    return play


def break_in_answer(offset: int, action: Action) -> Play:
    """Commit, send so many bytes of the answer and break off."""

    def play(peer: Peer) -> None:
        peer.read_request()
        peer.send(ANSWER[:offset])
        act(peer, action)

    return play


def refuse(status: int) -> Play:
    return answering(Answer(status=f"{status} No"))


ACTIONS = st.sampled_from([Action.RESET, Action.CLOSE, Action.GARBAGE])
FAULTS = st.one_of(
    st.builds(break_in_request, st.integers(0, 120), ACTIONS),
    st.builds(break_in_answer, st.integers(0, len(ANSWER) - 1), ACTIONS),
    st.builds(refuse, st.sampled_from((*REFUSED, 408, 425, 429, *FAILED_FOR_NOW))),
)
"""A stall is left out: to the runtime it is a deadline, and the matrix has one at every phase."""


@dataclass(slots=True)
class Intent:
    """One credential that somebody wants issued. `told` is the last thing that the caller heard."""

    reference: str
    keyed: bool
    told: str = "nothing"
    calls: int = field(default=0)


class NoDoubleIssue(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.server = FaultServer([answer_ok])
        self.intents: list[Intent] = []
        self.client: Client | None = None

    @rule(transport=st.sampled_from(TRANSPORTS))
    def start_client(self, transport: Transport) -> None:
        """Also in the middle: a process that was restarted."""
        if self.client is not None:
            self.client.close()
        self.client = Client(
            API,
            KEY,
            base_url=self.server.url,
            transport=transport,
            clock=SkippingClock(),
            random=lambda: 0.0,
            timeout=10.0,
        )

    @precondition(lambda self: self.client is not None)
    @rule(keyed=st.booleans(), faults=st.lists(FAULTS, max_size=5))
    def issue(self, keyed: bool, faults: list[Play]) -> None:
        intent = Intent(f"intent-{len(self.intents)}", keyed)
        self.intents.append(intent)
        self.send(intent, faults)

    @precondition(lambda self: self.client is not None and any(i.told == "not done" for i in self.intents))
    @rule(data=st.data(), faults=st.lists(FAULTS, max_size=5))
    def issue_again_what_was_not_done(self, data: Any, faults: list[Play]) -> None:
        self.send(data.draw(st.sampled_from([i for i in self.intents if i.told == "not done"])), faults)

    @precondition(lambda self: self.client is not None and any(i.told == "unknown" and i.keyed for i in self.intents))
    @rule(data=st.data(), faults=st.lists(FAULTS, max_size=5))
    def issue_again_under_the_same_key(self, data: Any, faults: list[Play]) -> None:
        self.send(data.draw(st.sampled_from([i for i in self.intents if i.told == "unknown" and i.keyed])), faults)

    @precondition(
        lambda self: self.client is not None and any(i.told == "unknown" and not i.keyed for i in self.intents)
    )
    @rule(data=st.data(), faults=st.lists(FAULTS, max_size=5))
    def look_and_issue_again_if_it_is_not_there(self, data: Any, faults: list[Play]) -> None:
        intent = data.draw(st.sampled_from([i for i in self.intents if i.told == "unknown" and not i.keyed]))
        if self.commits(intent):
            intent.told = "done"
        else:
            self.send(intent, faults)

    def send(self, intent: Intent, faults: list[Play]) -> None:
        assert self.client is not None
        self.server.now([*faults, answer_ok])
        before, intent.calls = self.commits(intent), intent.calls + 1
        operation = ISSUE_WITH_KEY if intent.keyed else ISSUE
        key: CallOptions = {"idempotency_key": intent.reference} if intent.keyed else {}
        try:
            self.client._call(operation, {}, body={"reference": intent.reference}, options=key)
        except ApiError as error:
            intent.told = self.hear(error, intent)
        else:
            intent.told = "done"
        if intent.told == "not done":
            assert self.commits(intent) == before, "told that nothing was done, and it was"
        if intent.told == "done":
            assert self.commits(intent) == 1, "told that it was done, and it was not"

    def hear(self, error: ApiError, intent: Intent) -> str:
        """What an error tells the caller; an unknown outcome brings what is needed to settle it."""
        if not isinstance(error, OutcomeUnknown):
            assert isinstance(error, NotSent | StatusError)
            return "not done"
        assert error.operation == (ISSUE_WITH_KEY if intent.keyed else ISSUE).id
        assert error.sent_at is not None
        assert error.idempotency_key == (intent.reference if intent.keyed else None)
        return "unknown"

    def commits(self, intent: Intent) -> int:
        marker = f'"{intent.reference}"'.encode()
        return sum(marker in received.body for received in self.server.committed)

    @invariant()
    def nothing_is_issued_twice(self) -> None:
        for intent in self.intents:
            assert self.commits(intent) <= 1

    def teardown(self) -> None:
        if self.client is not None:
            self.client.close()
        left = self.server.still_open()
        self.server.close()
        assert left == 0


NoDoubleIssue.TestCase.settings = settings(
    max_examples=1_000 if SOAK else 40,
    stateful_step_count=25 if SOAK else 12,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


class TestNoDoubleIssue(NoDoubleIssue.TestCase):  # type: ignore[misc, valid-type]
    """Collected by pytest under this name."""
