"""What `Issuer` and `AsyncIssuer` have in common: what a vendor can do, and every operation once, as a flow."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from .adapters.base import Adapter
from .adapters.protocol import KnownIds
from .asking import asked, not_open, open_ones
from .capabilities import Capability, UnsupportedByVendor
from .identity import identity_of, mode_of, server_of, timeout_of, usual_server_of
from .model import (
    Channel,
    Credential,
    CredentialStatus,
    IssueRequest,
    Reason,
    Subject,
    kind_of,
)
from .results import Issued, IssueResult, Rejected, Results, Unknown
from .runtime.clock import SYSTEM_CLOCK, Clock, utc
from .runtime.errors import ConfigurationError, InvalidArgument
from .sending import send_all
from .steps import Flow

if TYPE_CHECKING:
    from .events import Event
    from .ledger.base import Ledger
    from .runtime.operation import RateLimit

C = TypeVar("C")

_NO_LEDGER = (
    "settle writes who decided, and why, into a ledger, and this issuer has none: connect(…, ledger=FILE)."
    " Without one, reconcile(unknown.known_as(ID)) looks an id up, and unknown.never_issued() is what your own records may say"
)


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
        if ledger is None:
            self.account = account or identity_of(adapter.vendor, client)
        else:
            self.account = self._account_in(ledger, account)
        self._owned = owned

    def _account_in(self, ledger: Ledger, name: str | None) -> str:
        """The account's name in a ledger. An account is known by key and server: one that is new may be so for either."""
        from .ledger.errors import UnknownAccount, unseen

        vendor, client = self.vendor, self.client
        try:
            return ledger.account(vendor, self.mode, identity_of(vendor, client), name)
        except UnknownAccount as error:
            if name is not None or not error.names:
                raise
            names = error.names
        (server, shown), usual = server_of(client), usual_server_of(client)
        key = f"this API key at {server if server == usual else shown}"
        if usual is not None and usual != server:
            with suppress(UnknownAccount):
                known = ledger.account(vendor, self.mode, identity_of(vendor, client, usual))
                key += f", only at {usual} (as {known})"
        raise unseen(vendor, names, key)

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

    def _check_asked(self, one: object) -> None:
        """Refuse what is no unknown outcome, or another vendor's or account's.

        Raises:
            InvalidArgument: it is.
        """
        if not isinstance(one, Unknown):
            raise InvalidArgument(not_open(one))
        if one.ticket.vendor != self.vendor:
            raise InvalidArgument(f"the ticket is of {one.ticket.vendor!a}, not of {self.vendor}")
        if one.ticket.account not in ("", self.account):
            raise InvalidArgument(
                "the ticket is of another account: what it asks about cannot be found with this API key"
            )

    def _reconcile(self, given: Sequence[Unknown], known: Container[str]) -> Flow[Results]:
        unknown = open_ones(given)
        for one in unknown:
            self._check_asked(one)
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

    def _settle(
        self, unknown: Unknown, issued: str | None, never: bool, by: str, why: str, batch_id: str | None
    ) -> Flow[Issued | Rejected]:
        self._check_asked(unknown)
        if (issued is not None) == never:
            raise InvalidArgument("say issued= and the credential's id, or never=True")
        told: dict[str, object] = {"by": by, "why": why}
        for name, text in told.items():
            if not isinstance(text, str) or not text.strip():
                raise InvalidArgument(f"{name}: expected a text: who decided (by), and what was looked at (why)")
        if self.ledger is None:
            raise ConfigurationError(_NO_LEDGER)
        from .ledger import recorded

        return recorded.settle(
            self.adapter, self.ledger, self.account, unknown, issued=issued, by=by, why=why, batch_id=batch_id
        )

    def _deliver(self, credential: Credential, channel: Channel | str, to: Subject | None) -> Flow[Credential]:
        found = self.channel(channel)
        if found is None:
            raise InvalidArgument(f"deliver: expected one of {', '.join(Channel)}; got None")
        given: object = credential
        if isinstance(given, str):
            raise InvalidArgument("expected a Credential; got an id; write deliver(issuer.get(ID), …)")
        return self._changed(self.adapter.deliver(self._named(credential, None), found, to))

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
        given: object = credential
        if not isinstance(given, str):
            hint = "; give its `credential`" if isinstance(given, Issued) else ""
            raise InvalidArgument(f"expected a Credential or its id; got {kind_of(given)}{hint}")
        return Credential(vendor=self.vendor, id=credential, status=CredentialStatus.UNKNOWN, batch_id=batch_id)
