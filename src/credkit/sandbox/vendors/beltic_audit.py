"""Beltic's audit events, streams, evidence and public documents."""

from __future__ import annotations

import gzip
import hashlib
from datetime import datetime

from credkit_beltic import audit_events, audit_streams, evidence, models, well_known

from ..answers import Answer, Refusal
from ..call import Call
from ..es256 import encode
from ..outbox import is_loopback
from ..paging import after_cursor, whole_number
from ..simulator import on
from .beltic_state import ISSUER, BelticBase, Stream, moment, owner_of

_LIST_BYTES = 16 * 1024
"""The least length of a status list (W3C)."""


class BelticAudit(BelticBase):
    """The part of Beltic that watches."""

    @on(audit_events.LIST)
    def list_events(self, call: Call) -> Answer:
        owner = owner_of(call)
        events = [event for one, event in reversed(self.state.events) if one == owner and _wanted(event, call)]
        limit = whole_number(call.query("limit"), 20, 1, 100)
        piece = after_cursor(events, call.query("cursor"), limit, lambda event: event.id)
        if piece is None:
            raise Refusal(400, "malformed_request", "cursor is not known", pointer="/cursor")
        return Answer(200, models.AuditEventList(events=piece.items, next_cursor=piece.next))

    @on(audit_events.RECORD)
    def record(self, call: Call) -> Answer:
        request = call.body(models.RecordAuditEventRequest)
        if request.event_type != "credential.presented":
            raise Refusal(422, "validation_failed", "only credential.presented can be recorded", pointer="/event_type")
        kept = self.state.credentials.get(request.credential_id)
        if kept is None or kept.owner != owner_of(call):
            raise Refusal(404, "not_found", "Credential not found")
        references = {"external_verifier_id": request.external_verifier_id}
        if request.external_transaction_ref is not None:
            references["external_transaction_ref"] = request.external_transaction_ref
        self.record_event(kept.owner, request.event_type, kept.credential, **references)
        self.note(kept.credential.id, "presented")
        return Answer(201, models.RecordAuditEventResponse(recorded=True))

    @on(audit_streams.LIST)
    def list_streams(self, call: Call) -> Answer:
        owner = owner_of(call)
        return Answer(200, [stream.stream for stream in self.state.streams.values() if stream.owner == owner])

    @on(audit_streams.CREATE)
    def create_stream(self, call: Call) -> Answer:
        request = call.body(models.CreateAuditStreamRequest)
        if not 32 <= len(request.secret) <= 256:
            raise Refusal(422, "validation_failed", "secret has to have 32 to 256 characters", pointer="/secret")
        if not (request.url.startswith("https://") or is_loopback(request.url)):
            raise Refusal(422, "validation_failed", "url has to be an HTTPS address", pointer="/url")
        stream = models.AuditStream(
            id=f"stream_{self.ids.base36(20)}",
            url=request.url,
            event_filter=request.event_filter or [],
            active=True,
            created_at=self.now().isoformat().replace("+00:00", "Z"),
        )
        self.state.streams[stream.id] = Stream(owner_of(call), stream, request.secret)
        return Answer(201, stream)

    @on(audit_streams.DELETE)
    def delete_stream(self, call: Call) -> Answer:
        stream = self.state.streams.get(call.path["id"])
        if stream is None or stream.owner != owner_of(call):
            raise Refusal(404, "not_found", "Stream not found")
        del self.state.streams[stream.stream.id]
        return Answer(204)

    @on(evidence.UPLOAD)
    def upload_evidence(self, call: Call) -> Answer:
        id_ = f"ev_{self.ids.base36(24)}"
        self.state.evidence[id_] = digest = hashlib.sha256(call.parts["file"].content).hexdigest()
        return Answer(201, models.Evidence(id=id_, sha256=digest))

    @on(well_known.KEY_SET)
    def key_set(self, call: Call) -> Answer:
        keys = [models.JsonWebKey(**self.signing_key.jwk)]
        return Answer(200, models.JsonWebKeySet(keys=keys), (("cache-control", "public, max-age=3600"),))

    @on(well_known.DID_DOCUMENT)
    def did_document(self, call: Call) -> Answer:
        id_ = f"{ISSUER}#{self.signing_key.kid}"
        method = models.VerificationMethod(
            id=id_, type="JsonWebKey2020", controller=ISSUER, public_key_jwk=self.signing_key.jwk
        )
        context = ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/suites/jws-2020/v1"]
        document = models.DidDocument(context=context, id=ISSUER, verification_method=[method], assertion_method=[id_])
        return Answer(200, document, (("cache-control", "public, max-age=3600"),))

    @on(well_known.STATUS_LIST)
    def status_list(self, call: Call) -> Answer:
        organisation = call.query("org") or ""
        bits = bytearray(_LIST_BYTES)
        for index in self.state.revoked.get(organisation, ()):
            bits[index // 8] |= 0x80 >> index % 8
        encoded = encode(gzip.compress(bytes(bits), mtime=0))
        return Answer(200, models.StatusList(encoded_list=encoded), (("cache-control", "public, max-age=60"),))


def _wanted(event: models.AuditEvent, call: Call) -> bool:
    """Whether an event passes the filters of a query."""
    for name in ("credential_id", "event_type", "outcome"):
        asked = call.query(name)
        if asked is not None and getattr(event, name) != asked:
            return False
    intervention = call.query("intervention_required")
    if intervention is not None and event.intervention_required is not (intervention == "true"):
        return False
    return _between(event.timestamp, call.query("from"), call.query("to"))


def _between(at: datetime | None, start: str | None, end: str | None) -> bool:
    if start is not None and (at is None or at < moment(start, "from")):
        return False
    return end is None or (at is not None and at <= moment(end, "to"))
