"""DIDX: offers that a holder accepts or lets expire, delivery to wallets, two ways to revoke."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any, ClassVar

from credkit_didx import credentials, issuances, models, users, wallet_offers
from credkit_didx.client import AsyncDidx, Didx

from ..answers import Answer, Refusal
from ..call import Call
from ..simulator import Issued, action, on
from .didx_state import Account, KeptIssuance, invalid, not_found, offer_uris
from .didx_verify import DidxVerify

OFFER_DAYS = 30
"""How long an offer waits; the vendor names no time."""

_USERNAME = re.compile(r"[A-Za-z0-9._-]+")


class DidxSimulator(DidxVerify):
    """DIDX. The id for revoking is that of the issuance, or that of the credential: each form takes only its own."""

    name: ClassVar[str] = "didx"

    @property
    def client(self) -> Didx:
        """A client whose calls come here; it fetches tokens as an organisation does."""
        return Didx(client_id=self.keys[1].value, client_secret=self.keys[1].secret, transport=self)

    @property
    def async_client(self) -> AsyncDidx:
        """An async client whose calls come here."""
        return AsyncDidx(client_id=self.keys[1].value, client_secret=self.keys[1].secret, transport=self)

    # --- issuing -------------------------------------------------------------------------------------------------

    @on(issuances.ISSUE)
    def issue(self, call: Call) -> Answer:
        request = call.body(models.IssueCredentialRequest)
        owner, template = self.state.templates.get(request.credential_template_id, (None, None))
        if template is None or owner != call.organisation or template.archived_at is not None:
            raise not_found("The credential template")
        _check_attributes(template, request.attributes)
        now, code = self.now(), self.ids.letters(24)
        uri, qr_uri = offer_uris("credential_offer_uri", code)
        issuance = models.Issuance(
            id=models.IssuanceId(f"iss_cm{self.ids.base36(23)}"),
            status="offered",
            credentials=[
                models.IssuedCredential(
                    id=models.CredentialId(f"cred_{self.ids.base36(12)}"), status="pending", revocable=True
                )
            ],
            offer_uri=uri,
            offer_qr_uri=qr_uri,
            exchange="openid4vc",
            format=template.format or "sd-jwt-vc",
            created_at=now,
            updated_at=now,
        )
        expires = now + timedelta(days=OFFER_DAYS)
        kept = KeptIssuance(call.organisation, issuance, template.id, request.attributes, expires)
        self.state.issuances[issuance.id] = kept
        self.state.wait(issuance.id, expires)
        self._happened(kept, "offered")
        shown = issuance.model_fields_set - {"created_at", "updated_at"}  # those come with the page that answers 200
        data = models.Issuance(**{name: getattr(issuance, name) for name in shown})
        return Answer(201, models.IssuanceResponse(data=data))

    @on(issuances.GET)
    def get(self, call: Call) -> Answer:
        issuance = self._issuance(call).issuance
        details = {name: getattr(issuance, name) for name in issuance.model_fields_set}
        return Answer(200, models.IssuanceDetailsResponse(data=models.IssuanceDetails(**details)))

    @on(issuances.REVOKE)
    def revoke_issuance(self, call: Call) -> Answer:
        kept = self._issuance(call)
        if _is_revoked(kept):
            raise invalid("The credential is already revoked")
        self._revoke(kept)
        return Answer(204)

    @on(credentials.REVOKE)
    def revoke_credentials(self, call: Call) -> Answer:
        asked = call.body(models.RevokeCredentialsRequest).ids
        by_id = {
            one.id: kept
            for kept in self.state.issuances.values()
            if kept.owner == call.organisation
            for one in kept.issuance.credentials or ()
        }
        for at, id_ in enumerate(asked):
            if id_ not in by_id:
                raise not_found("A credential")
            if _is_revoked(by_id[id_]):
                raise invalid("A credential is already revoked", f"/ids/{at}")
        for id_ in dict.fromkeys(asked):
            self._revoke(by_id[id_])
        return Answer(204)

    @on(wallet_offers.SEND)
    def send_offer(self, call: Call) -> Answer:
        request = call.body(models.SendCredentialOfferRequest)
        found = next((one for one in self.state.issuances.values() if _offers(one, request.credential_offer)), None)
        if found is None or found.owner != call.organisation:
            if request.credential_offer.endswith("&qr=true"):
                raise invalid("credentialOffer must be the offerUri, not the offerQrUri", "/credentialOffer")
            raise not_found("The offer")
        account = self._account(request.identifier_type or "email", request.recipient)
        self.state.issuances[found.issuance.id] = replace(found, recipient=request.recipient)
        self.note(found.issuance.id, f"sent to {request.recipient}")
        to = account.email or account.username or request.recipient
        self.email(to, "You have a new credential", f"Accept it: {found.issuance.offer_uri}", found.issuance.id)
        return Answer(201)

    @on(users.CREATE)
    def create_user(self, call: Call) -> Answer:
        request = call.body(models.CreateUserAccountRequest)
        email, username = request.email, request.username
        if not email and not username:
            raise invalid("email or username must be given", "/email")
        if email and "@" not in email:
            raise invalid("email must be a valid email address", "/email")
        if username and not _USERNAME.fullmatch(username):
            raise invalid("username must hold letters, digits and . - _ only", "/username")
        known = self._known(email, username)
        if known is None:
            known = Account(
                email, username or _free_name(email or "", self.state.accounts), request.external_identifier
            )
            self.state.accounts.append(known)
            password = f"!w&{self.ids.letters(9)}"
        else:
            password = ""
        given = {"email": known.email, "username": known.username}
        members = {name: value for name, value in given.items() if value is not None}
        return Answer(201, models.UserAccountResponse(data=models.UserAccount(temp_password=password, **members)))

    # --- what others do ------------------------------------------------------------------------------------------

    @action("Accept")
    def accept(self, id_: str) -> None:
        """The holder accepts an offer; the credential is in the wallet."""
        self._settle(id_, "completed", "issued")

    @action("Accept in part")
    def accept_in_part(self, id_: str) -> None:
        """The holder accepts, and not everything can be issued."""
        self._settle(id_, "partiallyIssued", "pending")

    @action("Fail")
    def fail(self, id_: str) -> None:
        """The holder declines, or issuing fails."""
        self._settle(id_, "failed", "failed")

    @action("Expire")
    def expire(self, id_: str) -> None:
        """An offer or a request for a presentation expires before its time."""
        if id_ in self.state.presentations:
            self.expire_presentation(id_)
        else:
            self._settle(id_, "expired", "expired")

    def tick(self) -> None:
        for id_ in self.state.ended(self.now()):
            self.expire(id_)

    def issued(self) -> list[Issued]:
        found = []
        for kept in reversed(self.state.issuances.values()):
            one = kept.issuance
            _, template = self.state.templates[kept.template_id]
            to = kept.recipient or str(kept.attributes.get("fullName", ""))
            status = "revoked" if _is_revoked(kept) else str(one.status)
            waiting = status == "offered"
            actions = ("accept", "accept_in_part", "fail", "expire") if waiting else ()
            life, offer = self.lives.get(one.id, ()), one.offer_qr_uri if waiting else None
            found.append(Issued(one.id, template.name or template.id, to, status, life, offer, actions))
        return found + self.requests()

    # --- the rest ------------------------------------------------------------------------------------------------

    def _issuance(self, call: Call) -> KeptIssuance:
        kept = self.state.issuances.get(call.path["id"])
        if kept is None or kept.owner != call.organisation:
            raise not_found("The issuance")
        return kept

    def _change(self, kept: KeptIssuance, status: str, credential: str) -> KeptIssuance:
        held = [one.model_copy(update={"status": credential}) for one in kept.issuance.credentials or ()]
        changes: dict[str, Any] = {"status": status, "credentials": held, "updated_at": self.now()}
        changed = replace(kept, issuance=kept.issuance.model_copy(update=changes))
        self.state.issuances[kept.issuance.id] = changed
        self.state.waiting.pop(kept.issuance.id, None)
        return changed

    def _settle(self, id_: str, status: str, credential: str) -> None:
        kept = self.state.issuances[id_]
        if kept.issuance.status != "offered" or _is_revoked(kept):
            raise ValueError("the offer is no longer open")
        self._happened(self._change(kept, status, credential), status)

    def _happened(self, kept: KeptIssuance, what: str) -> None:
        id_ = kept.issuance.id
        self.note(id_, what)
        payload = models.IssuanceEventPayload(issuance_id=id_)
        self.event(kept.owner, f"openid4vc.issuance.{what}", id_, payload)

    def _revoke(self, kept: KeptIssuance) -> None:
        self._change(kept, str(kept.issuance.status), "revoked")
        self.note(kept.issuance.id, "revoked")

    def _account(self, kind: str, value: str) -> Account:
        field = {"email": "email", "username": "username", "externalIdentifier": "external"}.get(kind)
        if field is None:
            raise invalid("identifierType must be email, username or externalIdentifier", "/identifierType")
        found = next((one for one in self.state.accounts if getattr(one, field) == value), None)
        if found is None:
            raise not_found("The recipient's account")
        return found

    def _known(self, email: str | None, username: str | None) -> Account | None:
        """The account that a request means; refuses a pair that belongs to two."""
        by_email = next((one for one in self.state.accounts if email and one.email == email), None)
        by_name = next((one for one in self.state.accounts if username and one.username == username), None)
        if email and username and by_email is not by_name:
            raise Refusal(409, None, "username and email belong to different accounts")
        return by_email or by_name


def _check_attributes(template: models.CredentialTemplate, given: dict[str, Any]) -> None:
    defined = template.attributes or {}
    missing = [name for name, attribute in defined.items() if attribute.required and name not in given]
    if missing:
        raise invalid(f"required by the template and missing: {', '.join(missing)}", f"/attributes/{missing[0]}")
    for name in given:
        if name not in defined:
            raise invalid(f"{name} is not an attribute of the template", f"/attributes/{name}")


def _is_revoked(kept: KeptIssuance) -> bool:
    return any(one.status == "revoked" for one in kept.issuance.credentials or ())


def _offers(kept: KeptIssuance, uri: str) -> bool:
    return kept.issuance.status == "offered" and kept.issuance.offer_uri == uri


def _free_name(email: str, accounts: list[Account]) -> str:
    """A username made from an address, with a number where it is taken."""
    base = re.sub(r"[^A-Za-z0-9._-]", "", email.partition("@")[0]) or "user"
    taken = {one.username for one in accounts}
    return next(name for name in (base, *(f"{base}{at}" for at in range(2, len(taken) + 3))) if name not in taken)
