"""nChain: offers that are created in bulk, claimed by a wallet and revoked, each with partial failures in a 200."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar
from uuid import UUID

from credkit_nchain import credential_offers, models, wallet
from credkit_nchain.client import AsyncNChain, NChain

from ..answers import Answer, Key, Refusal
from ..call import Call
from ..simulator import Issued, action, on
from .nchain_offers import CLAIMED, EXPIRED, READY, REVOKED, claim_uri, details, failure, listed
from .nchain_reading import NChainReading
from .nchain_state import (
    CORRELATION,
    ISSUER_DID,
    KINDS,
    PROFILE,
    WRITERS,
    Kept,
    is_only_user,
    user_of,
)


class NChainSimulator(NChainReading):
    """nChain. Creating and revoking answer 200 even when every item failed."""

    name: ClassVar[str] = "nchain"

    @property
    def client(self) -> NChain:
        """A client whose calls come here."""
        return NChain(api_key=self.key, environment_id="sandbox", transport=self)

    @property
    def async_client(self) -> AsyncNChain:
        """An async client whose calls come here."""
        return AsyncNChain(api_key=self.key, environment_id="sandbox", transport=self)

    def find_key(self, scheme: str, presented: str) -> Key | None:
        """A key in either header; for wallets, the code of an offer stands for the token that it is traded for."""
        if scheme != "walletToken":
            return super().find_key(scheme, presented)
        known = any(kept.code == presented for kept in self.state.offers.values())
        return Key("wallet", presented, "sandbox") if known else None

    # --- writing -------------------------------------------------------------------------------------------------

    @on(credential_offers.CREATE, roles=WRITERS)
    def create(self, call: Call) -> Answer:
        request = call.body(models.CreateCredentialOffersRequest)
        if request.correlation_id != CORRELATION:
            raise Refusal(400, None, "the issuer does not work with this correlationId", pointer="/correlationId")
        if request.organisation_profile_id != PROFILE.id:
            raise Refusal(404, None, "there is no such organisation profile")
        collection = request.credential_offer_collection_id
        if collection is not None and collection not in self.state.collections:
            raise Refusal(404, None, "there is no such collection")
        made, failed = [], []
        for wanted in request.credential_offers:
            problem = self._problem(wanted)
            if problem is None:
                made.append(listed(self._create(call, request, wanted).offer))
            else:
                failed.append(failure(request, wanted, *problem))
        body = models.CreateCredentialOffersResponse(
            organisation_profile=PROFILE, credential_offers=made, failed_credential_offers=failed
        )
        return Answer(200, body)

    @on(credential_offers.DELETE, roles=WRITERS)
    def delete(self, call: Call) -> Answer:
        kept = self.kept(call.path["id"])
        status = self.as_of_now(kept).status
        if status in (CLAIMED, REVOKED):
            raise Refusal(409, None, "a claimed offer cannot be deleted")
        del self.state.offers[kept.offer.id]
        self.state.gone |= {claim.id for claim in kept.offer.claims or ()}
        self.note(str(kept.offer.id), "deleted")
        return Answer(204)

    @on(credential_offers.REVOKE, roles=WRITERS)
    def revoke(self, call: Call) -> Answer:
        revoked, failed = [], []
        for wanted in call.body(models.RevokeCredentialOffersRequest).revoke:
            kept = self.state.offers.get(wanted.id)
            problem = self._why_not_revoked(call, kept)
            if kept is None or problem:
                failed.append(models.RevocationFailure(id=wanted.id, error=problem.replace("_", " "), code=problem))
                continue
            changes: dict[str, Any] = {
                "revocation_reason": wanted.revocation_reason,
                "revoked_at": self.now(),
                "revoked_by": str(user_of(call)),
                "revocation_id": self.ids.hex(64),
                "revocation_email_sent": kept.offer.email is not None,
            }
            revoked.append(details(self._change(kept, REVOKED, **changes)))
            self._tell_of_revocation(kept.offer)
        return Answer(200, models.RevokeCredentialOffersResponse(revocations=revoked, failed=failed))

    @on(credential_offers.SHARE_WITH_EMAIL, roles=WRITERS)
    def share(self, call: Call) -> Answer:
        found = [self.kept(id_) for id_ in call.body(models.ShareCredentialOffersRequest).credential_offer_ids]
        for kept in found:
            if kept.offer.email:
                text = f"Claim it: {claim_uri(kept, self.base)}"
                self.email(kept.offer.email, "A credential is waiting for you", text, str(kept.offer.id))
            self._change(kept, str(kept.offer.status), what="shared by e-mail", email_sent=kept.offer.email is not None)
        body = [
            models.CredentialOfferEmail(credential_offer_id=str(kept.offer.id), status="ENQUEUED") for kept in found
        ]
        return Answer(201, body)

    @on(credential_offers.RESEND_REVOCATION_EMAIL, roles=WRITERS)
    def resend_revocation(self, call: Call) -> Answer:
        kept = self.kept(call.body(models.ResendRevocationEmailRequest).credential_offer_id)
        if kept.offer.status != REVOKED:
            raise Refusal(409, None, "the offer is not revoked")
        self._tell_of_revocation(kept.offer)
        return Answer(201, models.ResendRevocationEmailResponse(message="Revocation email was sent"))

    @on(wallet.CLAIM)
    def claim_by_wallet(self, call: Call) -> Answer:
        call.body(models.ClaimCredentialRequest)
        if call.key is None or call.path["correlationId"] != CORRELATION:
            raise Refusal(401, None, "the wallet's token says which offer is claimed")
        kept = next(kept for kept in self.state.offers.values() if kept.code == call.key.value)
        try:
            self.claim(str(kept.offer.id))
        except ValueError as error:
            raise Refusal(400, "invalid_request", str(error)) from None
        credential = f"sandbox.{self.ids.letters(60)}"
        body = models.ClaimedCredential(
            credential=credential, format="jwt_vc_json", c_nonce=self.ids.letters(16), c_nonce_expires_in=300
        )
        return Answer(200, body)

    # --- what others do ------------------------------------------------------------------------------------------

    @action("Claim")
    def claim(self, id_: str) -> None:
        """The holder's wallet claims an offer."""
        kept = self.state.offers[UUID(id_)]
        if self.as_of_now(kept).status != READY:
            raise ValueError(f"the offer is {self.as_of_now(kept).status}")
        self._change(kept, CLAIMED, subject=f"did:bsv:{self.ids.hex(16)}", issued_at=self.now())

    @action("Expire")
    def expire(self, id_: str) -> None:
        """The offer expires before its time."""
        kept = self.state.offers[UUID(id_)]
        if self.as_of_now(kept).status != READY:
            raise ValueError(f"the offer is {self.as_of_now(kept).status}")
        self._change(kept, READY, what=EXPIRED, expiration_date=self.now())

    def issued(self) -> list[Issued]:
        found = []
        for kept in reversed(self.state.offers.values()):
            offer = self.as_of_now(kept)
            what, ready = ", ".join(offer.credential_names or ()), offer.status == READY
            uri = claim_uri(kept, self.base) if ready else None
            actions = ("claim", "expire") if ready else ()
            life = self.lives.get(str(offer.id), ())
            found.append(Issued(str(offer.id), what, offer.email or "", str(offer.status), life, uri, actions))
        return found

    # --- the rest ------------------------------------------------------------------------------------------------

    def _change(self, kept: Kept, status: str, *, what: str = "", **changes: Any) -> models.CredentialOfferBase:
        changed = kept.offer.model_copy(update={"status": status, "updated_at": self.now(), **changes})
        self.state.offers[changed.id] = replace(kept, offer=changed)
        self.note(str(changed.id), what or status)
        return changed

    def _problem(self, wanted: models.CredentialOfferInput) -> tuple[str, str] | None:
        """Why an offer cannot be made, and the code. The vendor shows neither."""
        if wanted.credential_id not in KINDS:
            return "there is no such credential", "credential_not_found"
        if wanted.expiration_date is not None and wanted.expiration_date <= self.now():
            return "the offer would have expired already", "expiration_date_in_the_past"
        return None

    def _create(
        self, call: Call, request: models.CreateCredentialOffersRequest, wanted: models.CredentialOfferInput
    ) -> Kept:
        kind, now, user = KINDS[wanted.credential_id], self.now(), user_of(call)
        claims = [
            models.Claim(
                id=self.ids.uuid(),
                data_type=claim.data_type or "string",
                claim_name=claim.claim_name,
                claim_value=claim.claim_value,
            )
            for claim in wanted.claims or ()
        ]
        collection = request.credential_offer_collection_id
        optional: dict[str, Any] = {
            "email": wanted.email,
            "reference_id": wanted.reference_id,
            "expiration_date": wanted.expiration_date,
            "credential_offer_collection": self.state.collections[collection] if collection is not None else None,
        }
        offer = models.CredentialOfferBase(
            id=self.ids.uuid(),
            created_by=user,
            updated_by=user,
            created_at=now,
            updated_at=now,
            correlation_id=request.correlation_id,
            claims=claims,
            organisation_profile_id=PROFILE.id,
            credential_names=[kind.name],
            credential_types=list(kind.types),
            credential_id=kind.id,
            status=READY,
            issuer=ISSUER_DID,
            email_sent=False,
            revocation_email_sent=False,
            **{name: value for name, value in optional.items() if value is not None},
        )
        kept = Kept(offer, self.ids.letters(22))
        self.state.offers[offer.id] = kept
        self.note(str(offer.id), READY)
        return kept

    def _why_not_revoked(self, call: Call, kept: Kept | None) -> str:
        """The code of the refusal; only the second one is documented. "" when it can be revoked."""
        if kept is None or (is_only_user(call) and kept.offer.created_by != user_of(call)):
            return "credential_offer_not_found"
        if kept.offer.status == REVOKED:
            return "credential_offer_already_revoked"
        return "" if kept.offer.status == CLAIMED else "credential_offer_not_claimed"

    def _tell_of_revocation(self, offer: models.CredentialOfferBase) -> None:
        if offer.email:
            text = "The organisation has revoked your credential."
            self.email(offer.email, "Your credential was revoked", text, str(offer.id))
