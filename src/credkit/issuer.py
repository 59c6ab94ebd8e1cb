"""`Issuer` and `AsyncIssuer`: every vendor's operations under one set of names. Thin, and without state of their own.

What an operation does is written once, as a flow; the two classes carry flows out, one in the calling thread and one with asyncio.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Container, Iterator, Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar, overload

from .adapters.base import Adapter, Filter
from .capabilities import Capability, UnsupportedByVendor
from .identity import identity_of, mode_of, timeout_of
from .model import (
    Channel,
    Credential,
    CredentialStatus,
    IssueRequest,
    IssueResult,
    Reason,
    Result,
    Results,
    Subject,
    Unknown,
)
from .runtime.clock import SYSTEM_CLOCK, Clock, utc
from .runtime.errors import InvalidArgument
from .sending import send_all
from .steps import Flow, arun, astream, run, stream

if TYPE_CHECKING:
    from .events import Event
    from .ledger.base import Ledger
    from .runtime.operation import RateLimit

C = TypeVar("C")
T = TypeVar("T")
_NO_IDS: frozenset[str] = frozenset()


class _Issuing(Generic[C]):
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

    # --- flows -------------------------------------------------------------------------------------------------------

    def _issue(self, requests: Sequence[IssueRequest], label: str, deliver: Channel | str | None) -> Flow[IssueResult]:
        channel = self.channel(deliver)
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
            return (yield from self.adapter.reconcile(unknown, now, known))
        from .ledger import recorded

        return (
            yield from recorded.reconcile(
                self.adapter, self.ledger, self.account, unknown, clock=self.clock, known=known
            )
        )

    def _deliver(self, credential: Credential, channel: Channel | str, to: Subject | None) -> Flow[Credential]:
        found = self.channel(channel)
        assert found is not None
        return self.adapter.deliver(credential, found, to)

    def _named(self, credential: Credential | str, batch_id: str | None) -> Credential:
        if isinstance(credential, Credential):
            if credential.vendor != self.vendor:
                raise InvalidArgument(f"the credential is of {credential.vendor!a}, not of {self.vendor}")
            return credential
        return Credential(vendor=self.vendor, id=credential, status=CredentialStatus.UNKNOWN, batch_id=batch_id)


class Issuer(_Issuing[C]):
    """Issues through one vendor. Safe to share between threads; `credkit.connect` makes it."""

    def issue(
        self, requests: Sequence[IssueRequest], *, label: str = "", deliver: Channel | str | None = None
    ) -> IssueResult:
        """Issue a credential for each request.

        Args:
            label: what the vendor's batches are called, one line; no names of people.
            deliver: "email" or "wallet" for vendors that hand offers to their holders; without it the offers are in the result.

        Returns:
            One result for each request, in their order: `Issued`, `Rejected` (certainly no credential exists) or `Unknown` (one may
            exist: `reconcile` it, never send the request again before that).

        Raises:
            InvalidArgument: two requests have the same template and reference; nothing was sent.
            ConfigurationError: nothing was sent, and nothing can be.
        """
        return run(self._issue(requests, label, deliver), self.client)

    @overload
    def reconcile(self, unknown: Unknown, *, known: Container[str] = ...) -> Result: ...
    @overload
    def reconcile(self, unknown: Sequence[Unknown], *, known: Container[str] = ...) -> Results: ...
    def reconcile(self, unknown: Unknown | Sequence[Unknown], *, known: Container[str] = _NO_IDS) -> Result | Results:
        """Find out what became of requests whose answer was lost. Reads only, never sends them again.

        Args:
            unknown: one, or several: like ones of one send can only be told apart together.
            known: ids of credentials that belong to other requests.

        Returns:
            `Issued`, `Rejected` with `never_issued` (it may be sent again), or `Unknown` as before: `not_before` says when to ask
            again, `needs_person` that asking does not help.

        Raises:
            ApiError: the vendor could not be asked; nothing has changed.
        """
        if isinstance(unknown, Unknown):
            return run(self._reconcile([unknown], known), self.client)[0]
        return run(self._reconcile(unknown, known), self.client)

    def get(self, credential: Credential | str, *, batch_id: str | None = None) -> Credential:
        """A credential as it is now, by itself or by its id; Record also needs `batch_id`."""
        return run(self.adapter.get(self._named(credential, batch_id)), self.client)

    def list(
        self,
        *,
        template: str | None = None,
        status: CredentialStatus | None = None,
        subject_id: str | None = None,
        batch_id: str | None = None,
    ) -> Iterator[Credential]:
        """The credentials at the vendor, page after page as they are asked for.

        Raises:
            InvalidArgument: the vendor cannot list by this.
            PagingError: the vendor's list does not end or cannot be trusted.
        """
        wanted = Filter(template=template, status=status, subject_id=subject_id, batch_id=batch_id)
        pages = stream(self.adapter.list(wanted), self.client)
        return (credential for page in pages for credential in page)

    def deliver(self, credential: Credential, channel: Channel | str, *, to: Subject | None = None) -> Credential:
        """Hand an offer to its holder, again if need be: it stays the same offer. `credential.delivery` says what came of it.

        Args:
            to: the holder, for vendors that do not know the address from issuing.
        """
        return run(self._deliver(credential, channel, to), self.client)

    def revoke(
        self, credential: Credential | str, *, reason: str | None = None, batch_id: str | None = None
    ) -> Credential:
        """End a credential for good; it is no error when it has ended already.

        Raises:
            RefusedByVendor, StatusError: it is still valid.
            OutcomeUnknown: it may have ended; call again.
        """
        return run(self.adapter.revoke(self._named(credential, batch_id), reason), self.client)

    def cancel(self, credential: Credential | str, *, batch_id: str | None = None) -> Credential:
        """Take back an offer that nobody has claimed; it is no error when it is gone already."""
        return run(self.adapter.cancel(self._named(credential, batch_id)), self.client)

    def probe(self) -> Mapping[str, str]:
        """Make the cheapest call that needs the API key; gives the headers of the answer."""
        return run(self.adapter.probe(), self.client)

    def run(self, flow: Flow[T]) -> T:
        """Carry out a flow (`credkit.steps`) with this issuer's client."""
        return run(flow, self.client)

    def close(self) -> None:
        """Close the client, if `connect` made it, and the ledger."""
        client: Any = self.client
        if self._owned:
            client.close()
        if self.ledger is not None:
            self.ledger.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class AsyncIssuer(_Issuing[C]):
    """The async twin of `Issuer`; `credkit.connect_async` makes it. See there for what the methods do."""

    async def issue(
        self, requests: Sequence[IssueRequest], *, label: str = "", deliver: Channel | str | None = None
    ) -> IssueResult:
        return await arun(self._issue(requests, label, deliver), self.client)

    @overload
    async def reconcile(self, unknown: Unknown, *, known: Container[str] = ...) -> Result: ...
    @overload
    async def reconcile(self, unknown: Sequence[Unknown], *, known: Container[str] = ...) -> Results: ...
    async def reconcile(
        self, unknown: Unknown | Sequence[Unknown], *, known: Container[str] = _NO_IDS
    ) -> Result | Results:
        if isinstance(unknown, Unknown):
            return (await arun(self._reconcile([unknown], known), self.client))[0]
        return await arun(self._reconcile(unknown, known), self.client)

    async def get(self, credential: Credential | str, *, batch_id: str | None = None) -> Credential:
        return await arun(self.adapter.get(self._named(credential, batch_id)), self.client)

    def list(
        self,
        *,
        template: str | None = None,
        status: CredentialStatus | None = None,
        subject_id: str | None = None,
        batch_id: str | None = None,
    ) -> AsyncIterator[Credential]:
        wanted = Filter(template=template, status=status, subject_id=subject_id, batch_id=batch_id)
        pages = astream(self.adapter.list(wanted), self.client)
        return (credential async for page in pages for credential in page)

    async def deliver(self, credential: Credential, channel: Channel | str, *, to: Subject | None = None) -> Credential:
        return await arun(self._deliver(credential, channel, to), self.client)

    async def revoke(
        self, credential: Credential | str, *, reason: str | None = None, batch_id: str | None = None
    ) -> Credential:
        return await arun(self.adapter.revoke(self._named(credential, batch_id), reason), self.client)

    async def cancel(self, credential: Credential | str, *, batch_id: str | None = None) -> Credential:
        return await arun(self.adapter.cancel(self._named(credential, batch_id)), self.client)

    async def probe(self) -> Mapping[str, str]:
        return await arun(self.adapter.probe(), self.client)

    async def run(self, flow: Flow[T]) -> T:
        return await arun(flow, self.client)

    async def aclose(self) -> None:
        client: Any = self.client
        if self._owned:
            await client.aclose()
        if self.ledger is not None:
            self.ledger.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()
