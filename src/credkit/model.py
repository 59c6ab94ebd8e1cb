"""What goes in and what comes out, whichever vendor issues. Frozen values, no I/O; texts about people are in no repr.

    IssueRequest(template, subject)  ->  Issued | Rejected | Unknown

| here | W3C VC 2.0 | OpenID4VCI 1.0 | Open Badges 3.0 |
|---|---|---|---|
| `IssueRequest` | claims to be made | - | assertion to be made |
| `Person`, `Organisation` | `credentialSubject` | holder, when it accepts | `AchievementSubject` (recipient) |
| `Template` | type, schema | credential configuration | `Achievement` |
| `Credential` | verifiable credential | issued credential | `AchievementCredential` |
| `Offer` | - | credential offer (a URI with a pre-authorised code) | - |
| `CredentialStatus` | `credentialStatus`, validity period | notification events | revocation status |
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar, TypeAlias, overload

from .secret import HIDDEN, Secret, may_be_address
from .ticket import Ticket

# --- asking ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, repr=False)
class Person:
    """Somebody. `id`: a DID or the application's own key; `attributes`: whatever else is known, by name."""

    name: str
    email: str | None = None
    id: str | None = field(default=None, kw_only=True)
    attributes: Mapping[str, Any] = field(default_factory=dict, kw_only=True, hash=False)

    def __repr__(self) -> str:
        return f"Person({HIDDEN})"


@dataclass(frozen=True, slots=True, repr=False)
class Organisation:
    """A legal entity. `registration_number`: in the register of its `jurisdiction` (such as `US-DE`)."""

    name: str
    registration_number: str | None = field(default=None, kw_only=True)
    jurisdiction: str | None = field(default=None, kw_only=True)
    legal_form: str | None = field(default=None, kw_only=True)
    email: str | None = field(default=None, kw_only=True)
    id: str | None = field(default=None, kw_only=True)
    attributes: Mapping[str, Any] = field(default_factory=dict, kw_only=True, hash=False)

    def __repr__(self) -> str:
        return f"Organisation({HIDDEN})"


Subject: TypeAlias = Person | Organisation
"""Whom a credential is about."""


@dataclass(frozen=True, slots=True)
class Template:
    """What a vendor issues from.

    Attributes:
        id: the vendor's: a programme, a template, a credential type.
        subject: under which claim names the vendor is told about the subject: `{"name": "fullName"}`. The keys are a subject's
            members (`name`, `email`, `id`, …) or names in its `attributes`.
        extra: what else this vendor needs to know; see docs/facade.md.
    """

    id: str
    subject: Mapping[str, str] = field(default_factory=dict, kw_only=True, hash=False)
    extra: Mapping[str, Any] = field(default_factory=dict, kw_only=True, hash=False, repr=False)


@dataclass(frozen=True, slots=True, repr=False)
class IssueRequest:
    """One credential for one subject.

    Attributes:
        template: a name from `connect(templates=…)`, the vendor's own id, or a `Template`.
        claims: what the credential says, by the vendor's claim names; JSON values.
        evidence: what it rests on: references to documents, as the vendor names them.
        expires: when it ends: an aware datetime, or a time from the moment of sending.
        reference: the application's own key of this intent ("enrol-1"), unique for vendor, account and template.
    """

    template: str | Template
    subject: Subject
    claims: Mapping[str, Any] = field(default_factory=dict, kw_only=True, hash=False, repr=False)
    evidence: Sequence[str] = field(default=(), kw_only=True, hash=False, repr=False)
    expires: datetime | timedelta | None = field(default=None, kw_only=True)
    reference: str | None = field(default=None, kw_only=True)

    def __repr__(self) -> str:
        shown = (
            HIDDEN if self.reference and may_be_address(self.reference) else self.reference
        )  # some use addresses as keys
        return f"IssueRequest({self.template!r}, {self.subject!r}, reference={shown!r})"


# --- what there is then ------------------------------------------------------------------------------------------------


class CredentialStatus(StrEnum):
    """Where a credential stands in its life.

    `issued`: valid. `offered`: waits for its holder; `delivered`: and the holder was told; `accepted`: is in a wallet.
    `declined`, `expired`, `cancelled`: the offer came to nothing, or the time is over. `revoked` is for good, `suspended` is not.
    `unknown`: the vendor uses a word that is not documented; see `raw`.
    """

    ISSUED = "issued"
    OFFERED = "offered"
    DELIVERED = "delivered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    REVOKED = "revoked"
    SUSPENDED = "suspended"
    UNKNOWN = "unknown"


