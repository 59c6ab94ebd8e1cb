"""What a simulator knows: state, time, ids, what was sent, and how to go back to an earlier moment."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import datetime
from typing import Any, ClassVar, Generic, TypeVar

from ..runtime.models import to_json
from .call import Log
from .clock import START, ClientClock, SandboxClock
from .faults import Fault, Faults
from .ids import Ids
from .outbox import Attempt, Delivery, Email, Outbox, Post, post_over_http

S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happened to a credential."""

    at: datetime
    what: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything that a simulator knows, but for its log."""

    state: Any = field(repr=False)
    lives: dict[str, tuple[Moment, ...]] = field(repr=False)
    outbox: Outbox = field(repr=False)
    faults: tuple[Fault, ...]
    windows: dict[tuple[str, str], tuple[datetime, ...]] = field(repr=False)
    ids: object = field(repr=False)
    moment: datetime


class World(Generic[S]):
    """The part of a simulator that tests move and handlers write to.

    Attributes:
        clock, faults, outbox, log: to be looked at and changed by a test.
        state: what the vendor keeps; a dataclass whose members are dicts, lists and sets of records that never change.
        lives: what happened to each credential, by its id.
    """

    name: ClassVar[str]

    def __init__(self, *, seed: int | str = 0, clock: SandboxClock | None = None) -> None:
        self.clock = clock or SandboxClock()
        self.faults = Faults()
        self.log = Log()
        self._seed = seed
        self._lock = threading.RLock()
        self._courier = threading.Lock()
        self._begin()

    def _begin(self) -> None:
        self.ids = Ids(f"{self.name}:{self._seed}")
        self.outbox = Outbox()
        self.lives: dict[str, tuple[Moment, ...]] = {}
        self._windows: dict[tuple[str, str], tuple[datetime, ...]] = {}
        self.state: S = self.new_state()

    def new_state(self) -> S:
        """What the vendor knows before anybody calls: the records of its documentation's examples."""
        raise NotImplementedError

    def tick(self) -> None:
        """Let happen what time brings: offers and tokens that expire."""

    # --- for tests -----------------------------------------------------------------------------------------------

    def reset(self) -> None:
        """Begin anew, as with the same seed on the first day. A clock that is shared goes back for all."""
        with self._lock:
            self.clock.set(START)
            self.faults.clear()
            self.log.clear()
            self._begin()

    def snapshot(self) -> Snapshot:
        """Keep everything as it is now."""
        with self._lock:
            return Snapshot(
                state=_copied(self.state),
                lives=dict(self.lives),
                outbox=self.outbox.copy(),
                faults=tuple(self.faults),
                windows=dict(self._windows),
                ids=self.ids.state,
                moment=self.clock.moment,
            )

    def restore(self, snapshot: Snapshot, *, clock: bool = True) -> None:
        """Go back to a snapshot; it can be used again. `clock` False leaves the time as it is."""
        with self._lock:
            self.state = _copied(snapshot.state)
            self.lives = dict(snapshot.lives)
            self.outbox = snapshot.outbox.copy()
            self.faults.replace(snapshot.faults)
            self._windows = dict(snapshot.windows)
            self.ids.state = snapshot.ids
            if clock:
                self.clock.set(snapshot.moment)

    def advance(self, seconds: float = 0.0, *, days: float = 0.0) -> None:
        """Move the clock, and let happen what that brings."""
        with self._lock:
            self.clock.advance(seconds, days=days)
            self.tick()

    def deliver(self, post: Post = post_over_http) -> list[Delivery]:
        """Send the webhooks that are due; returns them with what became of them.

        Args:
            post: sends one and returns the receiver's status; default: over HTTP, to this machine only.
        """
        with self._courier:  # one at a time, so that nothing is sent twice unless a fault is on order
            with self._lock:
                self.tick()
                due = self.outbox.due(self.clock.now())
            return [self._send(delivery, post) for delivery in due]

    def _send(self, delivery: Delivery, post: Post) -> Delivery:
        """Send one webhook; not under the lock, because the receiver may call the sandbox."""
        for _ in range(2 if self.faults.take_duplicate() else 1):
            try:
                status, note = post(delivery), ""
            except OSError as error:
                status, note = None, str(error)
            with self._lock:
                delivery = self.outbox.note(delivery, Attempt(self.clock.now(), status, note))
        return delivery

    @property
    def client_clock(self) -> ClientClock:
        """For `clock=` of a client or of `credkit.connect`: both then live in the sandbox's time, and `advance` moves it for both."""
        return ClientClock(self.clock)

    # --- for handlers --------------------------------------------------------------------------------------------

    def now(self) -> datetime:
        return self.clock.now()

    def note(self, id_: str, what: str) -> None:
        """Add to the life of a credential."""
        self.lives[id_] = (*self.lives.get(id_, ()), Moment(self.now(), what))

    def email(self, to: str, subject: str, text: str, about: str) -> None:
        number = f"mail_{len(self.outbox.emails) + 1}"
        self.outbox.emails.append(Email(number, to, subject, text, about, self.now()))

    def webhook(
        self, url: str, event: str, about: str, body: object, *, headers: tuple[tuple[str, str], ...] = ()
    ) -> None:
        number = f"delivery_{len(self.outbox.deliveries) + 1}"
        every = (("content-type", "application/json"), *headers)
        now = self.now()
        self.outbox.deliveries.append(Delivery(number, event, about, url, every, to_json(body), now, now))


def _copied(state: S) -> S:
    """A copy that shares the records, which never change, and nothing that holds them."""
    assert is_dataclass(state)
    copies = {}
    for one in fields(state):
        value = getattr(state, one.name)
        if isinstance(value, (dict, list, set)):
            copies[one.name] = value.copy()
    return replace(state, **copies)  # type: ignore[type-var]  # is_dataclass also takes classes
