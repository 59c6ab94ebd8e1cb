"""Beltic: signed credentials, from issuing to revocation."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, ClassVar

from credkit_beltic import credentials, models
from credkit_beltic.client import AsyncBeltic, Beltic

from ...runtime.models import to_json, to_plain
from ..answers import Answer, Refusal, Unreadable
from ..call import Call, read
from ..durations import add_duration
from ..es256 import decode
from ..paging import after_cursor, whole_number
from ..simulator import Issued, action, on
from .beltic_audit import BelticAudit
from .beltic_state import DEVELOPER, ISSUER, Kept, owner_of

_TYPES = ("business", "user", "agent_authorization", "outcome_attestation")
_YEAR = "P1Y"


class BelticSimulator(BelticAudit):
    """Beltic. Failed items of a batch stop nothing; a revocation is for good and a second one is a conflict."""

    name: ClassVar[str] = "beltic"

    @property
    def client(self) -> Beltic:
        """A client whose calls come here."""
        return Beltic(api_key=self.key, transport=self)

    @property
    def async_client(self) -> AsyncBeltic:
        """An async client whose calls come here."""
        return AsyncBeltic(api_key=self.key, transport=self)

    # --- operations ----------------------------------------------------------------------------------------------

    @on(credentials.ISSUE)
    def issue(self, call: Call) -> Answer:
        return Answer(201, self._issue(call, call.json, "api"))

    @on(credentials.BATCH_ISSUE)
    def batch_issue(self, call: Call) -> Answer:
        if self.strict:
            call.body(models.BatchIssueRequest)  # as a whole; otherwise each item for itself
        items = call.json["items"]
        if not isinstance(items, list) or not 1 <= len(items) <= 1000:
            raise Refusal(422, "validation_failed", "items has to have 1 to 1000 entries", pointer="/items")
        results = [self._batch_item(call, item) for item in items]
        done = sum(isinstance(result, models.BatchIssueSuccess) for result in results)
        body = models.BatchIssueResponse(success_count=done, failure_count=len(results) - done, results=list(results))
        return Answer(200, body)

    @on(credentials.LIST)
    def list_credentials(self, call: Call) -> Answer:
        owner = owner_of(call)
        every = [self._now(kept) for kept in reversed(self.state.credentials.values()) if kept.owner == owner]
        found = [credential for credential in every if _matches(credential, call)]
        limit = whole_number(call.query("limit"), 50, 1, 200)
        piece = after_cursor(found, call.query("cursor"), limit, lambda credential: credential.id)
        if piece is None:
            raise Refusal(400, "malformed_request", "cursor is not known", pointer="/cursor")
        pagination = models.CursorPagination(next_cursor=piece.next, has_more=piece.next is not None, total=len(found))
        return Answer(200, models.CredentialList(items=piece.items, pagination=pagination))

    @on(credentials.GET)
    def get(self, call: Call) -> Answer:
        return Answer(200, self._now(self._kept(call)))

    @on(credentials.DELETE)
    def delete(self, call: Call) -> Answer:
        kept = self._kept(call)
        del self.state.credentials[kept.credential.id]
        self.record_event(kept.owner, "credential.deleted", kept.credential)
        self.note(kept.credential.id, "erased")
        return Answer(204)

    @on(credentials.REVOKE)
    def revoke(self, call: Call) -> Answer:
        kept = self._kept(call)
        reason = call.body(models.RevokeCredentialRequest).reason
        status = self._now(kept).status
        if status != "active":
            raise Refusal(409, "conflict", f"Credential is {status}")
        changes: dict[str, Any] = {"status": "revoked", "revoked_at": self.now(), "revocation_reason": reason}
        revoked = self._replace(kept, **changes, updated_at=self.now())
        index = revoked.status_list_index
        assert index is not None
        organisation = call.organisation
        self.state.revoked[organisation] = self.state.revoked.get(organisation, set()) | {index}
        self.record_event(kept.owner, "credential.revoked", revoked)
        self.note(revoked.id, "revoked" + (f": {reason}" if reason else ""))
        return Answer(200, revoked)

    @on(credentials.VERIFY)
    def verify(self, call: Call) -> Answer:
        request = call.body(models.VerifyCredentialRequest)
        kept, reason = self._judge(request)
        if kept is None:
            return Answer(200, models.VerificationResult(valid=False, reason=reason))
        credential = self._now(kept)
        outcome = {"outcome": "denied", "outcome_reason": reason} if reason else {}
        self.record_event(kept.owner, "credential.verified", credential, **outcome)
        self.note(credential.id, f"verified: {reason}" if reason else "verified")
        if reason:
            return Answer(200, models.VerificationResult(valid=False, reason=reason, status=credential.status))
        members = {name: getattr(credential, name) for name in ("credential_type", "subject", "claims", "status")}
        return Answer(200, models.VerificationResult(valid=True, **members))

    # --- what others do ------------------------------------------------------------------------------------------

    @action("Suspend")
    def suspend(self, id_: str) -> None:
        """Beltic suspends a credential."""
        self._switch(id_, "active", "suspended", "credential.suspended")

    @action("Reactivate")
    def reactivate(self, id_: str) -> None:
        """Beltic ends a suspension."""
        self._switch(id_, "suspended", "active", "credential.reactivated")

    def issued(self) -> list[Issued]:
        return [self._shown(self._now(kept)) for kept in reversed(self.state.credentials.values())]

    def _shown(self, credential: models.Credential) -> Issued:
        subject = credential.subject
        to = (subject.name or subject.id or "") if subject else ""
        actions = {"active": ("suspend",), "suspended": ("reactivate",)}.get(credential.status or "", ())
        life = self.lives.get(credential.id, ())
        return Issued(credential.id, credential.credential_type or "", to, credential.status or "", life, None, actions)

    def _switch(self, id_: str, before: str, after: str, event: str) -> None:
        kept = self.state.credentials[id_]
        if self._now(kept).status != before:
            raise ValueError(f"the credential is not {before}")
        changed = self._replace(kept, status=after, updated_at=self.now())
        self.record_event(kept.owner, event, changed)
        self.note(id_, after)

    # --- issuing -------------------------------------------------------------------------------------------------

    def _batch_item(self, call: Call, item: Any) -> models.BatchIssueSuccess | models.BatchIssueFailure:
        echo = {"correlation_id": item["correlation_id"]} if "correlation_id" in item else {}
        try:
            return models.BatchIssueSuccess(credential=self._issue(call, item["request"], "batch_mint"), **echo)
        except Refusal as refusal:
            error = models.ErrorDetail(code=refusal.code, message=refusal.message)
        except Unreadable:
            error = models.ErrorDetail(code="validation_failed", message="The request has members of other types")
        return models.BatchIssueFailure(error=error, **echo)

    def _issue(self, call: Call, data: Any, via: str) -> models.Credential:
        _check_rules(data)
        request = read(models.IssueCredentialRequest, to_json(data))
        now, expires = self.now(), self._expiry(request)
        self.state.indexes += 1
        id_ = f"cred_{self.ids.base36(26).upper()}"
        claims: dict[str, Any] = {"iss": ISSUER, "sub": request.subject.id or id_, "jti": id_}
        claims["iat"] = int(now.timestamp())
        claims |= {"nbf": int(now.timestamp()), "exp": int(expires.timestamp())}
        subject, body = to_plain(request.subject), to_plain(request.claims)
        claims["vc"] = {"type": request.credential_type, "credentialSubject": subject, "claims": body}
        credential = models.Credential(
            id=id_,
            credential_id=id_,
            credential_type=request.credential_type,
            status="active",
            subject=request.subject,
            claims=request.claims,
            issuer_did=ISSUER,
            status_list_index=self.state.indexes,
            kid=self.signing_key.kid,
            signed_payload=self.signing_key.jwt(claims),
            evidence_refs=request.evidence_refs or [],
            issued_at=now,
            expires_at=expires,
            vct=None,
            revoked_at=None,
            revocation_reason=None,
            created_via=via,
            developer_id=DEVELOPER,
            updated_at=now,
        )
        self.state.credentials[id_] = Kept(owner_of(call), credential)
        self.record_event(owner_of(call), "credential.issued", credential)
        self.note(id_, "issued")
        return credential

    def _expiry(self, request: models.IssueCredentialRequest) -> datetime:
        if request.expires_at is not None:
            expires = request.expires_at
            expires = expires if expires.tzinfo else expires.replace(tzinfo=UTC)
        else:
            try:
                expires = add_duration(self.now(), request.ttl or _YEAR)
            except ValueError as error:
                raise Refusal(422, "validation_failed", f"ttl is {error}", pointer="/ttl") from None
        if expires <= self.now():
            raise Refusal(422, "validation_failed", "the credential would have ended already", pointer="/expires_at")
        return expires

    # --- looking up ----------------------------------------------------------------------------------------------

    def _kept(self, call: Call) -> Kept:
        kept = self.state.credentials.get(call.path["id"])
        if kept is None or kept.owner != owner_of(call):
            raise Refusal(404, "not_found", "Credential not found")
        return kept

    def _now(self, kept: Kept) -> models.Credential:
        """A credential with its status as of now."""
        credential = kept.credential
        over = credential.expires_at is not None and credential.expires_at <= self.now()
        return (
            credential.model_copy(update={"status": "expired"})
            if over and credential.status == "active"
            else credential
        )

    def _replace(self, kept: Kept, **changes: Any) -> models.Credential:
        changed = kept.credential.model_copy(update=changes)
        self.state.credentials[changed.id] = replace(kept, credential=changed)
        return changed

    def _judge(self, request: models.VerifyCredentialRequest) -> tuple[Kept | None, str]:
        """The credential that was presented, and why it is not good. The vendor's reasons are not documented."""
        try:
            header = decode(request.credential.partition(".")[0])
            if request.credential.count(".") != 2 or b'"ES256"' not in header:
                return None, "malformed"
            claims = self.signing_key.read(request.credential)
        except ValueError:
            return None, "malformed"
        if claims is None:
            return None, "bad_signature"
        kept = self.state.credentials.get(claims["jti"])
        if kept is None:
            return None, "unknown_credential"
        status = self._now(kept).status
        return kept, "" if status == "active" else str(status)


