"""Vendors' webhooks as neutral events, as the sandbox sends them."""

from __future__ import annotations

from typing import Any

import pytest

import credkit
from credkit import CredentialStatus, EventKind, sandbox

from .conformance.cases import BELTIC, DIDX, RECORD, Case


def _heard(case: Case, subscribe: Any, act: Any) -> list[credkit.Event]:
    simulator: Any = case.simulator()
    issuer: Any = credkit.connect(
        case.name, transport=simulator, clock=simulator.client_clock, **case.settings(simulator)
    )
    subscribe(issuer.client)
    (one,) = issuer.issue([case.request(1)]).issued
    act(simulator, issuer, one.credential)
    deliveries: list[tuple[dict[str, str], bytes]] = []

    def receive(delivery: Any) -> int:
        deliveries.append((dict(delivery.headers), delivery.body))
        return 204

    simulator.advance(1)
    simulator.deliver(receive)
    events = [issuer.parse_event(headers, body) for headers, body in deliveries]
    assert all(event.credential_id == one.credential.id and event.vendor == case.name for event in events)
    assert all(not event.verified and event.raw is not None for event in events)
    return events


def test_beltic() -> None:
    events = _heard(
        BELTIC,
        lambda client: client.audit_streams.create(url="http://127.0.0.1:9/hook", secret="s" * 32),
        lambda simulator, issuer, credential: issuer.revoke(credential),
    )
    assert [(event.kind, event.status) for event in events] == [
        (EventKind.ISSUED, CredentialStatus.ISSUED),
        (EventKind.REVOKED, CredentialStatus.REVOKED),
    ]
    assert all(event.occurred_at is not None and event.id for event in events)


def test_didx() -> None:
    events = _heard(
        DIDX,
        lambda client: client.webhook_endpoints.create(url="http://127.0.0.1:9/hook"),
        lambda simulator, issuer, credential: simulator.act("accept", credential.id),
    )
    assert [(event.kind, event.status) for event in events] == [
        (EventKind.OFFERED, CredentialStatus.OFFERED),
        (EventKind.ACCEPTED, CredentialStatus.ACCEPTED),
    ]
    assert all(event.id for event in events)


def test_a_webhook_settles_what_cannot_be_looked_up() -> None:
    simulator: Any = DIDX.simulator()
    issuer: Any = credkit.connect("didx", transport=simulator, clock=simulator.client_clock, **DIDX.settings(simulator))
    simulator.faults.add(sandbox.disconnect(DIDX.operation, committed=True))
    (lost,) = issuer.issue([DIDX.request(1)]).unknown
    (id_,) = DIDX.truth(simulator, DIDX.request(1))
    body = b'{"eventType": "openid4vc.issuance.offered", "payload": {"openId4VcIssuanceId": "%s"}}' % id_.encode()
    event = issuer.parse_event({"webhook-id": "msg_1"}, body)
    settled = issuer.reconcile(lost.known_as(event.credential_id))
    assert settled.credential.id == id_
    stranger = issuer.reconcile(lost.known_as("iss_nobody"))
    assert stranger.needs_person


def test_what_is_no_event_is_refused() -> None:
    for case in (BELTIC, DIDX):
        simulator: Any = case.simulator()
        issuer: Any = credkit.connect(case.name, transport=simulator, **case.settings(simulator))
        with pytest.raises(credkit.WebhookError):
            issuer.parse_event({}, b"not JSON")
        other = issuer.parse_event({}, b'{"eventType": "something.new", "id": "x", "event_type": "something.new"}')
        assert other.kind is EventKind.OTHER
    simulator = RECORD.simulator()
    issuer = credkit.connect("record", transport=simulator, token=simulator.key)
    with pytest.raises(credkit.UnsupportedByVendor):
        issuer.parse_event({}, b"{}")
