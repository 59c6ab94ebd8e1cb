"""What came of asking: one result for each request, `Issued`, `Rejected` or `Unknown`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ClassVar, TypeAlias, overload

from .model import Credential, IssueRequest, Reason, shown_reference
from .ticket import Ticket


@dataclass(frozen=True, slots=True)
class _Issued:
    """The fields of `Issued`, as `dataclasses` wants to be told of them."""

    request: IssueRequest
    credential: Credential


class Issued:
    """The credential exists: `request`, `credential`.

    A batch says most of its credentials once for all of them. Such a result is given what they have in common, and its own `(id, url, raw)`;
    the two are put together when somebody looks at `credential`. A cohort's run, which only counts and writes down, never does.
    """

    __slots__ = ("_credential", "_own", "_request")
    __match_args__ = ("request", "credential")
    __dataclass_fields__: ClassVar = _Issued.__dataclass_fields__  # for `dataclasses.replace`, `fields`, `asdict`

    def __init__(
        self, request: IssueRequest, credential: Credential, own: tuple[str, str | None, Any] | None = None
    ) -> None:
        self._request = request
        self._credential = credential
        self._own = own

    @property
    def request(self) -> IssueRequest:
        return self._request

    @property
    def credential(self) -> Credential:
        own = self._own
        if own is not None:
            id_, url, raw = own
            self._credential = replace(self._credential, id=id_, url=url, raw=raw, reference=self._request.reference)
            self._own = None
        return self._credential

    def parts(self) -> tuple[Credential, str, str | None]:
        """What the credential has in common with others of its batch, its id and its url; without making it."""
        common, own = self._credential, self._own
        return (common, common.id, common.url) if own is None else (common, own[0], own[1])

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Issued):
            return NotImplemented
        return (self.request, self.credential) == (other.request, other.credential)

    def __hash__(self) -> int:
        return hash((self.request, self.credential))

    def __replace__(self, **changes: Any) -> Issued:
        return replace(self, **changes)

    def __repr__(self) -> str:
        return f"Issued(request={self.request!r}, credential={self.credential!r})"


@dataclass(frozen=True, slots=True)
class Rejected:
    """Certainly no credential exists."""

    request: IssueRequest
    reason: Reason


@dataclass(frozen=True, slots=True, repr=False)
class Unknown:
    """A credential may exist: never send this request again before it is settled, by `issuer.reconcile` or by a person."""

    request: IssueRequest
    ticket: Ticket
    reason: Reason

    def __repr__(self) -> str:
        """Short enough for a log: the request by its reference, or else the send by its token; `reason` and `ticket` have the rest."""
        reference = shown_reference(self.request)
        which = f"token={self.ticket.token!r}" if reference is None else f"reference={reference!r}"
        return f"Unknown({which}, code={self.reason.code!r}, not_before={self.not_before and self.not_before.isoformat()!r})"

    @property
    def not_before(self) -> datetime | None:
        """When reconciling can settle it, if it is too early now."""
        return self.reason.retry_at

    @property
    def needs_person(self) -> bool:
        """No look-up can settle it: somebody has to look at the vendor. Then, with a ledger, `issuer.settle`; without one, `known_as` or
        `never_issued`."""
        return not self.reason.retryable

    def known_as(self, credential_id: str, *, batch_id: str | None = None) -> Unknown:
        """The same, now that the credential's id at the vendor is known (a person looked, a webhook came): reconcile it again."""
        batch_id = batch_id or self.ticket.batch_id
        return replace(self, ticket=replace(self.ticket, credential_id=credential_id, batch_id=batch_id))

    def never_issued(self) -> Rejected:
        """A person looked, and there is none. It is a value for the application's own records: a ledger hears of it by `issuer.settle`."""
        return Rejected(self.request, Reason("never_issued", "somebody looked: there is no credential", retryable=True))


Result: TypeAlias = Issued | Rejected | Unknown
"""What came of one request."""

Results: TypeAlias = list[Result]
"""One for each request, in their order."""


@dataclass(frozen=True, slots=True, repr=False)
class IssueResult(Sequence[Result]):
    """One result for each request, in their order."""

    results: tuple[Result, ...]

    @property
    def issued(self) -> tuple[Issued, ...]:
        return tuple(one for one in self.results if isinstance(one, Issued))

    @property
    def rejected(self) -> tuple[Rejected, ...]:
        return tuple(one for one in self.results if isinstance(one, Rejected))

    @property
    def unknown(self) -> tuple[Unknown, ...]:
        return tuple(one for one in self.results if isinstance(one, Unknown))

    def __len__(self) -> int:
        return len(self.results)

    @overload
    def __getitem__(self, index: int) -> Result: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Result, ...]: ...
    def __getitem__(self, index: int | slice) -> Result | tuple[Result, ...]:
        return self.results[index]

    def __repr__(self) -> str:
        return f"<IssueResult: {len(self.issued)} issued, {len(self.rejected)} rejected, {len(self.unknown)} unknown>"
