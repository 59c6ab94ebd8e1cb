from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest

import credkit.runtime.errors as runtime
from credkit import sandbox
from credkit.runtime.files import File
from credkit.runtime.testing import FakeClock
from credkit.sandbox.testing import send
from credkit.sandbox.vendors.nchain import NChainSimulator
from credkit_nchain import NChain, models

PROFILE = UUID("123e4567-e89b-12d3-a456-426614174000")
PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)


@pytest.fixture
def vendor() -> NChainSimulator:
    return sandbox.nchain()


@pytest.fixture
def client(vendor: NChainSimulator) -> NChain:
    return vendor.client


def wanted(name: str, *, credential_id: str = "exampleCredential") -> models.CredentialOfferInput:
    claims = [models.ClaimInput(claim_name="fullName", claim_value=name)]
    return models.CredentialOfferInput(
        email=f"{name.lower()}@example.com", credential_id=credential_id, claims=claims, reference_id=name
    )


def create(client: NChain, *names: str) -> list[models.CredentialOffer]:
    made = client.credential_offers.create(
        correlation_id="nchain", organisation_profile_id=PROFILE, credential_offers=[wanted(name) for name in names]
    )
    return made.credential_offers or []


def test_creating_fails_in_part_with_200(client: NChain) -> None:
    made = client.credential_offers.create(
        correlation_id="nchain",
        organisation_profile_id=PROFILE,
        credential_offers=[wanted("Ann"), wanted("Bob", credential_id="unknown")],
    )
    assert [one.reference_id for one in made.credential_offers or ()] == ["Ann"]
    failed = (made.failed_credential_offers or [])[0]
    assert (failed.reference_id, failed.error_code) == ("Bob", "credential_not_found")
    assert failed.claims
    assert failed.claims[0].claim_value == "Bob"


def test_an_offer_is_claimed_and_revoked_once(vendor: NChainSimulator, client: NChain) -> None:
    (offer,) = create(client, "Ann")
    assert client.credential_offers.status(str(offer.id)).status == "OFFER_CREATED"
    early = client.credential_offers.revoke(revoke=[models.Revocation(id=offer.id)])
    assert [one.code for one in early.failed or ()] == ["credential_offer_not_claimed"]

    vendor.act("claim", str(offer.id))
    assert client.credential_offers.get(offer.id).status == "claimed"
    assert client.credential_offers.status(str(offer.id)).status == "CREDENTIAL_ISSUED"
    with pytest.raises(runtime.ConflictError):
        client.credential_offers.delete(offer.id)

    asked = [models.Revocation(id=offer.id, revocation_reason="left")]
    revoked = (client.credential_offers.revoke(revoke=asked).revocations or [])[0]
    assert (revoked.status, revoked.revocation_reason, revoked.email_sent) == ("revoked", "left", False)
    again = client.credential_offers.revoke(revoke=asked)
    assert not again.revocations
    assert [one.code for one in again.failed or ()] == ["credential_offer_already_revoked"]
    client.credential_offers.resend_revocation_email(credential_offer_id=str(offer.id))
    assert [mail.to for mail in vendor.outbox.emails] == ["ann@example.com"] * 2


def test_a_wallet_claims_with_the_code_of_the_offer(vendor: NChainSimulator, client: NChain) -> None:
    (offer,) = create(client, "Ann")
    assert "pre-authorized_code" in client.credential_offers.claim(offer.id).uri
    code = vendor.state.offers[offer.id].code
    wallet = NChain(wallet_token=code, environment_id="sandbox", transport=vendor)
    proof = models.ProofOfPossession(proof_type="jwt", jwt="a.b.c")
    assert wallet.wallet.claim("nchain", format="jwt_vc_json", proof=proof).credential
    assert client.credential_offers.get(offer.id).status == "claimed"


