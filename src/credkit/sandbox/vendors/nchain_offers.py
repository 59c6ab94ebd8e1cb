"""nChain's offers in their several shapes, and what can be searched for."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from credkit_nchain import models

from .nchain_filters import Filter
from .nchain_state import CORRELATION, PROFILE, Kept

READY, CLAIMED, REVOKED, EXPIRED = "ready_to_claim", "claimed", "revoked", "expired"
"""States of an offer. Only the first is documented; the pages speak of the others in prose."""


def members(offer: models.CredentialOfferBase) -> dict[str, Any]:
    return {name: getattr(offer, name) for name in offer.model_fields_set}


def listed(offer: models.CredentialOfferBase) -> models.CredentialOffer:
    profile = models.OrganisationProfileSummary(id=PROFILE.id, name=PROFILE.name)
    return models.CredentialOffer(**members(offer), organisation_profile=profile)


def details(offer: models.CredentialOfferBase) -> models.CredentialOfferDetails:
    return models.CredentialOfferDetails(**members(offer), organisation_profile=PROFILE)


def failure(
    request: models.CreateCredentialOffersRequest, wanted: models.CredentialOfferInput, error: str, code: str
) -> models.FailedCredentialOffer:
    """An offer that was not made, as it was submitted, with the reason."""
    submitted: dict[str, Any] = {name: getattr(wanted, name) for name in wanted.model_fields_set}
    if wanted.claims is not None:
        submitted["claims"] = [models.SubmittedClaim(**given(claim)) for claim in wanted.claims]
    return models.FailedCredentialOffer(
        **submitted,
        correlation_id=request.correlation_id,
        organisation_profile_id=request.organisation_profile_id,
        error=error,
        error_code=code,
    )


def given(claim: models.ClaimInput) -> dict[str, Any]:
    return {name: getattr(claim, name) for name in claim.model_fields_set}


def claim_uri(kept: Kept, base: str) -> str:
    grant = {"pre-authorized_code": kept.code, "user_pin_required": False}
    offer = {
        "grants": {"urn:ietf:params:oauth:grant-type:pre-authorized_code": grant},
        "credentials": [kept.offer.credential_id],
        "credential_issuer": f"https://identity.nchainplatform.com{base}/public/{CORRELATION}",
    }
    return f"openid-credential-offer://?credential_offer={quote(json.dumps(offer, separators=(',', ':')))}"


def text_of(offer: models.CredentialOffer) -> str:
    """What a full-text search looks at."""
    words = [offer.email, offer.credential_id, offer.reference_id, offer.status, *(offer.credential_names or ())]
    claims = [f"{claim.claim_name} {claim.claim_value}" for claim in offer.claims or ()]
    return " ".join(str(word) for word in (*words, *claims) if word)


FILTERS = {
    "id": Filter("$in", lambda offer: offer.id),
    "email": Filter("$eq", lambda offer: offer.email),
    "credentialId": Filter("$eq", lambda offer: offer.credential_id),
    "correlationId": Filter("$eq", lambda offer: offer.correlation_id),
    "status": Filter("$eq", lambda offer: offer.status),
    "createdBy": Filter("$eq", lambda offer: offer.created_by),
    "updatedBy": Filter("$eq", lambda offer: offer.updated_by),
    "credentialOfferCollection.id": Filter(
        "$eq", lambda offer: offer.credential_offer_collection and offer.credential_offer_collection.id
    ),
    "credentialNames": Filter("$contains", lambda offer: offer.credential_names),
    "credentialTypes": Filter("$contains", lambda offer: offer.credential_types),
    "subject": Filter("$contains", lambda offer: offer.subject),
    "issuer": Filter("$contains", lambda offer: offer.issuer),
    "search": Filter("$fulltext", text_of),
    "createdAt": Filter("$gt", lambda offer: offer.created_at),
    "updatedAt": Filter("$gt", lambda offer: offer.updated_at),
    "issuedAt": Filter("$gt", lambda offer: offer.issued_at),
    "revokedAt": Filter("$gt", lambda offer: offer.revoked_at),
    "expirationDate": Filter("$gt", lambda offer: offer.expiration_date),
}
"""The 18 filters of offers, each with its one operator."""

SEARCH_FILTERS = {name: FILTERS[name] for name in ("createdBy", "updatedBy", "createdAt", "updatedAt")}
