from __future__ import annotations

import threading
from typing import Any

import pytest

import credkit.runtime.errors as runtime
from credkit import sandbox
from credkit.sandbox.outbox import RETRIES, Delivery
from credkit.sandbox.testing import send
from credkit.sandbox.vendors.didx import DidxSimulator
from credkit_didx import Didx, errors, models, tokens
from credkit_didx.webhooks import WEBHOOKS

TEMPLATE = models.CredentialTemplateId("tpl_6421a8905c17830c188e2e2f")
REQUEST = models.PresentationTemplateId("cm2ytsdid009u4ke3t30aiuvc")
ATTRIBUTES = {"programmeName": "Web", "completionDate": "2025-03-15", "fullName": "Thandi Molefe"}


@pytest.fixture
def vendor() -> DidxSimulator:
    return sandbox.didx()


@pytest.fixture
def client(vendor: DidxSimulator) -> Didx:
    return vendor.client


def issue(client: Didx) -> models.Issuance:
    return client.issuances.issue(credential_template_id=TEMPLATE, attributes=ATTRIBUTES)


def test_an_offer_is_accepted_and_revoked(vendor: DidxSimulator, client: Didx) -> None:
    issuance = issue(client)
    assert issuance.status == "offered"
    assert issuance.offer_qr_uri == f"{issuance.offer_uri}&qr=true"
    vendor.act("accept", issuance.id)
    after = client.issuances.get(issuance.id)
    assert (after.status, [one.status for one in after.credentials or ()]) == ("completed", ["issued"])
    with pytest.raises(ValueError, match="no longer open"):
        vendor.act("accept", issuance.id)
    client.issuances.revoke(issuance.id)
    with pytest.raises(errors.BadRequestError) as again:
        client.issuances.revoke(issuance.id)
    assert again.value.code == "VALIDATION_ERROR"


def test_each_form_of_revoking_takes_only_its_own_ids(client: Didx) -> None:
    issuance = issue(client)
    credential_id = (issuance.credentials or [])[0].id
    assert credential_id
    with pytest.raises(errors.NotFoundError):
        client.issuances.revoke(models.IssuanceId(credential_id))
    with pytest.raises(errors.NotFoundError):
        client.credentials.revoke(ids=[models.CredentialId(issuance.id)])
    assert [one.status for one in client.issuances.get(issuance.id).credentials or ()] == ["pending"]
    client.credentials.revoke(ids=[credential_id])
    assert [one.status for one in client.issuances.get(issuance.id).credentials or ()] == ["revoked"]


def test_offers_expire_with_the_clock(vendor: DidxSimulator, client: Didx) -> None:
    issuance = issue(client)
    vendor.advance(days=29)
    assert client.issuances.get(issuance.id).status == "offered"
    vendor.advance(days=2)
    assert client.issuances.get(issuance.id).status == "expired"
    with pytest.raises(ValueError):
        vendor.act("accept", issuance.id)


@pytest.mark.parametrize(
    ("attributes", "pointer"),
    [
        ({"programmeName": "Web"}, "/attributes/completionDate"),
        ({**ATTRIBUTES, "shoeSize": "9"}, "/attributes/shoeSize"),
    ],
)
def test_attributes_have_to_be_those_of_the_template(client: Didx, attributes: dict[str, Any], pointer: str) -> None:
    with pytest.raises(errors.BadRequestError) as caught:
        client.issuances.issue(credential_template_id=TEMPLATE, attributes=attributes)
    assert caught.value.code == "VALIDATION_ERROR"
    body = caught.value.body
    assert isinstance(body, models.ErrorResponse)
    assert body.errors
    assert body.errors[0].source
    assert body.errors[0].source.pointer == pointer


