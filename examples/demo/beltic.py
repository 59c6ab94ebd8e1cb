"""Beltic: a batch of which one item fails."""

from __future__ import annotations

from credkit_beltic import Beltic, models
from credkit_beltic.testing import BelticStub

from .steps import Step


def play() -> list[Step]:
    """Issue two business credentials; one is refused, the other stands."""
    stub = BelticStub()
    stub.credentials.batch_issue.returns(
        {
            "success_count": 1,
            "failure_count": 1,
            "results": [
                {"credential": {"id": "cred_1", "credential_id": "cred_1"}, "correlation_id": "acme"},
                {
                    "error": {"code": "validation_failed", "message": "jurisdiction is missing"},
                    "correlation_id": "globex",
                },
            ],
        }
    )
    with stub.serve() as server, Beltic(api_key="sk_staging_demo", base_url=server.base_url) as beltic:
        answer = beltic.credentials.batch_issue(items=[business("acme", "US-DE"), business("globex", None)])
    call = "beltic.credentials.batch_issue(items=[…, …])"
    steps = [
        Step(
            did="Issued a batch of two",
            call=call,
            answer=f"{answer.success_count} issued, {answer.failure_count} failed",
        )
    ]
    return steps + [
        Step(did=f"Looked at {name}", call=f"answer.results[{index}]", answer=outcome)
        for index, (name, outcome) in enumerate(map(describe, answer.results))
    ]


def business(name: str, jurisdiction: str | None) -> models.BatchIssueItem:
    """A credential about a business, valid for a year; whoever issues it makes the legal declaration."""
    claims = models.Claims(tax_id_verified=True)
    if jurisdiction is not None:
        claims.jurisdiction = jurisdiction
    return models.BatchIssueItem(
        correlation_id=name,
        request=models.CredentialRequest(
            credential_type="business",
            subject=models.Subject(id=name, registration_number="12345"),
            claims=claims,
            ttl="P1Y",
            self_attestation_complete=True,
        ),
    )


def describe(result: models.BatchIssueResult) -> tuple[str, str]:
    """The caller's own name of an item, and what became of it."""
    match result:
        case models.BatchIssueSuccess():
            return str(result.correlation_id), f"issued as {result.credential.id}"
        case models.BatchIssueFailure():
            return str(result.correlation_id), f"failed: {result.error.code}, {result.error.message}"
        case unknown:
            return "?", f"an answer that the vendor does not document: {unknown!r}"
