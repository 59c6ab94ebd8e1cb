"""nChain Identity: create, list with filters, upload, revoke."""

from __future__ import annotations

from uuid import UUID

from credkit.runtime import File
from credkit.runtime.testing import StubPart
from credkit_nchain import NChain, models
from credkit_nchain.testing import NChainStub

from .steps import Step

PROFILE = UUID("123e4567-e89b-12d3-a456-426614174000")
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63606060000000040001f61738550000000049454e44ae426082"
)


def stored(part: StubPart) -> models.Media:
    """What the vendor answers to an upload: the picture as it keeps it."""
    return models.Media(
        id=PROFILE, mime_type=part.content_type or "", key_url="text", filename=part.filename or "", type="claim_image"
    )


def play() -> list[Step]:
    """An offer's life, and what the requests looked like on the wire."""
    stub = NChainStub()
    stub.credential_offers.upload_image.answers(lambda call: stored(call.parts["image"]))
    with (
        stub.serve() as server,
        NChain(api_key="demo", environment_id="demo", base_url=server.base_url) as nchain,
    ):
        created = nchain.credential_offers.create(
            correlation_id="nchain",
            organisation_profile_id=PROFILE,
            credential_offers=[
                models.CredentialOfferInput(credential_id="exampleCredential", email="user@example.com")
            ],
        )
        page = nchain.credential_offers.list(
            status=["$eq:ready_to_claim"], created_at=["$gt:2025-01-01", "$not:$gt:2026-01-01"], limit=20
        )
        image = nchain.credential_offers.upload_image(image=File(PIXEL, filename="badge.png", content_type="image/png"))
        revoked = nchain.credential_offers.revoke(
            revoke=[models.Revocation(id=PROFILE, revocation_reason="Credential compromised")]
        )
    query = stub.credential_offers.list.calls[0].query
    return [
        Step(
            did="Created offers",
            call="nchain.credential_offers.create(correlation_id='nchain', …)",
            answer=f"{len(created.credential_offers or [])} created, {len(created.failed_credential_offers or [])} failed",
        ),
        Step(
            did="Listed those ready to claim",
            call="GET …?" + " ".join(f"{name}={value}" for name, values in query.items() for value in values),
            answer=f"{len(page.data)} on this page: {', '.join(str(offer.status) for offer in page.data)}",
        ),
        Step(
            did="Uploaded a picture for a claim",
            call="nchain.credential_offers.upload_image(image=File(…, content_type='image/png'))",
            answer=f"{image.filename}, {image.mime_type}",
        ),
        Step(
            did="Revoked, and was told what could not be",
            call="nchain.credential_offers.revoke(revoke=[…])",
            answer=f"{len(revoked.revocations or [])} revoked; refused: {', '.join(str(failure.code) for failure in revoked.failed or [])}",
        ),
    ]