def test_tokens_end_after_five_minutes_and_clients_fetch_new_ones(vendor: DidxSimulator, client: Didx) -> None:
    client.credential_templates.list()
    vendor.advance(301)
    client.credential_templates.list()
    assert [entry.status for entry in vendor.log.of(tokens.CREATE)] == [200, 200]
    assert [entry.status for entry in vendor.log.of("listCredentialTemplates")] == [200, 401, 200]
    stale = Didx(token="sandbox.stale", transport=vendor)
    with pytest.raises(errors.AuthenticationError) as caught:
        stale.credential_templates.list()
    assert caught.value.code == "UNAUTHORIZED"


def test_wrong_client_secrets_get_no_token_and_are_not_logged(vendor: DidxSimulator) -> None:
    with pytest.raises(runtime.TokenError):
        Didx(client_id="sandbox", client_secret="very-wrong", transport=vendor).issuances.get(
            models.IssuanceId("iss_x")
        )
    assert [(entry.operation, entry.content) for entry in vendor.log] == [("createAccessToken", b"")]
    assert "very-wrong" not in repr(list(vendor.log))


def test_organisations_do_not_see_each_other(vendor: DidxSimulator, client: Didx) -> None:
    other = Didx(client_id="other", client_secret="other-secret", transport=vendor)
    with pytest.raises(errors.NotFoundError):
        other.issuances.get(issue(client).id)
    assert other.credential_templates.list() == []


def test_accounts_and_delivery(vendor: DidxSimulator, client: Didx) -> None:
    first = client.users.create(email="thandi@example.com", first_name="Thandi")
    assert first.temp_password
    assert client.users.create(email="thandi@example.com").temp_password == "", "the only sign of a known account"
    client.users.create(username="sipho")
    with pytest.raises(errors.ConflictError):
        client.users.create(email="thandi@example.com", username="sipho")
    with pytest.raises(errors.BadRequestError):
        client.users.create(first_name="Nobody")

    issuance = issue(client)
    client.wallet_offers.send(credential_offer=issuance.offer_uri, recipient="thandi@example.com")
    assert [(mail.to, mail.about) for mail in vendor.outbox.emails] == [("thandi@example.com", issuance.id)]
    with pytest.raises(errors.NotFoundError):
        client.wallet_offers.send(credential_offer=issuance.offer_uri, recipient="nobody@example.com")
    with pytest.raises(errors.BadRequestError):
        client.wallet_offers.send(credential_offer=f"{issuance.offer_uri}&qr=true", recipient="thandi@example.com")
    assert len(vendor.outbox.emails) == 1


def test_templates_page_by_links(client: Didx) -> None:
    made = [
        client.credential_templates.create(
            body=models.NewCredentialTemplate(
                credential_format="sd-jwt",
                name=f"Course {number}",
                code=f"course-{number}",
                attributes={"grade": models.TemplateAttribute(type="string", name="Grade", required=True)},
            )
        )
        for number in range(45)
    ]
    assert {one.format for one in made} == {"sd-jwt-vc"}
    assert len(client.credential_templates.list()) == 20
    assert len(list(client.credential_templates.list_all())) == 46
    assert [one.id for one in client.credential_templates.list(id=made[7].id)] == [made[7].id]
    assert len(list(client.credential_templates.list_all(name="course 4"))) == 6


def test_templates_from_presets_and_wrong_codes(client: Didx) -> None:
    preset = models.CredentialTemplateFromPreset(credential_format="preset", preset_id="didx:basic-identity")
    assert "firstName" in (client.credential_templates.create(body=preset).attributes or {})
    unknown = models.CredentialTemplateFromPreset(credential_format="preset", preset_id="didx:none")
    with pytest.raises(errors.NotFoundError):
        client.credential_templates.create(body=unknown)
    spaces = models.NewCredentialTemplate(credential_format="mdoc", name="N", code="a code", attributes={})
    with pytest.raises(errors.BadRequestError):
        client.credential_templates.create(body=spaces)


