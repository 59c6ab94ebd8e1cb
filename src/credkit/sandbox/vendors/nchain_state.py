"""What nChain keeps, who may do what, and how its pages look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, ClassVar, TypeVar
from uuid import UUID

from credkit_nchain import models
from credkit_nchain.client import API

from ..answers import Key, Problem, Refusal
from ..call import Call
from ..paging import Numbered, numbered, page_link, whole_number
from ..simulator import Simulator, default_base
from .nchain_filters import Condition, applied

T = TypeVar("T")

_HOST = "identity.nchainplatform.com"

ADMIN, USER, AUDITOR = "Issuer_Admin", "Issuer_User", "Issuer_Auditor"
WRITERS = (ADMIN, USER)
READERS = (ADMIN, USER, AUDITOR)
VERIFIERS = ("Verifier_Admin", "Verifier_User", "Verifier_Auditor")

EXAMPLE = UUID("123e4567-e89b-12d3-a456-426614174000")
CORRELATION = "nchain"
ISSUER_DID = "did:bsv:1234"

_WHEN = datetime(2025, 6, 30, 13, 35, 30, 590000, UTC)

PROFILE = models.OrganisationProfile(
    id=EXAMPLE,
    created_at=_WHEN,
    updated_at=_WHEN,
    deleted_at=None,
    created_by=EXAMPLE,
    updated_by=EXAMPLE,
    deleted_by=None,
    name="Sandbox organisation",
    is_default=True,
    psp_environment_id="sandbox",
    image=models.Media(
        id=EXAMPLE, mime_type="image/png", key_url="https://media.example/logo.png", filename="logo.png"
    ),
)


@dataclass(frozen=True, slots=True)
class Kind:
    """A credential that can be offered."""

    id: str
    name: str
    types: tuple[str, ...]
    claims: tuple[str, ...]


KINDS = {
    kind.id: kind
    for kind in (
        Kind("exampleCredential", "Example Credential", ("ExampleCredential", "VerifiableCredential"), ("fullName",)),
        Kind("emailCredential", "Email Credential", ("EmailCredential", "VerifiableCredential"), ("email",)),
    )
}


@dataclass(frozen=True, slots=True)
class Kept:
    """An offer with the code that claims it."""

    offer: models.CredentialOfferBase
    code: str = field(repr=False)


@dataclass(slots=True)
class NChainState:
    """Records never change, they are replaced."""

    offers: dict[UUID, Kept] = field(default_factory=dict)
    collections: dict[UUID, models.CredentialOfferCollectionSummary] = field(default_factory=dict)
    searches: list[models.CredentialOfferSearch] = field(default_factory=list)
    images: dict[UUID, models.Media] = field(default_factory=dict)
    covers: dict[str, models.CredentialTemplateCover] = field(default_factory=dict)
    definitions: dict[str, models.CreatePresentationDefinitionRequest] = field(default_factory=dict)
    gone: set[UUID] = field(default_factory=set)


class NChainBase(Simulator[NChainState]):
    """What the parts of the nChain simulator share."""

    name: ClassVar[str] = ""
    title: ClassVar[str] = "nChain"
    api = API
    base: ClassVar[str] = default_base(API)
    keys: ClassVar[tuple[Key, ...]] = tuple(
        Key(name, f"nchain-sandbox-{name}", "sandbox", scopes=frozenset(roles), user=str(UUID(int=number, version=4)))
        for number, (name, roles) in enumerate(
            (
                ("admin", {ADMIN, "Verifier_Admin"}),
                ("user", {USER, "Verifier_User"}),
                ("auditor", {AUDITOR, "Verifier_Auditor"}),
            ),
            start=1,
        )
    )

    def new_state(self) -> NChainState:
        state = NChainState()
        collection = models.CredentialOfferCollectionSummary(
            id=EXAMPLE, created_by=EXAMPLE, created_at=_WHEN, name="First collection"
        )
        state.collections[EXAMPLE] = collection
        offer = models.CredentialOfferBase(
            id=EXAMPLE,
            created_by=EXAMPLE,
            created_at=_WHEN,
            updated_at=_WHEN,
            correlation_id=CORRELATION,
            claims=[models.Claim(id=EXAMPLE, data_type="string", claim_name="fullName", claim_value="John Doe")],
            email="user@example.com",
            organisation_profile_id=PROFILE.id,
            credential_names=["Example Credential"],
            credential_types=["ExampleCredential", "VerifiableCredential"],
            credential_id="exampleCredential",
            status="ready_to_claim",
            issuer=ISSUER_DID,
            reference_id="439c355a-9d79-4ab6-88cd-d4a44edbb08c",
            email_sent=False,
            revocation_email_sent=False,
            credential_offer_collection=collection,
        )
        state.offers[EXAMPLE] = Kept(offer, "sandbox-example-code")
        return state

    def error_body(self, refusal: Refusal) -> object:
        body: dict[str, Any] = {"message": refusal.message}
        if refusal.code is not None:
            body["code"] = refusal.code
        if refusal.problems:
            body["problems"] = [
                {"in": one.where, "pointer": one.pointer, "reason": one.reason} for one in refusal.problems
            ]
        return body

    def improper(self, problems: list[Problem]) -> Refusal:
        return Refusal(400, None, "the request is not one that is documented", problems=tuple(problems))

    def unauthorised(self, missing: bool) -> Refusal:
        return Refusal(401, None, "the key is missing" if missing else "the key is not valid")

    def forbidden(self) -> Refusal:
        return Refusal(403, None, "the key's role does not suffice")

    def page(self, call: Call, items: Sequence[T], wanted: list[Condition]) -> tuple[list[T], dict[str, Any]]:
        """A page of a list, and the members that stand beside it. Numbers that make no sense are put right silently."""
        number = whole_number(call.query("page"), 1, 1)
        page = numbered(items, number, whole_number(call.query("limit"), 20, 1, 100))
        return page.items, {"meta": _meta(page, wanted), "links": _links(call, page)}


def user_of(call: Call) -> UUID:
    """The user behind the caller's key."""
    assert call.key is not None
    return UUID(call.key.user)


def is_only_user(call: Call) -> bool:
    """Whether the caller reaches its own records only."""
    assert call.key is not None
    scopes = call.key.scopes or frozenset()
    return USER in scopes and ADMIN not in scopes


def _meta(page: Numbered[Any], wanted: list[Condition]) -> models.PageMeta:
    meta = models.PageMeta(
        items_per_page=page.size,
        total_items=page.total,
        current_page=page.page,
        total_pages=page.pages,
        sort_by=[["createdAt", "DESC"]],
    )
    return meta.model_copy(update={"filter": applied(wanted)}) if wanted else meta


def _links(call: Call, page: Numbered[Any]) -> models.PageLinks:
    numbers = {"current": page.page}
    if page.page > 1:
        numbers |= {"first": 1, "previous": page.page - 1}
    if page.page < page.pages:
        numbers |= {"next": page.page + 1, "last": page.pages}
    return models.PageLinks(**{name: page_link(call, "page", number, _HOST) for name, number in numbers.items()})
