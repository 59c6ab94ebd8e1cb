"""The seam between the facade and a vendor: what issuer, ledger and cohorts know of one."""

from __future__ import annotations

from collections.abc import Callable, Container, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar, Protocol, TypeVar

from ..capabilities import Capability, Support
from ..events import Event
from ..model import Channel, Credential, CredentialStatus, IssueRequest, Reason, Subject, Template
from ..results import Results, Unknown
from ..runtime.errors import InvalidArgument
from ..runtime.operation import Operation
from ..steps import Flow
from ..ticket import Ticket

C_co = TypeVar("C_co", covariant=True)
A_co = TypeVar("A_co", covariant=True)


class BatchNeeded(InvalidArgument):
    """`get` has to know the batch that a credential is in; its id alone does not find it."""


class Latest(Protocol):
    """What is kept of the credential that was issued last."""

    @property
    def batch_id(self) -> str | None: ...

    @property
    def issued_at(self) -> datetime | None: ...


class Known(Protocol):
    """Ids of credentials that belong to other requests than those that are looked up."""

    def __contains__(self, id_: object, /) -> bool: ...

    @property
    def newest(self) -> Latest | None:
        """What was issued last in this account of all that has a batch: a list of everything has to have it. None where nobody keeps that."""
        ...


@dataclass(frozen=True, slots=True)
class KnownIds:
    """What somebody knows who keeps no ledger: ids alone."""

    ids: Container[Any] = frozenset()
    newest: Latest | None = field(default=None, init=False)

    def __contains__(self, id_: object) -> bool:
        return id_ in self.ids


NO_IDS = KnownIds()


def _always() -> bool:
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Send:
    """One request to a vendor that can issue.

    Attributes:
        token: fresh and unguessable; the vendor is given it where it has a place for it.
        label: what the application calls the batch; no names of people.
        deliver: what to do with the offers; None: nothing but give them back.
        account: which API key sends (`issuer.account`).
        may_begin: whether the call that can issue may still be begun; asked right before it, however many calls came first. With a ledger
            it says no when so much time has passed that somebody may have taken the send for dead.
    """

    token: str
    label: str
    sent_at: datetime
    deliver: Channel | None = None
    account: str = ""
    may_begin: Callable[[], bool] = field(default=_always, repr=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What to list. A vendor that cannot filter by something refuses it, rather than listing too much."""

    template: str | None = None
    status: CredentialStatus | None = None
    subject_id: str | None = None
    batch_id: str | None = None

    def admits(self, credential: Credential) -> bool:
        """Whether status and template are as wanted."""
        return self.status in (None, credential.status) and self.template in (None, credential.template)


class Adapter(Protocol[C_co, A_co]):
    """What the layers above ask of a vendor.

    Attributes:
        batch_size: how many requests one send takes; 1: the vendor has no batches.
        concurrency: how many sends may be under way at once.
        settle_after: how long after sending a lost answer may still become a credential; before that, "not found" settles nothing.
        reconciles_by_ticket: `reconcile` needs nothing of the request but its template, so another process can do it.
        channels: what `deliver` knows.
        operations: what `issue` and `deliver` call, for the vendor's rate limits.
    """

    vendor: ClassVar[str]
    capabilities: ClassVar[Mapping[Capability, Support]]
    channels: ClassVar[frozenset[Channel]]
    reconciles_by_ticket: ClassVar[bool]

    @property
    def templates(self) -> Mapping[str, Template]: ...

    @property
    def batch_size(self) -> int: ...

    @property
    def concurrency(self) -> int: ...

    @property
    def settle_after(self) -> timedelta: ...

    @property
    def operations(self) -> tuple[Operation[Any], ...]: ...

    @classmethod
    def client_types(cls) -> tuple[type[C_co], type[A_co]]:
        """The generated clients, sync and async; imports the vendor's package."""
        ...

    def template(self, request: IssueRequest) -> Template: ...

    def template_id(self, request: IssueRequest) -> str:
        """The vendor's id of the template that a request names. Pure."""
        ...

    def batch_key(self, request: IssueRequest) -> Hashable:
        """Requests of one send have to have the same."""
        ...

    def check(self, request: IssueRequest, deliver: Channel | None = None) -> Reason | None:
        """Why `issue` would not send this request; None when it would. Pure."""
        ...

    def ticket(self, send: Send, position: int, count: int) -> Ticket:
        """The ticket of one request of a send about whose answer nothing is known."""
        ...

    def issue(self, requests: Sequence[IssueRequest], send: Send) -> Flow[Results]:
        """One send of at most `batch_size` requests: one result for each, in their order. Raises ConfigurationError only."""
        ...

    def hands_over(self, channel: Channel | None) -> bool:
        """Whether `hand_over` does anything for this channel (None: none was asked for)."""
        ...

    def hand_over(self, results: Results, send: Send) -> Flow[Results]:
        """The second step of a send, for vendors with offers: hand those of what was issued to their holders as `send.deliver` says, or get
        what shows them. Every result keeps its kind and place; what came of it is in `credential.delivery`. Raises nothing: an offer that
        was made stays made. Apart from `issue`, so that a ledger can write down what exists before anybody is told.
        """
        ...

    def reconcile(self, unknown: Sequence[Unknown], now: datetime, known: Known = NO_IDS) -> Flow[Results]:
        """Look up what became of requests. One result for each, in their order: Issued, Rejected("never_issued"), or Unknown as before.

        Args:
            known: credentials that belong to other requests.

        Raises:
            ApiError: the look-up itself failed; nothing is settled.
        """
        ...

    def get(self, credential: Credential) -> Flow[Credential]:
        """As it is now. Of `credential` only `id` and `batch_id` are looked at."""
        ...

    def list(self, wanted: Filter) -> Flow[None]:
        """Emits lists of credentials, page after page."""
        ...

    def deliver(self, credential: Credential, channel: Channel, to: Subject | None) -> Flow[Credential]:
        """Hand an offer to its holder; the credential comes back with `delivery`. It is the same offer, however often."""
        ...

    def revoke(self, credential: Credential, reason: str | None) -> Flow[Credential]:
        """Returns the revoked credential; also when it was revoked already."""
        ...

    def cancel(self, credential: Credential) -> Flow[Credential]:
        """Take back what nobody has claimed; also when that was done already."""
        ...

    def probe(self) -> Flow[Mapping[str, str]]:
        """The cheapest read that needs the API key; gives the headers of the answer."""
        ...

    def parse_event(self, headers: Mapping[str, str], body: bytes | str, secret: str | None) -> Event: ...