def _check_rules(data: Any) -> None:
    """What the pages say about requests beyond their types. Raises Refusal."""
    for member in ("credential_type", "subject", "claims"):
        if member not in data:
            raise Refusal(400, "missing_required_field", f"{member} is missing", pointer=f"/{member}")
    if data["credential_type"] not in _TYPES:
        raise Refusal(422, "validation_failed", "credential_type is not known", pointer="/credential_type")
    if data.get("self_attestation_complete", True) is not True:
        raise Refusal(422, "self_attestation_incomplete", "self_attestation_complete has to be true")
    if "ttl" in data and "expires_at" in data:
        raise Refusal(422, "validation_failed", "give ttl or expires_at, not both", pointer="/ttl")
    if "type" not in data["subject"]:
        raise Refusal(400, "missing_required_field", "subject.type is missing", pointer="/subject/type")
    claims = data["claims"]
    if ("id_document_type" in claims) != ("id_document_country" in claims):
        raise Refusal(422, "validation_failed", "id_document_type and id_document_country go together")
    wallets = any(one.get("resource_type") == "wallet" for one in claims.get("permissions") or ())
    if wallets and not claims.get("delegated_by_subject_id"):
        raise Refusal(422, "validation_failed", "delegated_by_subject_id is needed with permissions on a wallet")


def _matches(credential: models.Credential, call: Call) -> bool:
    subject = credential.subject.id if credential.subject else None
    values = {
        "subject_id": subject,
        "developer_id": credential.developer_id,
        "credential_type": credential.credential_type,
        "attestation_type": None,
        "status": credential.status,
    }
    return all(call.query(name) in (None, value) for name, value in values.items())
