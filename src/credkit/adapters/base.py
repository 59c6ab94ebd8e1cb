"""What adapters derive from. `Adapter` is what the layers above know of them.

An adapter is configuration and pure logic: it holds no client and no state; its operations are flows (`credkit.steps`). A new
vendor derives from `AdapterBase`, which refuses by name whatever the vendor cannot do, and says in `capabilities` what it can.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, ClassVar, Generic, TypeVar

from ..capabilities import Capability, Support, UnsupportedByVendor
from ..events import Event
from ..model import Channel, Credential, CredentialStatus, IssueRequest, Reason, Subject, Template
from ..results import Rejected, Result, Results, Unknown
from ..runtime.errors import ConfigurationError, NotFoundError
from ..runtime.operation import Operation
from ..runtime.response import RawResponse
from ..steps import Flow, call
from ..ticket import Ticket
from .matching import contradicts
from .protocol import NO_IDS, Adapter, Filter, Known, Latest, Send
from .sendable import mistyped, unsendable
from .sending import Item, items_of, lost

C = TypeVar("C")
A = TypeVar("A")

__all__ = ["Adapter", "AdapterBase", "Filter", "Known", "Send", "headers_of", "subject_member", "unsendable"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AdapterBase(Generic[C, A]):
    """What adapters share. Vendors' own settings are further fields of the derived dataclass."""

    vendor: ClassVar[str]
    capabilities: ClassVar[Mapping[Capability, Support]]
    channels: ClassVar[frozenset[Channel]] = frozenset()
    reconciles_by_ticket: ClassVar[bool] = False
    issue_operation: ClassVar[str]
    """`operationId` of the call that can issue."""
    largest_batch: ClassVar[int] = 1_000_000
    """The vendor's limit."""

    templates: Mapping[str, Template] = field(default_factory=dict)
    batch_size: int = 1
    concurrency: int = 4
    settle_after: timedelta = timedelta(minutes=10)

    def __post_init__(self) -> None:
        if not 1 <= self.batch_size <= self.largest_batch:
            raise ConfigurationError(f"{self.vendor}: batch_size is 1 to {self.largest_batch}")
        if self.concurrency < 1:
            raise ConfigurationError(f"{self.vendor}: concurrency is 1 or more")

    @property
    def operations(self) -> tuple[Operation[Any], ...]:
        return ()

    def template(self, request: IssueRequest) -> Template:
        """The template that a request names: its own, one of `templates`, or one with the vendor's id as it stands."""
        named = request.template
        if isinstance(named, Template):
            return named
        return self.templates.get(named) or _named(named)

    def template_id(self, request: IssueRequest) -> str:
        named = request.template
        if isinstance(named, str) and named not in self.templates:
            return named
        return self.template(request).id

    def check(self, request: IssueRequest, deliver: Channel | None = None) -> Reason | None:
        """Why `issue` would not send this request: what no vendor could be sent, then what this one cannot do with it."""
        try:
            problem = unsendable(request)
            if problem is None and (request.expires is not None or request.evidence):
                problem = self._unsupported_part(request)
            problem = problem or self.problem(request, self.template(request), deliver)
        except ConfigurationError:
            raise
        except Exception as error:  # whatever it is, it came before anything was sent
            problem = _mistyped(request) or f"a member has not the type that IssueRequest says ({type(error).__name__})"
        return Reason("invalid_request", problem) if problem else None

    def _unsupported_part(self, request: IssueRequest) -> str | None:
        """What a request asks for that the vendor cannot do: leaving it out would issue something else."""
        parts = {Capability.EXPIRY: request.expires is not None, Capability.EVIDENCE: bool(request.evidence)}
        for capability, asked in parts.items():
            if asked and not self.capabilities[capability].supported:
                return str(self.unsupported(capability).reason)
        return None

    def batch_key(self, request: IssueRequest) -> Hashable:
        return None

    def problem(self, request: IssueRequest, template: Template, deliver: Channel | None) -> str | None:
        """What keeps a request from being sent, in words without anything about the subject. For vendors to fill in."""
        return None

    def issue(self, requests: Sequence[IssueRequest], send: Send) -> Flow[Results]:
        count = len(requests)

        def ticket(position: int) -> Ticket:
            return self.ticket(send, position, count)

        reasons = [self.check(request, send.deliver) for request in requests]
        sound = [position for position, reason in enumerate(reasons) if reason is None]
        items = [Item(requests[position], ticket, position) for position in sound]
        answers: Results = []
        if items:
            try:
                answers = yield from self.send(items, send)
                if len(answers) != len(items):
                    raise RuntimeError("not one result for each request")
            except ConfigurationError:
                raise
            except Exception as error:
                answers = lost(items, error)
        if len(answers) == count:
            return answers
        given = iter(answers)
        return [
            next(given) if reason is None else Rejected(request, reason)
            for request, reason in zip(requests, reasons, strict=True)
        ]

    def reconcile(self, unknown: Sequence[Unknown], now: datetime, known: Known = NO_IDS) -> Flow[Results]:
        results: dict[int, Result] = {}
        items: dict[int, Item] = {}
        named = Counter(id_ for one in unknown if (id_ := one.ticket.credential_id) is not None)
        for position, item in enumerate(items_of(unknown)):
            if item.ticket.credential_id is not None:
                alone = named[item.ticket.credential_id] == 1
                results[position] = yield from self._read_known(item, known if alone else named)
            else:
                items[position] = item
        if items:
            answers = yield from self.look_up(list(items.values()), now, _KnownOrNamed(known, named))
            results |= dict(zip(items, answers, strict=True))
        return [results[position] for position in range(len(unknown))]

    def _read_known(self, item: Item, known: Container[str]) -> Flow[Result]:
        """What became of an item whose credential's id is known."""
        ticket = item.ticket
        if (ticket.credential_id or "") in known:
            return item.ambiguous("the id that is said to be its credential's is that of another request's")
        named = Credential(
            vendor=self.vendor, id=ticket.credential_id or "", status=CredentialStatus.UNKNOWN, batch_id=ticket.batch_id
        )
        try:
            credential = yield from self.get(named)
        except NotFoundError:
            return item.ambiguous("the vendor does not know the id that is said to be its credential's")
        if credential.id != ticket.credential_id:
            return item.ambiguous("the vendor answered with another credential than the one that was asked for")
        if contradicts(credential.template, self.template_id(item.request)):
            return item.ambiguous("the id that is said to be its credential's is that of one of another template")
        return item.issued(credential)

    def look_up(self, items: Sequence[Item], now: datetime, known: Known) -> Flow[Results]:
        """Find out what became of items, at least one; as `reconcile`. For vendors to fill in."""
        raise NotImplementedError

    def send(self, items: Sequence[Item], send: Send) -> Flow[Results]:
        """Send checked requests, at least one; their positions in the tickets may have gaps. For vendors to fill in."""
        raise NotImplementedError

    def hands_over(self, channel: Channel | None) -> bool:
        return type(self).hand_over is not AdapterBase.hand_over

    def hand_over(self, results: Results, send: Send) -> Flow[Results]:
        """For vendors with offers to fill in."""
        yield from ()
        return results

    def ticket(self, send: Send, position: int, count: int) -> Ticket:
        return Ticket(
            vendor=self.vendor,
            operation=self.issue_operation,
            token=send.token,
            label=send.label,
            sent_at=send.sent_at,
            position=position,
            count=count,
            account=send.account,
        )

    def expires_at(self, request: IssueRequest, sent_at: datetime) -> datetime | None:
        """When a credential is to end that is asked for in a send of that time."""
        return sent_at + request.expires if isinstance(request.expires, timedelta) else request.expires

    def claims(self, request: IssueRequest) -> dict[str, Any]:
        """What the credential is to say: what the template takes from the subject, then the request's claims."""
        template, subject = self.template(request), request.subject
        mapped = ((claim, subject_member(subject, name)) for name, claim in template.subject.items())
        return {claim: value for claim, value in mapped if value is not None} | dict(request.claims)

    def unsupported(self, capability: Capability) -> UnsupportedByVendor:
        return UnsupportedByVendor(self.vendor, capability, self.capabilities[capability].instead)

    def get(self, credential: Credential) -> Flow[Credential]:
        raise self.unsupported(Capability.GET)

    def list(self, wanted: Filter) -> Flow[None]:
        raise self.unsupported(Capability.LIST)

    def deliver(self, credential: Credential, channel: Channel, to: Subject | None) -> Flow[Credential]:
        raise self.unsupported(Capability.EMAIL if channel is Channel.EMAIL else Capability.OFFER)

    def revoke(self, credential: Credential, reason: str | None) -> Flow[Credential]:
        raise self.unsupported(Capability.REVOKE)

    def cancel(self, credential: Credential) -> Flow[Credential]:
        raise self.unsupported(Capability.CANCEL)

    def parse_event(self, headers: Mapping[str, str], body: bytes | str, secret: str | None) -> Event:
        raise self.unsupported(Capability.WEBHOOKS)


@dataclass(frozen=True, slots=True)
class _KnownOrNamed:
    """What is known of other requests, with the ids that are `named` beside them."""

    known: Known
    named: Container[Any]

    @property
    def newest(self) -> Latest | None:
        return self.known.newest

    def __contains__(self, id_: object) -> bool:
        return id_ in self.known or id_ in self.named


def subject_member(subject: Subject, name: str) -> Any:
    """A member of a subject, or one of its attributes, by name."""
    return subject.attributes[name] if name in subject.attributes else getattr(subject, name, None)


def _mistyped(request: IssueRequest) -> str | None:
    """The member that made a check fail, where it can be told."""
    try:
        return mistyped(request)
    except Exception:  # a subject that is none
        return None


@lru_cache(maxsize=256)
def _named(template: str) -> Template:
    """The template of an id; the same one each time."""
    return Template(template)


def headers_of(read: Callable[[Any], RawResponse[Any]]) -> Flow[Mapping[str, str]]:
    """The headers of the answer to a raw call."""
    answer = yield from call(read)
    return answer.headers
