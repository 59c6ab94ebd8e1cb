"""nChain's agent, collections, templates, images and verifier."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from credkit_nchain import (
    agent,
    credential_offer_claims,
    credential_offer_collections,
    credential_offers,
    credential_templates,
    models,
    presentation_definitions,
    verifier_templates,
)

from ...runtime.testing.received import StubPart
from ..answers import Answer, Refusal
from ..call import Call
from ..clock import START
from ..simulator import on
from .nchain_filters import Filter, conditions, matching
from .nchain_state import (
    CORRELATION,
    ISSUER_DID,
    KINDS,
    READERS,
    VERIFIERS,
    WRITERS,
    Kind,
    NChainBase,
    user_of,
)

_MEDIA = "https://media.example"
_COLLECTION_FILTERS = {"name": Filter("$eq", lambda one: one.name)}


class NChainAgent(NChainBase):
    """What stands around the offers."""

    # --- collections and templates -------------------------------------------------------------------------------

    @on(credential_offer_collections.LIST, roles=READERS)
    def list_collections(self, call: Call) -> Answer:
        wanted = conditions(call, _COLLECTION_FILTERS, strict=self.strict)
        found = matching(reversed(self.state.collections.values()), wanted)
        items, around = self.page(call, found, wanted)
        return Answer(200, models.CredentialOfferCollectionPage(data=items, **around))

    @on(credential_offer_collections.CREATE, roles=WRITERS)
    def create_collection(self, call: Call) -> Answer:
        name = call.body(models.CreateCredentialOfferCollectionRequest).name
        if not 1 <= len(name) <= 50:
            raise Refusal(400, None, "name has to have 1 to 50 characters", pointer="/name")
        made = models.CredentialOfferCollectionSummary(
            id=self.ids.uuid(), created_by=user_of(call), created_at=self.now(), name=name
        )
        self.state.collections[made.id] = made
        return Answer(201, made)

    @on(credential_templates.LIST, roles=READERS)
    def list_templates(self, call: Call) -> Answer:
        only = call.query("credentialId")
        kinds = KINDS.values() if call.path["correlationId"] == CORRELATION else ()
        found = [self._template(kind) for kind in kinds if only in (None, kind.id)]
        return Answer(200, models.CredentialTemplateList(credentials=found))

    @on(credential_templates.UPLOAD_COVER_IMAGE, roles=WRITERS)
    def upload_cover(self, call: Call) -> Answer:
        kind = KINDS.get(call.path["credentialId"])
        if kind is None or call.path["correlationId"] != CORRELATION:
            raise Refusal(404, None, "there is no such template")
        cover = models.CredentialTemplateCover(
            id=self.ids.uuid(),
            created_at=self.now(),
            updated_at=self.now(),
            correlation_id=CORRELATION,
            credential_id=kind.id,
            is_default_cover_image=False,
            cover_image=self._store(call.parts["image"], "cover_image"),
        )
        self.state.covers[kind.id] = cover
        return Answer(200, cover)

    # --- images --------------------------------------------------------------------------------------------------

    @on(credential_offers.UPLOAD_IMAGE, roles=WRITERS)
    def upload_image(self, call: Call) -> Answer:
        return Answer(201, self._store(call.parts["image"], "claim_image"))

    @on(credential_offer_claims.IMAGE)
    def claim_image(self, call: Call) -> Answer:
        try:
            wanted = UUID(call.path["id"])
        except ValueError:
            raise Refusal(400, None, "the id is not a UUID") from None
        if wanted in self.state.gone:
            raise Refusal(410, None, "the offer was deleted")
        addresses = {image.key_url for image in self.state.images.values()}
        for kept in self.state.offers.values():
            for claim in kept.offer.claims or ():
                if claim.id == wanted and claim.claim_value in addresses:
                    return Answer(302, headers=(("location", str(claim.claim_value)),))
        raise Refusal(404, None, "the claim has no image")

    # --- the agent -----------------------------------------------------------------------------------------------

    @on(agent.DID)
    def did(self, call: Call) -> Answer:
        return Answer(200, ISSUER_DID, media_type="text/plain")

    @on(agent.STATUS)
    def agent_status(self, call: Call) -> Answer:
        did = models.AgentDid(did=ISSUER_DID, ready=True, controller=ISSUER_DID, resolver="sandbox")
        version = models.AgentVersion(version="sandbox", commit="0" * 7, development=True, build_time=START)
        status = models.AgentStatus(state="running", did=did, started=START, timestamp=self.now(), version=version)
        return Answer(200, status)

    @on(agent.ISSUER_METADATA)
    def issuer_metadata(self, call: Call) -> Answer:
        if call.path["correlationId"] != CORRELATION:
            raise Refusal(404, None, "there is no such organisation")
        base = f"https://identity.nchainplatform.com{self.base}/public/{CORRELATION}"
        metadata = models.CredentialIssuerMetadata(
            credential_issuer=base,
            credential_endpoint=f"{base}/credentials",
            display=models.IssuerDisplay(name="Sandbox organisation", description="Issues nothing that is real"),
            credentials_supported=[{"id": kind.id, "types": list(kind.types)} for kind in KINDS.values()],
        )
        return Answer(200, metadata)

    # --- the verifier --------------------------------------------------------------------------------------------

    @on(verifier_templates.LIST, roles=VERIFIERS)
    def list_verifier_templates(self, call: Call) -> Answer:
        found = []
        for id_, request in self.state.definitions.items():
            schemas = [models.VerifierTemplateSchema(uri=one.credential_id or "") for one in request.credentials]
            definition = models.VerifierTemplateDefinition(id=id_, name=request.definition_name, schema_=schemas)
            found.append(
                models.VerifierTemplate(
                    definition_name=request.definition_name, definition_id=id_, definition=definition
                )
            )
        return Answer(200, found)

    @on(presentation_definitions.CREATE, roles=VERIFIERS)
    def create_definition(self, call: Call) -> Answer:
        request = call.body(models.CreatePresentationDefinitionRequest)
        id_ = str(self.ids.uuid())
        self.state.definitions[id_] = request
        return Answer(200, models.PresentationDefinitionCreated(definition_id=id_))

    @on(presentation_definitions.LIST_TEMPLATES, roles=VERIFIERS)
    def list_definition_templates(self, call: Call) -> Answer:
        templates = []
        for kind in KINDS.values():
            fields = {claim: {"type": "string"} for claim in kind.claims}
            asked = models.TemplateCredential(credential_id=kind.id, fields=fields)
            templates.append(models.PresentationDefinitionTemplate(definition_name=kind.name, credentials=[asked]))
        return Answer(200, models.PresentationDefinitionTemplateList(templates=templates))

    # --- the rest ------------------------------------------------------------------------------------------------

    def _store(self, image: StubPart, use: str) -> models.Media:
        id_ = self.ids.uuid()
        kind = image.content_type or "image/png"
        name = f"{id_}.{kind.rpartition('/')[2]}"
        media = models.Media(
            id=id_, mime_type=kind, key_url=f"{_MEDIA}/{name}", filename=image.filename or name, type=use
        )
        self.state.images[id_] = media
        return media

    def _template(self, kind: Kind) -> models.CredentialTemplate:
        cover = self.state.covers.get(kind.id)
        members: dict[str, Any] = {"cover_image": cover.cover_image} if cover else {}
        return models.CredentialTemplate(
            correlation_id=CORRELATION,
            credential_id=kind.id,
            is_default_cover_image=cover is None,
            display=[models.CredentialDisplay(name=kind.name, description=f"{kind.name} of the sandbox")],
            format="jwt_vc_json",
            field_order=list(kind.claims),
            fields={claim: {"type": "string"} for claim in kind.claims},
            **members,
        )
