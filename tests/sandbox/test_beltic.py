from __future__ import annotations

import base64
import gzip
import hashlib
import json
from datetime import UTC, datetime

import pytest

from credkit import sandbox
from credkit.runtime.files import File
from credkit.sandbox.outbox import RETRIES, Delivery
from credkit.sandbox.vendors.beltic import BelticSimulator
from credkit_beltic import Beltic, errors, models
from credkit_beltic.webhooks import WEBHOOKS

SUBJECT = models.Subject(id="biz_widgetcorp", type="organisation", name="WidgetCorp Ltd")
CLAIMS = models.Claims(kyb_status="approved", jurisdiction="US-DE")


@pytest.fixture
def vendor() -> BelticSimulator:
    return sandbox.beltic()


def issue(vendor: BelticSimulator) -> models.Credential:
    return vendor.client.credentials.issue(credential_type="business", subject=SUBJECT, claims=CLAIMS)


def test_a_credential_lives_and_is_revoked_once(vendor: BelticSimulator) -> None:
    credential = issue(vendor)
    assert credential.status == "active"
    assert vendor.client.credentials.get(credential.id) == credential
    revoked = vendor.client.credentials.revoke(credential.id, reason="key_rotation")
    assert (revoked.status, revoked.revocation_reason) == ("revoked", "key_rotation")
    with pytest.raises(errors.ConflictError) as caught:
        vendor.client.credentials.revoke(credential.id)
    assert caught.value.code == "conflict"
    vendor.client.credentials.delete(credential.id)
    with pytest.raises(errors.NotFoundError):
        vendor.client.credentials.get(credential.id)


def test_verifying_says_why_not_with_status_200(vendor: BelticSimulator) -> None:
    credential = issue(vendor)
    assert credential.signed_payload
    good = vendor.client.credentials.verify(credential=credential.signed_payload)
    assert (good.valid, good.credential_type, good.subject) == (True, "business", credential.subject)
    head, body, signature = credential.signed_payload.split(".")
    forged = f"{head}.{body[:-2]}{'AA' if body[-2:] != 'AA' else 'BB'}.{signature}"
    assert vendor.client.credentials.verify(credential=forged).valid is False
    assert vendor.client.credentials.verify(credential="no jwt").reason == "malformed"
    vendor.act("suspend", credential.id)
    assert vendor.client.credentials.verify(credential=credential.signed_payload).reason == "suspended"
    vendor.act("reactivate", credential.id)
    vendor.advance(days=366)
    late = vendor.client.credentials.verify(credential=credential.signed_payload)
    assert (late.valid, late.reason, late.status) == (False, "expired", "expired")


