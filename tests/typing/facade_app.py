"""Issue through any vendor: what an application of the facade does."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, assert_never, assert_type

import credkit
from credkit import Capability, IssueRequest, Organisation, Person, Template
from credkit.adapters.record import RecordAdapter
from credkit_beltic import Beltic
from credkit_didx import AsyncDidx
from credkit_nchain import NChain
from credkit_record import Record, models


def tells_outcomes_apart(issuer: credkit.Issuer[Record], requests: list[IssueRequest]) -> list[str]:
    said = []
    for item in issuer.issue(requests, label="May 2025 Cohort"):
        match item:
            case credkit.Issued(credential=c):
                assert_type(c, credkit.Credential)
                said.append(c.url or c.id)
            case credkit.Rejected(reason=r):
                assert_type(r.retryable, bool)
                said.append(r.code)
            case credkit.Unknown() as u:
                assert_type(u.ticket.to_json(), str)
                settled = issuer.reconcile(u)
                assert_type(settled, credkit.Issued | credkit.Rejected | credkit.Unknown)
            case _:
                assert_never(item)
    return said


def reaches_the_typed_client() -> models.CredentialBatch:
    with credkit.connect("record", token="sk_test_x", timeout=5.0, templates={"course": "prog_1"}) as issuer:
        assert_type(issuer, credkit.Issuer[Record])
        return issuer.client.credentials.get("batch_1")


def knows_every_vendor(name: str) -> None:
    assert_type(credkit.connect("beltic", api_key="x"), credkit.Issuer[Beltic])
    assert_type(credkit.connect("nchain", correlation_id="nchain"), credkit.Issuer[NChain])
    assert_type(credkit.connect_async("didx", client_id="x"), credkit.AsyncIssuer[AsyncDidx])
    assert_type(credkit.connect(name), credkit.Issuer[Any])
    assert_type(credkit.connect(RecordAdapter(), token="x"), credkit.Issuer[Record])


async def works_in_a_loop(issuer: credkit.AsyncIssuer[AsyncDidx]) -> credkit.IssueResult:
    request = IssueRequest(
        Template("tpl_1", subject={"name": "fullName"}),
        Person("Alice", "alice@example.com", id="did:example:alice", attributes={"cohort": 3}),
        claims={"score": "87"},
        expires=timedelta(days=365),
        reference="enrol-1",
    )
    result = await issuer.issue([request], deliver="email")
    assert_type(result.unknown, tuple[credkit.Unknown, ...])
    assert_type(await issuer.reconcile(result.unknown), list[credkit.Issued | credkit.Rejected | credkit.Unknown])
    async for credential in issuer.list(status=credkit.CredentialStatus.OFFERED):
        assert_type(credential.offer, credkit.Offer | None)
        if credential.offer:
            assert_type(credential.offer.uri.reveal(), str)
            await issuer.deliver(credential, "wallet", to=request.subject)
    return result


def asks_first(issuer: credkit.Issuer[Beltic]) -> str:
    try:
        issuer.require(Capability.REVOKE, "email")
    except credkit.UnsupportedByVendor as error:
        return error.instead
    company = Organisation("Acme", registration_number="1", jurisdiction="US-DE", legal_form="LLC")
    return str(issuer.check(IssueRequest("business", company)))


def is_told_of_mistakes() -> None:
    IssueRequest("course", "Alice")  # type: ignore[arg-type]
    Person("Alice", name="Bob")  # type: ignore[misc]
    credkit.connect("record", token="x").client.offers  # type: ignore[attr-defined]
