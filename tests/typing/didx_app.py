"""Offers and webhooks: what an application of DIDX me-creds does."""

from __future__ import annotations

from collections.abc import Mapping

from credkit_didx import Didx, models, webhooks


def offers(didx: Didx) -> models.IssuanceId:
    issuance = didx.issuances.issue(
        credential_template_id=models.CredentialTemplateId("tpl_1"), attributes={"fullName": "Thandi Molefe"}
    )
    return issuance.id


def keeps_the_two_ids_apart(didx: Didx, issuance: models.Issuance) -> None:
    didx.issuances.revoke(issuance.id)
    one = models.CredentialId("cred_abc123def456")
    didx.credentials.revoke(ids=[one])
    didx.credentials.revoke(ids=[issuance.id])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
    didx.issuances.revoke(one)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def receives(headers: Mapping[str, str], body: bytes) -> str:
    event = webhooks.parse(headers, body)
    match event.data:
        case models.IssuanceCompleted(payload=payload):
            return f"accepted: {payload.issuance_id}"
        case models.IssuanceFailed() | models.IssuanceExpired():
            return "not accepted"
        case _:
            return event.name