class Channel(StrEnum):
    """How an offer comes to its holder: `offer`, the application shows or sends it; `email`, the vendor does; `wallet`, the vendor
    puts it into the holder's wallet."""

    OFFER = "offer"
    EMAIL = "email"
    WALLET = "wallet"


class DeliveryStatus(StrEnum):
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Delivery:
    """What came of handing an offer to its holder. It can be tried again: the offer stays the same one."""

    channel: Channel
    status: DeliveryStatus
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """What a holder needs to claim a credential. Whoever has `uri` can claim it: it is in no repr, log or error.

    Attributes:
        uri: to pass on; `uri.reveal()` gives the text.
        qr_uri: the form for a QR code, where the vendor has another one for that.
    """

    uri: Secret
    expires_at: datetime | None = None
    qr_uri: Secret | None = None

    def qr(self) -> str:
        """The offer as a QR code, an SVG document. Needs `credkit[qr]`."""
        from .qr import svg

        return svg((self.qr_uri or self.uri).reveal())


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """A credential at a vendor.

    Attributes:
        id: the vendor's. `batch_id`: of the batch or collection that it was issued in.
        url: a public page of the credential. `offer`: how to claim it. `signed`: the signed credential itself.
        delivery: of the offer, when one was asked for.
        raw: what the vendor said, as the generated client gives it.
    """

    vendor: str
    id: str
    status: CredentialStatus
    template: str | None = None
    reference: str | None = field(default=None, repr=False)
    url: str | None = field(default=None, repr=False)
    offer: Offer | None = None
    signed: Secret | None = None
    batch_id: str | None = None
    issued_at: datetime | None = None
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    delivery: Delivery | None = None
    raw: Any = field(default=None, repr=False, compare=False)


# --- what came of asking -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reason:
    """Why.

    Attributes:
        code: the vendor's, or one of Credkit's: `invalid_request`, `not_sent`, `rate_limited`, `never_issued` for what was rejected;
            `answer_lost`, `not_in_answer`, `too_early`, `listing_incomplete`, `ambiguous`, `cannot_look_up` for what is unknown.
        message: a sentence without anything about the subject.
        retryable: sending again (Rejected) or reconciling again (Unknown) may help.
        retry_at: not before, where that is known.
        detail: the vendor's words as they came; they may name people.
        error: what was raised.
    """

    code: str
    message: str
    retryable: bool = False
    retry_at: datetime | None = None
    detail: str | None = field(default=None, repr=False, compare=False)
    error: Exception | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class _Issued:
    request: IssueRequest
    credential: Credential


class Issued:
    """The credential exists: `request`, `credential`.

    A batch says most of its credentials once for all of them. Such a result is given what they have in common, and its own `(id, url, raw)`;
    the two are put together when somebody looks at `credential`. A cohort's run, which only counts and writes down, never does.
    """

    __slots__ = ("_credential", "_own", "_request")
    __match_args__ = ("request", "credential")
    __dataclass_fields__: ClassVar = (
        _Issued.__dataclass_fields__
    )  # for `dataclasses.replace`, `fields` and `asdict`, as of the others

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


@dataclass(frozen=True, slots=True)
class Unknown:
    """A credential may exist: never send this request again before it is settled, by `issuer.reconcile` or by a person."""

    request: IssueRequest
    ticket: Ticket
    reason: Reason

    @property
    def not_before(self) -> datetime | None:
        """When reconciling can settle it, if it is too early now."""
        return self.reason.retry_at

    @property
    def needs_person(self) -> bool:
        """No look-up can settle it: somebody has to look at the vendor, then `known_as` or `never_issued`."""
        return not self.reason.retryable

    def known_as(self, credential_id: str, *, batch_id: str | None = None) -> Unknown:
        """The same, now that the credential's id at the vendor is known (a person looked, a webhook came): reconcile it again."""
        batch_id = batch_id or self.ticket.batch_id
        return replace(self, ticket=replace(self.ticket, credential_id=credential_id, batch_id=batch_id))

    def never_issued(self) -> Rejected:
        """A person looked, and there is none."""
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