def test_a_verifier_sees_what_is_valid(vendor: DidxSimulator, client: Didx) -> None:
    issuance = issue(client)
    vendor.act("accept", issuance.id)
    first = client.presentations.request(presentation_template_id=REQUEST)
    assert first.status == "requested"
    vendor.act("present", first.id)
    shown = client.presentations.get(first.id)
    assert shown.status == "verified"
    assert [(one.is_valid, one.attributes) for one in shown.credentials or ()] == [(True, ATTRIBUTES)]

    client.issuances.revoke(issuance.id)
    second = client.presentations.request(presentation_template_id=REQUEST)
    vendor.act("present", second.id)
    assert [one.is_valid for one in client.presentations.get(second.id).credentials or ()] == [False]

    third = client.presentations.request(presentation_template_id=REQUEST)
    vendor.act("decline", third.id)
    fourth = client.presentations.request(presentation_template_id=REQUEST)
    vendor.advance(days=30)
    assert client.presentations.get(third.id).status == "rejected"
    assert client.presentations.get(fourth.id).status == "expired"


def test_webhooks_are_filtered_retried_and_doubled(vendor: DidxSimulator, client: Didx) -> None:
    client.webhook_endpoints.create(
        url="https://app.example/all", filter_types=["openid4vc.issuance.completed", "openid4vc.issuance.expired"]
    )
    issuance = issue(client)
    vendor.act("accept", issuance.id)
    got: list[Delivery] = []

    def app(delivery: Delivery) -> int:
        got.append(delivery)
        if len(got) == 1:
            raise OSError("nobody listens")
        return 200

    vendor.deliver(app)
    vendor.faults.add(sandbox.duplicate_webhook())
    vendor.advance(RETRIES[0])
    vendor.deliver(app)
    ids = [dict(one.headers)["webhook-id"] for one in got]
    assert len(ids) == 3
    assert len(set(ids)) == 1, "retries and duplicates keep the id"
    event = WEBHOOKS.parse(dict(got[0].headers), got[0].body, secret=None)
    assert isinstance(event.data, models.IssuanceCompleted)
    assert (event.data.payload.issuance_id, event.verified) == (issuance.id, False)
    assert [attempt.note for attempt in vendor.outbox.deliveries[0].attempts] == ["nobody listens", "", ""]


def test_a_delivery_is_given_up_in_the_end(vendor: DidxSimulator, client: Didx) -> None:
    client.webhook_endpoints.create(url="https://app.example/all", filter_types=["openid4vc.issuance.offered"])
    issue(client)
    for _ in range(20):
        vendor.deliver(lambda delivery: 503)
        vendor.advance(RETRIES[-1])
    assert len(vendor.outbox.deliveries[0].attempts) == len(RETRIES) + 1
    assert not vendor.outbox.deliveries[0].accepted


def test_nothing_is_sent_to_other_machines(vendor: DidxSimulator, client: Didx) -> None:
    client.webhook_endpoints.create(url="https://app.example/all")
    issue(client)
    assert "not on this machine" in vendor.deliver()[0].attempts[0].note
    with pytest.raises(errors.BadRequestError):
        client.webhook_endpoints.create(url="http://app.example/all")


def test_problems_come_as_json_api_errors(vendor: DidxSimulator) -> None:
    answer = send(vendor, "POST", "/me-creds/api/credentials/issuance", json={"credentialTemplateId": 7})
    assert (answer.status, answer.headers["x-credkit-sandbox"]) == (400, "refused")
    assert {one["source"]["pointer"] for one in answer.json["errors"] if "source" in one} == {"/credentialTemplateId"}
    assert all(one["code"] == "VALIDATION_ERROR" for one in answer.json["errors"])


def test_a_receiver_may_look_things_up_while_it_is_told(vendor: DidxSimulator, client: Didx) -> None:
    client.webhook_endpoints.create(url="https://app.example/all", filter_types=["openid4vc.issuance.offered"])
    issuance = issue(client)
    seen: list[object] = []

    def app(delivery: Delivery) -> int:
        other = threading.Thread(
            target=lambda: seen.append(vendor.client.issuances.get(models.IssuanceId(delivery.about)).status)
        )
        other.start()
        other.join(10)
        return 200

    vendor.deliver(app)
    assert seen == ["offered"]
    assert vendor.outbox.deliveries[0].about == issuance.id