def test_the_status_list_shows_revocations(vendor: BelticSimulator) -> None:
    kept, revoked = issue(vendor), issue(vendor)
    vendor.client.credentials.revoke(revoked.id)
    encoded = vendor.client.well_known.status_list(org="org_sandbox").encoded_list
    assert encoded
    bits = gzip.decompress(base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))

    def bit(index: int | None) -> int:
        assert index is not None
        return bits[index // 8] >> (7 - index % 8) & 1

    assert (bit(kept.status_list_index), bit(revoked.status_list_index)) == (0, 1)


def test_a_batch_fails_in_part(vendor: BelticSimulator) -> None:
    good = models.CredentialRequest(credential_type="business", subject=SUBJECT, claims=CLAIMS)
    unsaid = models.CredentialRequest(subject=SUBJECT, claims=CLAIMS)
    false = models.CredentialRequest(
        credential_type="business", subject=SUBJECT, claims=CLAIMS, self_attestation_complete=False
    )
    items = [
        models.BatchIssueItem(request=request, correlation_id=str(at))
        for at, request in enumerate((unsaid, good, false))
    ]
    answer = vendor.client.credentials.batch_issue(items=items)
    assert (answer.success_count, answer.failure_count) == (1, 2)
    first, second, third = answer.results
    assert isinstance(first, models.BatchIssueFailure)
    assert isinstance(second, models.BatchIssueSuccess)
    assert isinstance(third, models.BatchIssueFailure)
    assert [one.correlation_id for one in (first, second, third)] == ["0", "1", "2"]
    assert (first.error.code, third.error.code) == ("missing_required_field", "self_attestation_incomplete")
    assert second.credential.created_via == "batch_mint"
    assert [one.id for one in vendor.client.credentials.list().items] == [second.credential.id]


def test_lists_are_filtered_and_go_on_by_cursor(vendor: BelticSimulator) -> None:
    issued = [issue(vendor) for _ in range(7)]
    vendor.client.credentials.revoke(issued[3].id)
    first = vendor.client.credentials.list(limit=3)
    assert (first.pagination.has_more, first.pagination.total) == (True, 7)
    every = [one.id for one in vendor.client.credentials.list_all(limit=3)]
    assert every == [one.id for one in reversed(issued)]
    assert [one.id for one in vendor.client.credentials.list_all(status="revoked")] == [issued[3].id]
    assert not vendor.client.credentials.list(subject_id="nobody").items
    with pytest.raises(errors.BelticError):
        vendor.client.credentials.list(cursor="nonsense")


def test_scopes_and_organisations(vendor: BelticSimulator) -> None:
    credential = issue(vendor)
    reader = Beltic(api_key="sk_staging_readonly", transport=vendor)
    assert reader.credentials.get(credential.id).id == credential.id
    with pytest.raises(errors.PermissionDeniedError) as caught:
        reader.credentials.revoke(credential.id)
    assert caught.value.code == "forbidden"
    for key in ("sk_staging_other", "sk_production_sandbox"):
        with pytest.raises(errors.NotFoundError):
            Beltic(api_key=key, transport=vendor, allow_live=True).credentials.get(credential.id)
    with pytest.raises(errors.AuthenticationError):
        Beltic(api_key="sk_staging_wrong", transport=vendor).credentials.list()


def test_how_long_a_credential_is_good(vendor: BelticSimulator) -> None:
    leap = datetime(2028, 2, 29, tzinfo=UTC)
    vendor.clock.set(leap)
    credential = vendor.client.credentials.issue(credential_type="business", subject=SUBJECT, claims=CLAIMS, ttl="P1Y")
    assert credential.expires_at is not None
    assert credential.expires_at.date().isoformat() == "2029-02-28"
    for ttl in ("1 year", "P", "PT", "P99999Y"):
        with pytest.raises(errors.UnprocessableEntityError) as caught:
            vendor.client.credentials.issue(credential_type="business", subject=SUBJECT, claims=CLAIMS, ttl=ttl)
        assert caught.value.code == "validation_failed"


def test_evidence(vendor: BelticSimulator) -> None:
    uploaded = vendor.client.evidence.upload(
        file=File(b"%PDF-1.7", filename="pass.pdf", content_type="application/pdf"), document_type="passport"
    )
    assert uploaded.id.startswith("ev_")
    assert uploaded.sha256 == hashlib.sha256(b"%PDF-1.7").hexdigest()


def test_audit_events_and_streams(vendor: BelticSimulator) -> None:
    client = vendor.client
    stream = client.audit_streams.create(
        url="https://app.example/events", secret="s" * 32, event_filter=["credential.revoked"]
    )
    assert client.audit_streams.list()[0]["id"] == stream.id
    credential = issue(vendor)
    client.audit_events.record(
        event_type="credential.presented", credential_id=credential.id, external_verifier_id="shop"
    )
    client.credentials.revoke(credential.id)
    kinds = [event.event_type for event in client.audit_events.list_all(credential_id=credential.id)]
    assert kinds == ["credential.revoked", "credential.presented", "credential.issued"]
    assert not client.audit_events.list(to=datetime(2020, 1, 1, tzinfo=UTC)).events

    received: list[Delivery] = []

    def app(delivery: Delivery) -> int:
        received.append(delivery)
        return 500 if len(received) == 1 else 204

    vendor.deliver(app)
    assert not vendor.deliver(app), "the next attempt is not due yet"
    vendor.advance(RETRIES[0])
    vendor.deliver(app)
    assert [one.id for one in received] == ["delivery_1", "delivery_1"]
    event = WEBHOOKS.parse(dict(received[1].headers), received[1].body, secret=None)
    assert isinstance(event.data, models.AuditEvent)
    assert event.data.credential_id == credential.id
    assert vendor.outbox.deliveries[0].accepted
    client.audit_streams.delete(stream.id)
    assert client.audit_streams.list() == []
    assert "secret" not in json.dumps(str(vendor.log[0]))
