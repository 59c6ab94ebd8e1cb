"""A batch with a legal declaration: what an application of Beltic does."""

from __future__ import annotations

from typing import assert_type

from credkit_beltic import Beltic, models


def issues(beltic: Beltic, declared_by_a_person: bool) -> dict[str, str]:
    item = models.BatchIssueItem(
        correlation_id="acme",
        request=models.CredentialRequest(
            credential_type="business",
            subject=models.Subject(id="acme", registration_number="12345", jurisdiction="US-DE"),
            claims=models.Claims(
                tax_id_verified=True,
                beneficial_owners=[models.BeneficialOwner(full_name="Jo Doe", ownership_percent=50)],
            ),
            ttl="P1Y",
            self_attestation_complete=declared_by_a_person,
        ),
    )
    answer = beltic.credentials.batch_issue(items=[item])
    assert_type(answer, models.BatchIssueResponse)
    outcome: dict[str, str] = {}
    for result in answer.results:
        if isinstance(result, models.BatchIssueSuccess):
            outcome[result.correlation_id or ""] = result.credential.id or ""
        elif isinstance(result, models.BatchIssueFailure):
            outcome[result.correlation_id or ""] = str(result.error.code)
    return outcome
