"""`Issuer` and `AsyncIssuer`: every vendor's operations under one set of names. Thin, and without state of their own.

What an operation does is written once, as a flow (`issuing`); the two classes carry flows out, one in the calling thread and one with
asyncio.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Container, Iterable, Iterator, Mapping, Sequence
from types import TracebackType
from typing import Any, Self, TypeVar, overload

from .adapters.base import Filter
from .driving import arun, astream, run, stream
from .issuing import IssuerBase
from .model import Channel, Credential, CredentialStatus, IssueRequest, Subject
from .results import Issued, IssueResult, Rejected, Result, Results, Unknown
from .steps import Flow

C = TypeVar("C")
T = TypeVar("T")
_NO_IDS: frozenset[str] = frozenset()


class Issuer(IssuerBase[C]):
    """Issues through one vendor. Safe to share between threads; `credkit.connect` makes it."""

    def issue(
        self, requests: Iterable[IssueRequest], *, label: str = "", deliver: Channel | str | None = None
    ) -> IssueResult:
        """Issue a credential for each request.

        Args:
            requests: any iterable of them; it is read to its end before anything is sent.
            label: what the vendor's batches are called, one line; no names of people.
            deliver: "email" or "wallet" for vendors that hand offers to their holders; without it the offers are in the result.

        Returns:
            One result for each request, in their order: `Issued`, `Rejected` (certainly no credential exists) or `Unknown` (one may
            exist: `reconcile` it, never send the request again before that).

        Raises:
            InvalidArgument: two requests have the same template and reference, or something is no request; nothing was sent.
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

    def settle(
        self,
        unknown: Unknown,
        *,
        issued: str | None = None,
        never: bool = False,
        by: str,
        why: str,
        batch_id: str | None = None,
    ) -> Issued | Rejected:
        """Write down what somebody has seen at the vendor, where no look-up can settle it; needs a ledger.

        Args:
            issued: the credential's id; it is looked up at the vendor, where that is possible, and believed only then.
            never: there is no credential: the request may be sent again. Taken from the time on at which no answer can be under way
                any more.
            by, why: who says so, and what was looked at; the ledger keeps both, and `credkit audit` shows them.
            batch_id: Record: the batch that the credential is in.

        Raises:
            InvalidArgument: the vendor has no credential of this id and template, or it is another request's; nothing was written.
            NotUnsettled: it is settled already, was sent again since, or may still be under way.
            ConfigurationError: there is no ledger.
        """
        return run(self._settle(unknown, issued, never, by, why, batch_id), self.client)

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
        return run(self._revoke(credential, batch_id, reason), self.client)

    def cancel(self, credential: Credential | str, *, batch_id: str | None = None) -> Credential:
        """Take back an offer that nobody has claimed; it is no error when it is gone already."""
        return run(self._cancel(credential, batch_id), self.client)

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


class AsyncIssuer(IssuerBase[C]):
    """The async twin of `Issuer`; `credkit.connect_async` makes it. See there for what the methods do."""

    async def issue(
        self, requests: Iterable[IssueRequest], *, label: str = "", deliver: Channel | str | None = None
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

    async def settle(
        self,
        unknown: Unknown,
        *,
        issued: str | None = None,
        never: bool = False,
        by: str,
        why: str,
        batch_id: str | None = None,
    ) -> Issued | Rejected:
        return await arun(self._settle(unknown, issued, never, by, why, batch_id), self.client)

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
        return await arun(self._revoke(credential, batch_id, reason), self.client)

    async def cancel(self, credential: Credential | str, *, batch_id: str | None = None) -> Credential:
        return await arun(self._cancel(credential, batch_id), self.client)

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