def test_what_is_not_claimed_can_be_deleted_or_expires(vendor: NChainSimulator, client: NChain) -> None:
    first, second = create(client, "Ann", "Bob")
    client.credential_offers.delete(first.id)
    with pytest.raises(runtime.NotFoundError):
        client.credential_offers.get(first.id)
    vendor.act("expire", str(second.id))
    assert client.credential_offers.get(second.id).status == "expired"
    with pytest.raises(ValueError):
        vendor.act("claim", str(second.id))


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        ({"status": ["$eq:claimed"]}, {"Bob"}),
        ({"status": ["$not:$eq:claimed"]}, {"Ann", "Cyd"}),
        ({"email": ["$eq:ann@example.com"]}, {"Ann"}),
        ({"search": ["$fulltext:fullname CYD"]}, {"Cyd"}),
        ({"search": ["$not:$fulltext:cyd"]}, {"Ann", "Bob"}),
        ({"credential_types": ["$contains:VerifiableCredential"]}, {"Ann", "Bob", "Cyd"}),
        ({"credential_types": ["$not:$contains:VerifiableCredential"]}, set()),
        ({"subject": ["$contains:did:bsv"]}, {"Bob"}),
        ({"issued_at": ["$gt:2025-01-01T00:00:00Z"]}, {"Bob"}),
        ({"created_at": ["$gt:2025-07-01T00:00:00Z", "$not:$gt:2025-07-01T09:00:00Z"]}, set()),
        ({"status": ["$eq:ready_to_claim"], "email": ["$not:$eq:ann@example.com"]}, {"Cyd"}),
    ],
)
def test_filters(vendor: NChainSimulator, client: NChain, filters: dict[str, list[str]], names: set[str]) -> None:
    offers = create(client, "Ann", "Bob", "Cyd")
    vendor.act("claim", str(offers[1].id))
    found = client.credential_offers.list_all(**{"created_at": ["$gt:2025-07-01T00:00:00Z"], **filters})  # type: ignore[arg-type]
    assert {one.reference_id for one in found} == names


def test_ids_are_filtered_by_in(client: NChain) -> None:
    first, _, third = create(client, "Ann", "Bob", "Cyd")
    found = client.credential_offers.list(id=[f"$in:{first.id},{third.id}"])
    assert [one.id for one in found.data] == [third.id, first.id]
    assert found.meta
    assert found.meta.filter == {"id": f"$in:{first.id},{third.id}"}


@pytest.mark.parametrize("expression", ["claimed", "$like:claimed", "eq:claimed", "$in:claimed", "$not:claimed"])
def test_a_filter_that_is_not_documented(vendor: NChainSimulator, client: NChain, expression: str) -> None:
    with pytest.raises(runtime.BadRequestError) as caught:
        client.credential_offers.list(status=[expression])
    assert caught.value.headers["x-credkit-sandbox"] == "refused"
    lenient = sandbox.nchain(strict=False).client
    assert len(lenient.credential_offers.list(status=[expression]).data) == 1, "ignored, as such servers do"


def test_pages_and_silent_caps(client: NChain) -> None:
    create(client, *(f"N{number}" for number in range(130)))
    page = client.credential_offers.list(limit=50, page=2)
    assert (len(page.data), page.meta and page.meta.total_items, page.meta and page.meta.total_pages) == (50, 131, 3)
    assert page.links
    assert page.links.next
    assert len(list(client.credential_offers.list_all(limit=100))) == 131
    lenient = sandbox.nchain(strict=False)
    path = "/products/web/sandbox/issuer/api/private/credential-offers"
    capped = send(lenient, "GET", f"{path}?limit=5000&page=zero").json["meta"]
    assert (capped["itemsPerPage"], capped["currentPage"]) == (100, 1)
    assert send(sandbox.nchain(), "GET", f"{path}?limit=5000").status == 400


def test_searches_are_remembered(client: NChain, vendor: NChainSimulator) -> None:
    client.credential_offers.list()
    client.credential_offers.list(status=["$eq:ready_to_claim"])
    user = NChain(api_key="nchain-sandbox-user", environment_id="sandbox", transport=vendor)
    assert user.credential_offers.search_history().data == [], "a user sees its own searches"
    (search,) = client.credential_offers.search_history().data
    assert search.records_found == 1
    assert search.search_query
    assert search.search_query.filter == {"status": "$eq:ready_to_claim"}


def test_roles_and_keys(vendor: NChainSimulator) -> None:
    auditor = NChain(api_key="nchain-sandbox-auditor", environment_id="sandbox", transport=vendor)
    assert auditor.credential_offers.list().data
    with pytest.raises(runtime.PermissionDeniedError):
        create(auditor, "Ann")
    by_bearer = NChain(token=vendor.key, environment_id="sandbox", transport=vendor)
    assert by_bearer.credential_offers.list().data
    with pytest.raises(runtime.AuthenticationError):
        NChain(api_key="wrong", environment_id="sandbox", transport=vendor).credential_offers.list()


