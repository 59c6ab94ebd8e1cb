"""What the DIDX sandbox knows from the beginning: the records of the documentation's examples."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from credkit_didx import models

ORGANISATION = "umuzi"
TOKEN_SECONDS = 300

_WHEN = datetime(2025, 2, 20, 11, 27, 37, 51000, UTC)
_REQUIRED = {"programmeName": "Programme", "completionDate": "Completed on", "fullName": "Name"}
_OPTIONAL = {"skillsCovered": "Skills", "assessmentScore": "Score"}

ATTRIBUTES: dict[str, Any] = {
    "programmeName": "Umuzi Web Development Programme",
    "completionDate": "2025-03-15",
    "fullName": "Thandi Molefe",
    "skillsCovered": "HTML, CSS, JavaScript, React, Node.js",
    "assessmentScore": "87",
}

TYPE = "https://metadata.paradym.id/types/web-dev-completion-v1"

TEMPLATE = models.CredentialTemplate(
    id=models.CredentialTemplateId("tpl_6421a8905c17830c188e2e2f"),
    name="Web Development Completion",
    description="Umuzi web development programme credential",
    attributes={
        key: models.TemplateAttribute(type="string", name=name, required=key in _REQUIRED, always_disclosed=False)
        for key, name in (_REQUIRED | _OPTIONAL).items()
    },
    format="sd-jwt-vc",
    type=TYPE,
    created_at=_WHEN,
    updated_at=_WHEN,
    archived_at=None,
)

ISSUANCE = models.Issuance(
    id=models.IssuanceId("iss_cm7d9cq5600pwk3zq3kmpg8uc"),
    status="offered",
    credentials=[
        models.IssuedCredential(id=models.CredentialId("cred_abc123def456"), status="pending", revocable=True)
    ],
    offer_uri="https://didx.co.za/invitation?credential_offer_uri=...",
    offer_qr_uri="https://didx.co.za/invitation?credential_offer_uri=...&qr=true",
    exchange="openid4vc",
    format="sd-jwt-vc",
    created_at=_WHEN,
    updated_at=_WHEN,
)

PRESENTATION_TEMPLATE = models.PresentationTemplate(
    id=models.PresentationTemplateId("cm2ytsdid009u4ke3t30aiuvc"),
    name="Web Development Verification",
    description="Verify that a candidate completed the Umuzi web development programme",
    created_at=_WHEN,
    updated_at=_WHEN,
    credentials=[
        models.RequestedCredential(
            name="Web Development Completion",
            description="Umuzi web development programme credential",
            format="sd-jwt-vc",
            type=TYPE,
            attributes={name: {"type": "string"} for name in _REQUIRED},
        )
    ],
)

CREDENTIAL_PRESETS: dict[str, models.CredentialTemplate] = {
    "didx:basic-identity": models.CredentialTemplate(
        id=models.CredentialTemplateId("preset"),
        name="Basic Identity Credential",
        description="A credential containing basic identity information",
        attributes={
            name: models.TemplateAttribute(type="string", name=title, required=True, always_disclosed=False)
            for name, title in (("firstName", "First name"), ("lastName", "Last name"))
        },
        format="sd-jwt-vc",
        type="https://didx.co.za/vct/didx/basic-identity",
    )
}

PRESENTATION_PRESETS: dict[str, models.PresentationPreset] = {
    "didx:basic-identity-request": models.PresentationPreset(
        id="didx:basic-identity-request",
        author="didx",
        code="basic-identity-request",
        template_name="Basic Identity Request",
        template_description="Standard request for basic identity information",
        template_credentials=[
            models.RequestedCredential(
                format="sd-jwt-vc",
                name="Basic Identity Credential",
                description="A credential containing basic identity information",
                type="https://didx.co.za/vct/didx/basic-identity",
                attributes={"firstName": {"type": "string"}, "lastName": {"type": "string"}},
            )
        ],
        verifier_config=models.VerifierConfig(signer="did:web"),
        created_at=_WHEN,
        updated_at=_WHEN,
    )
}
