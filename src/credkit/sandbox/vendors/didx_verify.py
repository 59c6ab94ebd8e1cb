"""The verifier's side of DIDX, and what serves both sides: templates, endpoints for events."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

from credkit_didx import (
    credential_templates,
    models,
    presentation_presets,
    presentation_templates,
    presentations,
    webhook_endpoints,
)

from ..answers import Answer
from ..call import Call
from ..simulator import Issued, action, on
from . import didx_records as records
from .didx_state import DidxBase, KeptPresentation, check_address, invalid, not_found, offer_uris

_CODE = re.compile(r"[A-Za-z0-9_-]+")
_DAYS = 30
"""A request for a presentation lasts 30 days."""


class DidxVerify(DidxBase):
    """Templates, endpoints and presentations."""

    # --- credential templates ------------------------------------------------------------------------------------

    @on(credential_templates.LIST)
    def list_templates(self, call: Call) -> Answer:
        mine = [one for owner, one in self.state.templates.values() if owner == call.organisation]
        items, links = self.piece(call, [one for one in mine if _wanted(one, call)])
        return Answer(200, models.CredentialTemplateListResponse(data=items, links=links))

    @on(credential_templates.CREATE)
    def create_template(self, call: Call) -> Answer:
        now = self.now()
        shared: dict[str, Any] = {"id": self.ids.hex(24), "created_at": now, "updated_at": now, "archived_at": None}
        if call.json["credentialFormat"] == "preset":
            preset = records.CREDENTIAL_PRESETS.get(call.json["presetId"])
            if preset is None:
                raise not_found("The preset")
            template = preset.model_copy(update=shared)
        else:
            request = call.body(models.NewCredentialTemplate)
            if not _CODE.fullmatch(request.code):
                raise invalid("code must hold letters, digits, hyphens and underscores only", "/code")
            template = models.CredentialTemplate(
                name=request.name,
                description=request.description or "",
                attributes=request.attributes,
                format="sd-jwt-vc" if request.credential_format == "sd-jwt" else "mdoc",
                type=f"https://metadata.paradym.id/types/{self.ids.base36(6)}-{request.code}",
                **shared,
            )
        self.state.templates[template.id] = (call.organisation, template)
        return Answer(201, models.CredentialTemplateResponse(data=template))

    # --- endpoints -----------------------------------------------------------------------------------------------

    @on(webhook_endpoints.CREATE)
    def create_endpoint(self, call: Call) -> Answer:
        request = call.body(models.CreateWebhookEndpointRequest)
        check_address(request.url)
        now = self.now()
        members = {} if request.filter_types is None else {"filter_types": request.filter_types}
        endpoint = models.WebhookEndpoint(
            id=request.id or self.ids.base36(10), url=request.url, created_at=now, updated_at=now, **members
        )
        self.state.endpoints[f"{call.organisation}:{endpoint.id}"] = (call.organisation, endpoint)
        return Answer(201, models.WebhookEndpointResponse(data=endpoint))

    # --- presentations -------------------------------------------------------------------------------------------

    @on(presentation_templates.LIST)
    def list_presentation_templates(self, call: Call) -> Answer:
        mine = [one for owner, one in self.state.presentation_templates.values() if owner == call.organisation]
        found = [one for one in mine if _named(one, call)]
        items, links = self.piece(call, found)
        return Answer(200, models.PresentationTemplateListResponse(data=items, links=links))

    @on(presentation_templates.CREATE)
    def create_presentation_template(self, call: Call) -> Answer:
        request, now = call.body(models.CreatePresentationTemplateRequest), self.now()
        if not request.credentials:
            raise invalid("credentials must not be empty", "/credentials")
        template = models.PresentationTemplate(
            id=models.PresentationTemplateId(f"cm{self.ids.base36(23)}"),
            name=request.name,
            description=request.description or "",
            created_at=now,
            updated_at=now,
            credentials=request.credentials,
        )
        self.state.presentation_templates[template.id] = (call.organisation, template)
        return Answer(200, models.PresentationTemplateResponse(data=template))

    @on(presentation_templates.GET)
    def get_presentation_template(self, call: Call) -> Answer:
        template = self._presentation_template(call, call.path["id"])
        return Answer(200, models.PresentationTemplateResponse(data=template))

    @on(presentation_presets.GET)
    def get_presentation_preset(self, call: Call) -> Answer:
        preset = records.PRESENTATION_PRESETS.get(call.path["id"])
        if preset is None:
            raise not_found("The preset")
        return Answer(200, models.PresentationPresetResponse(data=preset))

    @on(presentations.REQUEST)
    def request_presentation(self, call: Call) -> Answer:
        template = self._presentation_template(call, call.json["presentationTemplateId"])
        now = self.now()
        uri, qr_uri = offer_uris("request_uri", self.ids.letters(24))
        presentation = models.Presentation(
            id=f"cm{self.ids.base36(23)}",
            created_at=now,
            updated_at=now,
            status="requested",
            error=None,
            presentation_template_id=template.id,
            credentials=[],
            expires_at=now + timedelta(days=_DAYS),
            authorization_request_uri=uri,
            authorization_request_qr_uri=qr_uri,
        )
        self.state.presentations[presentation.id] = KeptPresentation(call.organisation, presentation)
        self.state.wait(presentation.id, now + timedelta(days=_DAYS))
        self._presented(call.organisation, presentation.id, "requested")
        return Answer(200, models.PresentationResponse(data=presentation))

    @on(presentations.GET)
    def get_presentation(self, call: Call) -> Answer:
        kept = self.state.presentations.get(call.path["id"])
        if kept is None or kept.owner != call.organisation:
            raise not_found("The presentation")
        return Answer(200, models.PresentationResponse(data=kept.presentation))

    @action("Present")
    def present(self, id_: str) -> None:
        """A holder shows, of each credential that is asked for, the newest one that a wallet holds."""
        template_id = self.state.presentations[id_].presentation.presentation_template_id or ""
        _, template = self.state.presentation_templates[template_id]
        shown = [self._shown(one) for one in template.credentials or ()]
        self.settle_presentation(id_, "verified", credentials=shown)
        self._presented(self.state.presentations[id_].owner, id_, "verified")

    @action("Decline")
    def decline(self, id_: str) -> None:
        """A holder refuses to present."""
        self.settle_presentation(id_, "rejected")
        self._presented(self.state.presentations[id_].owner, id_, "failed")

    def expire_presentation(self, id_: str) -> None:
        self.settle_presentation(id_, "expired")
        self._presented(self.state.presentations[id_].owner, id_, "expired")

    def requests(self) -> list[Issued]:
        """Presentations as the page shows them."""
        found = []
        for kept in reversed(self.state.presentations.values()):
            one = kept.presentation
            _, template = self.state.presentation_templates[one.presentation_template_id or ""]
            waiting = one.status == "requested"
            actions = ("present", "decline") if waiting else ()
            offer = one.authorization_request_qr_uri if waiting else None
            life = self.lives.get(one.id, ())
            found.append(Issued(one.id, f"request: {template.name}", "", str(one.status), life, offer, actions))
        return found

    def _shown(self, asked: models.RequestedCredential) -> models.PresentedCredential:
        members: dict[str, Any] = {"name": asked.name or "", "type": asked.type}
        for kept in reversed(self.state.issuances.values()):
            _, template = self.state.templates[kept.template_id]
            status = (kept.issuance.credentials or [models.IssuedCredential()])[0].status
            if template.type == asked.type and status in ("issued", "revoked"):
                attributes = {name: kept.attributes[name] for name in asked.attributes if name in kept.attributes}
                issues = ["The credential is revoked"] if status == "revoked" else []
                return models.PresentedCredential(is_valid=not issues, attributes=attributes, issues=issues, **members)
        issues = ["No wallet of the sandbox holds such a credential"]
        return models.PresentedCredential(is_valid=False, attributes={}, issues=issues, **members)

    def settle_presentation(self, id_: str, status: str, **changes: Any) -> None:
        kept = self.state.presentations[id_]
        if kept.presentation.status != "requested":
            raise ValueError(f"the presentation is {kept.presentation.status}")
        changed = kept.presentation.model_copy(update={"status": status, "updated_at": self.now(), **changes})
        self.state.presentations[id_] = replace(kept, presentation=changed)
        self.state.waiting.pop(id_, None)

    def _presented(self, owner: str, id_: str, what: str) -> None:
        self.note(id_, what)
        payload = models.PresentationEventPayload(presentation_id=id_)
        self.event(owner, f"openid4vc.verification.{what}", id_, payload)

    def _presentation_template(self, call: Call, id_: Any) -> models.PresentationTemplate:
        owner, template = self.state.presentation_templates.get(id_, (None, None))
        if template is None or owner != call.organisation:
            raise not_found("The presentation template")
        return template


def _wanted(template: models.CredentialTemplate, call: Call) -> bool:
    archived = call.query("filter[archived]")
    return (
        _named(template, call)
        and call.query("filter[type]") in (None, template.type)
        and call.query("filter[format]") in (None, template.format)
        and (archived is None or (archived == "true") == (template.archived_at is not None))
    )


def _named(template: models.CredentialTemplate | models.PresentationTemplate, call: Call) -> bool:
    text = (call.query("search[name]") or "").casefold()
    return call.query("filter[id]") in (None, template.id) and text in (template.name or "").casefold()
