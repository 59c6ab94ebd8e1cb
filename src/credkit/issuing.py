"""What `Issuer` and `AsyncIssuer` have in common: what a vendor can do, and every operation once, as a flow."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from .adapters.base import Adapter
from .adapters.protocol import KnownIds
from .capabilities import Capability, UnsupportedByVendor
from .identity import identity_of, mode_of, timeout_of
from .model import (
    Channel,
    Credential,
    CredentialStatus,
    IssueRequest,
    Organisation,
    Person,
    Reason,
    Subject,
    Template,
    kind_of,
)
from .results import IssueResult, Results, Unknown
from .runtime.clock import SYSTEM_CLOCK, Clock, utc
from .runtime.errors import InvalidArgument
from .sending import send_all
from .steps import Flow

if TYPE_CHECKING:
    from .events import Event
    from .ledger.base import Ledger
    from .runtime.operation import RateLimit

C = TypeVar("C")

_REQUESTS, _TEMPLATES, _SUBJECTS = {IssueRequest}, {str, Template}, {Person, Organisation}


def asked(requests: Iterable[IssueRequest]) -> Sequence[IssueRequest]:
    """What is asked for, as a sequence; a list or tuple is itself.

    Raises:
        InvalidArgument: something in it is no request, or has no template or subject in its place, as when the two are swapped.
    """
    if isinstance(requests, IssueRequest):
        raise InvalidArgument("expected several requests; got one; write issue([request])")
    if not isinstance(requests, (list, tuple)):
        try:
            given = iter(requests)
        except TypeError:
            raise InvalidArgument(
                f"expected requests, as a list or another iterable; got {kind_of(requests)}"
            ) from None
        requests = list(given)
    usual = (  # a tenth of a microsecond for each request
        _REQUESTS.issuperset(map(type, requests))
        and _SUBJECTS.issuperset(map(type, map(attrgetter("subject"), requests)))
        and _TEMPLATES.issuperset(map(type, map(attrgetter("template"), requests)))
    )
    if not usual:
        for position, request in enumerate(requests):
            if problem := _mistaken(request):
                raise InvalidArgument(f"request {position}: {problem}")
    return requests


def _mistaken(request: object) -> str | None:
    """What no checker of types would let pass."""
    if not isinstance(request, IssueRequest):
        return f"expected an IssueRequest; got {kind_of(request)}"
    subject: object = request.subject
    template: object = request.template
    if not isinstance(subject, Person | Organisation):
        return f"expected a Person or an Organisation as subject; got {kind_of(subject)}; write IssueRequest(template, subject)"
    if not isinstance(template, str | Template):
        return (
            f"expected a text or a Template as template; got {kind_of(template)}; write IssueRequest(template, subject)"
        )
    return None


class IssuerBase(Generic[C]):
    """What both kinds of issuer have.

    Attributes:
        client: the generated client: everything that the vendor can do and the facade does not.
        adapter: between the two.
        account: which API key this is, without telling the key. With a ledger: the account's name in it.
        mode: "live", "test" or what the vendor calls it; None when the key does not tell.
        ledger: None without one.
    """

    def __init__(
        self,
        adapter: Adapter[Any, Any],
        client: C,
        *,
        clock: Clock = SYSTEM_CLOCK,
        ledger: Ledger | None = None,
        account: str | None = None,
        owned: bool = False,
    ) -> None:
        self.adapter = adapter
        self.client: C = client
        self.clock = clock
        self.ledger = ledger
        self.mode = mode_of(client)
        identity = identity_of(adapter.vendor, client)
        self.account = account or identity
        if ledger is not None:
            self.account = ledger.account(adapter.vendor, self.mode, identity, account)
        self._owned = owned

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self.adapter.vendor}, {self.mode or 'unknown'} mode>"

    @property
    def vendor(self) -> str:
        return self.adapter.vendor

    @property
    def batch_size(self) -> int:
        return self.adapter.batch_size

    @property
    def concurrency(self) -> int:
        return self.adapter.concurrency

    def rate_limits(self) -> Mapping[str, RateLimit]:
        """The vendor's documented limits of the calls that issuing and delivering make, by `operationId`."""
        return {one.id: one.rate_limit for one in self.adapter.operations if one.rate_limit is not None}

    def supports(self, capability: Capability | str) -> bool:
        return self.adapter.capabilities[Capability(capability)].supported

    def require(self, *capabilities: Capability | str) -> None:
        """Refuse to go on with a vendor that cannot do what the application needs; for its start.

        Raises:
            UnsupportedByVendor: one of them is missing; it says what to use instead.
        """
        for capability in map(Capability, capabilities):
            support = self.adapter.capabilities[capability]
            if not support.supported:
                raise UnsupportedByVendor(self.vendor, capability, support.instead)

    def check(self, request: IssueRequest) -> Reason | None:
        """Why `issue` would not send a request; None when it would. Sends nothing."""
        return self.adapter.check(request)

    def channel(self, channel: Channel | str | None) -> Channel | None:
        """The channel of a name, if the vendor can hand offers over in this way; None for None.

        Raises:
            InvalidArgument: there is no channel of this name, or the vendor hands offers over in other ways.
            UnsupportedByVendor: the vendor has no such way; it says what to use instead.
        """
        if channel is None:
            return None
        try:
            found = Channel(channel)
        except ValueError:
            raise InvalidArgument(f"deliver is one of {', '.join(Channel)}") from None
        needed = Capability.EMAIL if found is Channel.EMAIL else Capability.OFFER
        if found not in self.adapter.channels:
            support = self.adapter.capabilities[needed]
            if support.supported:
                raise InvalidArgument(
                    f"{self.vendor} delivers by {', '.join(sorted(self.adapter.channels))}, not by {found}"
                )
            raise UnsupportedByVendor(self.vendor, needed, support.instead)
        return found

    def parse_event(self, headers: Mapping[str, str], body: bytes | str, *, secret: str | None = None) -> Event:
        """What a webhook of the vendor says.

        Args:
            headers, body: of the delivery, as received.
            secret: for vendors that sign. Look at `event.verified` before acting on it.

        Raises:
            WebhookError: the delivery is refused.
            UnsupportedByVendor: the vendor sends no webhooks.
        """
        return self.adapter.parse_event(headers, body, secret)

    # --- flows, for the two kinds to carry out ------------------------------------------------------------------------

    def _issue(self, given: Iterable[IssueRequest], label: str, deliver: Channel | str | None) -> Flow[IssueResult]:
        channel, requests = self.channel(deliver), asked(given)
        if self.ledger is None:
            sending = send_all(
                self.adapter, requests, clock=self.clock, label=label, deliver=channel, account=self.account
            )
        else:
            from .ledger import recorded

            sending = recorded.issue(
                self.adapter,
                self.ledger,
                self.account,
                requests,
                label=label,
                deliver=channel,
                clock=self.clock,
                timeout=timeout_of(self.client),
            )
        results = yield from sending
        return IssueResult(tuple(results))

    def _reconcile(self, unknown: Sequence[Unknown], known: Container[str]) -> Flow[Results]:
        for one in unknown:
            if one.ticket.vendor != self.vendor:
                raise InvalidArgument(f"the ticket is of {one.ticket.vendor!a}, not of {self.vendor}")
            if one.ticket.account not in ("", self.account):
                raise InvalidArgument(
                    "the ticket is of another account: what it asks about cannot be found with this API key"
                )
        if not unknown:
            return []
        now = utc(self.clock.now())
        if self.ledger is None:
            return (yield from self.adapter.reconcile(unknown, now, KnownIds(known)))
        from .ledger import recorded

        return (
            yield from recorded.reconcile(
                self.adapter, self.ledger, self.account, unknown, clock=self.clock, known=known
            )
        )

    def _deliver(self, credential: Credential, channel: Channel | str, to: Subject | None) -> Flow[Credential]:
        found = self.channel(channel)
        assert found is not None
        return self._changed(self.adapter.deliver(credential, found, to))

    def _revoke(self, credential: Credential | str, batch_id: str | None, reason: str | None) -> Flow[Credential]:
        return self._changed(self.adapter.revoke(self._named(credential, batch_id), reason))

    def _cancel(self, credential: Credential | str, batch_id: str | None) -> Flow[Credential]:
        return self._changed(self.adapter.cancel(self._named(credential, batch_id)))

    def _changed(self, change: Flow[Credential]) -> Flow[Credential]:
        if self.ledger is None:
            return change
        from .ledger import recorded

        return recorded.changed(self.ledger, self.account, change)

    def _named(self, credential: Credential | str, batch_id: str | None) -> Credential:
        if isinstance(credential, Credential):
            if credential.vendor != self.vendor:
                raise InvalidArgument(f"the credential is of {credential.vendor!a}, not of {self.vendor}")
            return credential
        return Credential(vendor=self.vendor, id=credential, status=CredentialStatus.UNKNOWN, batch_id=batch_id)
