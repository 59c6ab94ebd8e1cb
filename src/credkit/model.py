"""What is asked for and what there is then, whichever vendor issues. Frozen values, no I/O; texts about people are in no repr.
What came of asking is in `results`.

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
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, TypeAlias

from .secret import HIDDEN, Secret, may_be_address

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
        return f"IssueRequest({self.template!r}, {self.subject!r}, reference={shown_reference(self)!r})"


def shown_reference(request: IssueRequest) -> str | None:
    """The reference of a request as it may be shown: some use addresses as keys, and what is no text may be anything."""
    reference: object = request.reference
    return HIDDEN if reference is not None and not _is_plain(reference) else request.reference


def _is_plain(reference: object) -> bool:
    return isinstance(reference, str) and not may_be_address(reference)


def kind_of(value: object) -> str:
    """What a value is, in a word, for texts that may not show it."""
    return "None" if value is None else type(value).__name__


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
        """The offer as a QR code, an SVG document. Needs the extra `qr`."""
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


# --- why ---------------------------------------------------------------------------------------------------------------


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
