"""What an adapter says of a vendor is what it does, and what docs/capabilities.md says."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

import credkit
from credkit import Capability, Channel, Issued, Rejected
from credkit.adapters.base import AdapterBase
from credkit.connecting import VENDORS, adapter_type
from scripts import capabilities

from .conformance.cases import CASES, Case

WITHOUT_WORK = {Capability.ISSUE, Capability.EVIDENCE, Capability.VERIFY}
METHODS = {
    Capability.LIST: "list",
    Capability.GET: "get",
    Capability.REVOKE: "revoke",
    Capability.CANCEL: "cancel",
    Capability.WEBHOOKS: "parse_event",
}


@pytest.fixture(params=CASES, ids=lambda case: case.name)
def case(request: pytest.FixtureRequest) -> Case:
    found: Case = request.param
    return found


@pytest.fixture
def issuer(case: Case) -> credkit.Issuer[Any]:
    simulator = case.simulator()
    return credkit.connect(case.name, transport=simulator, clock=simulator.client_clock, **case.settings(simulator))


def test_the_page_is_current() -> None:
    assert capabilities.main(["--check"]) == 0
    assert capabilities.PAGE.read_text("utf-8") == capabilities.page()


def test_every_adapter_speaks_of_everything() -> None:
    for vendor in VENDORS:
        support = adapter_type(vendor).capabilities
        assert list(support) == list(Capability), vendor
        assert all(one.how if one.supported else one.instead for one in support.values())


def test_methods_are_there_where_they_are_promised(issuer: credkit.Issuer[Any]) -> None:
    for capability, name in METHODS.items():
        own = getattr(type(issuer.adapter), name) is not getattr(AdapterBase, name)
        assert own is issuer.supports(capability), capability


def test_channels_and_batches(issuer: credkit.Issuer[Any]) -> None:
    assert (Channel.EMAIL in issuer.adapter.channels) is issuer.supports("email")
    assert (Channel.OFFER in issuer.adapter.channels) is issuer.supports("offer")
    assert (issuer.batch_size > 1) is issuer.supports("batch")


def test_credentials_have_what_is_promised(issuer: credkit.Issuer[Any], case: Case) -> None:
    (result,) = issuer.issue([case.request(1)])
    assert isinstance(result, Issued)
    credential = result.credential
    assert (credential.url is not None) is issuer.supports("public_url")
    assert (credential.offer is not None) is issuer.supports("offer")
    if credential.offer is not None:
        assert credential.offer.qr().lstrip().startswith("<?xml")
        assert issuer.supports("qr")


def test_expiry_is_kept_or_refused(issuer: credkit.Issuer[Any], case: Case) -> None:
    sent_at = issuer.clock.now()
    (result,) = issuer.issue([replace(case.request(1), expires=timedelta(days=30))])
    if issuer.supports("expiry"):
        assert isinstance(result, Issued)
        assert result.credential.expires_at is not None
        assert abs(result.credential.expires_at.timestamp() - sent_at - 30 * 86400) < 1
    else:
        assert isinstance(result, Rejected)
        assert result.reason.code == "invalid_request"


def test_evidence_is_sent_or_refused(issuer: credkit.Issuer[Any], case: Case) -> None:
    (result,) = issuer.issue([replace(case.request(1), evidence=["evidence:ev_1"])])
    if issuer.supports("evidence"):
        assert isinstance(result, Issued)
        assert result.credential.raw.evidence_refs == ["evidence:ev_1"]
    else:
        assert isinstance(result, Rejected)
        assert "evidence" in result.reason.message


def test_ways_around_the_facade_lead_somewhere(issuer: credkit.Issuer[Any]) -> None:
    named = 0
    for support in issuer.adapter.capabilities.values():
        for path in re.findall(r"issuer\.client\.([a-z_.]+[a-z])", support.how + support.instead):
            found: Any = issuer.client
            for name in path.split("."):
                found = getattr(found, name)
            named += 1
    assert named or issuer.vendor == "record"


def test_rate_limits_are_told(issuer: credkit.Issuer[Any]) -> None:
    limits = issuer.rate_limits()
    assert {name: (limit.calls, limit.per) for name, limit in limits.items()} == (
        {"shareCredentialOffersWithEmail": (2, 60.0)} if issuer.vendor == "nchain" else {}
    )