def test_e_mails_are_limited_to_two_in_a_minute_for_each_user(vendor: NChainSimulator, client: NChain) -> None:
    (offer,) = create(client, "Ann")
    path = "/products/web/sandbox/issuer/api/private/credential-offers/share-with-email"
    body = {"credentialOfferIds": [str(offer.id)]}
    answers = [send(vendor, "POST", path, json=body) for _ in range(3)]
    assert [one.status for one in answers] == [201, 201, 429]
    assert 0 < int(answers[2].headers["retry-after"]) <= 60
    other = send(vendor, "POST", path, json=body, headers={"x-api-key": "nchain-sandbox-user", "authorization": ""})
    assert other.status == 201, "another user"
    vendor.advance(61)
    assert send(vendor, "POST", path, json=body).status == 201
    assert len(vendor.outbox.emails) == 4


def test_a_client_keeps_to_the_limit(vendor: NChainSimulator) -> None:
    clock = FakeClock()
    client = NChain(api_key=vendor.key, environment_id="sandbox", transport=vendor, clock=clock, timeout=100)
    (offer,) = create(client, "Ann")
    for _ in range(2):
        client.credential_offers.share_with_email(credential_offer_ids=[str(offer.id)])
    vendor.advance(60)
    client.credential_offers.share_with_email(credential_offer_ids=[str(offer.id)])
    assert sum(clock.slept) >= 59
    assert 429 not in [entry.status for entry in vendor.log]


def test_images_and_collections(vendor: NChainSimulator, client: NChain) -> None:
    image = File(PNG, filename="photo.png", content_type="image/png")
    media = client.credential_offers.upload_image(image=image)
    collection = client.credential_offer_collections.create(name="Autumn")
    assert [one.id for one in client.credential_offer_collections.list(name=["$eq:Autumn"]).data] == [collection.id]
    made = client.credential_offers.create(
        correlation_id="nchain",
        organisation_profile_id=PROFILE,
        credential_offer_collection_id=collection.id,
        credential_offers=[
            models.CredentialOfferInput(
                credential_id="exampleCredential",
                claims=[models.ClaimInput(data_type="image", claim_name="photo", claim_value=media.key_url)],
            )
        ],
    )
    offer = (made.credential_offers or [])[0]
    claim = (offer.claims or [])[0]
    found = client.credential_offer_claims.with_raw_response.image(claim.id)
    assert (found.status, found.headers["location"]) == (302, media.key_url)
    client.credential_offers.delete(offer.id)
    with pytest.raises(runtime.GoneError):
        client.credential_offer_claims.image(claim.id)
    cover = client.credential_templates.upload_cover_image("nchain", "exampleCredential", image=image)
    assert cover.cover_image
    listed = client.credential_templates.list("nchain", credential_id="exampleCredential").credentials or []
    assert [one.is_default_cover_image for one in listed] == [False]


def test_agent_and_verifier(client: NChain) -> None:
    assert client.agent.did() == "did:bsv:1234"
    assert client.agent.status().state == "running"
    assert client.agent.issuer_metadata("nchain").credentials_supported
    made = client.presentation_definitions.create(
        definition_name="Name check", credentials=[models.DefinitionCredential(credential_id="exampleCredential")]
    )
    assert [one.definition_id for one in client.verifier_templates.list()] == [made.definition_id]
    assert client.presentation_definitions.list_templates().templates


def test_expiry_by_the_clock(vendor: NChainSimulator, client: NChain) -> None:
    offer = wanted("Ann")
    offer.expiration_date = datetime(2025, 7, 7, tzinfo=UTC)
    made = client.credential_offers.create(
        correlation_id="nchain", organisation_profile_id=PROFILE, credential_offers=[offer]
    )
    id_ = (made.credential_offers or [])[0].id
    vendor.advance(days=7)
    assert client.credential_offers.get(id_).status == "expired"
    with pytest.raises(runtime.ConflictError):
        client.credential_offers.claim(id_)
