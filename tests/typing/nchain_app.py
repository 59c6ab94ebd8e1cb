"""Filters, pages, uploads, revocation: what an application of nChain Identity does."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import assert_type
from uuid import UUID

from credkit.runtime import UNSET, AsyncPager, File, Pager
from credkit_nchain import AsyncNChain, NChain, models

OFFER = UUID("123e4567-e89b-12d3-a456-426614174000")


def creates(nchain: NChain, collection: UUID | None) -> list[str]:
    answer = nchain.credential_offers.create(
        correlation_id="nchain",
        organisation_profile_id=OFFER,
        credential_offers=[
            models.CredentialOfferInput(
                credential_id="exampleCredential",
                email="user@example.com",
                claims=[models.ClaimInput(claim_name="fullName", claim_value="John Doe", data_type="string")],
                expiration_date=datetime(2030, 1, 1, tzinfo=UTC),
            )
        ],
        credential_offer_collection_id=collection or UNSET,
    )
    return [str(failure.error_code) for failure in answer.failed_credential_offers or []]


def lists(nchain: NChain) -> None:
    page = nchain.credential_offers.list(status=["$eq:ready_to_claim"], limit=100)
    assert_type(page, models.CredentialOfferPage)
    offers = nchain.credential_offers.list_all(created_at=["$gt:2025-01-01"])
    assert_type(offers, Pager[models.CredentialOffer])
    for offer in offers:
        assert_type(offer, models.CredentialOffer)


async def lists_async(nchain: AsyncNChain) -> int:
    offers = nchain.credential_offers.list_all(created_at=["$gt:2025-01-01"])
    assert_type(offers, AsyncPager[models.CredentialOffer])
    return len([offer async for offer in offers])


def uploads(nchain: NChain, picture: Path) -> None:
    assert_type(nchain.credential_offers.upload_image(image=picture), models.Media)
    nchain.credential_offers.upload_image(image=File(b"...", filename="badge.png", content_type="image/png"))


def revokes(nchain: NChain) -> None:
    answer = nchain.credential_offers.revoke(revoke=[models.Revocation(id=OFFER, revocation_reason="compromised")])
    for failure in answer.failed or []:
        assert_type(failure.id, UUID)
    assert_type(nchain.credential_offers.delete(OFFER), None)
