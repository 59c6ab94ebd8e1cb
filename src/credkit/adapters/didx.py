"""DIDX me-creds: one offer at a time, delivered to a wallet, accepted or declined by its holder.

A template is a credential template; `Template.subject` says which of its attributes take the subject's name and address. `extra` takes
`identifier` ("externalIdentifier", the default, or "username"): what a subject's id is to the wallet. An offer goes out by what its request's
template says; later (`deliver`), by what the configured template of its id says, and not at all if none is configured. Reconciling: DIDX lists nothing and
takes no key of ours, so only somebody who knows the id of the issuance can settle it: from a webhook or DIDX's portal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from ..capabilities import Capability, Support, no, yes
from ..events import Event, EventKind
from ..model import (
    Channel,
    Credential,
    CredentialStatus,
    Delivery,
    DeliveryStatus,
    IssueRequest,
    Offer,
    Reason,
    Subject,
    Template,
)
from ..results import Issued, Results
from ..runtime.errors import ApiError, InvalidArgument, NotFoundError
from ..secret import Secret
from ..steps import Flow, call, together
from .base import AdapterBase, Known, Send, headers_of
from .delivering import after_issuing, failed, hand_over, told
from .looking import towards
from .sending import Item, listed, member, moment, send_items, text

if TYPE_CHECKING:
    from credkit_didx import AsyncDidx, Didx

_STATUS = {
    "offered": CredentialStatus.OFFERED,
    "completed": CredentialStatus.ACCEPTED,
    "failed": CredentialStatus.DECLINED,
    "expired": CredentialStatus.EXPIRED,
}
_KINDS = {
    "offered": EventKind.OFFERED,
    "completed": EventKind.ACCEPTED,
    "failed": EventKind.FAILED,
    "expired": EventKind.EXPIRED,
}
_ISSUANCE = "openid4vc.issuance."
_IDENTIFIERS = ("externalIdentifier", "username")


@dataclass(frozen=True, slots=True, kw_only=True)
class DidxAdapter(AdapterBase["Didx", "AsyncDidx"]):
    """DIDX me-creds."""

    vendor: ClassVar[str] = "didx"
    issue_operation: ClassVar[str] = "issueCredential"
    largest_batch: ClassVar[int] = 1
    channels: ClassVar[frozenset[Channel]] = frozenset(Channel)
    reconciles_by_ticket: ClassVar[bool] = True
    capabilities: ClassVar[Mapping[Capability, Support]] = {
        Capability.ISSUE: yes("`POST /me-creds/api/credentials/issuance`: an offer, which the holder accepts"),
        Capability.BATCH: no("nothing to do: requests are sent one by one, several at a time (`concurrency`)"),
        Capability.LIST: no("keep ids (a ledger does) and read each with `issuer.get`"),
        Capability.GET: yes("by the id of the issuance"),
        Capability.REVOKE: yes("for good; by the id of the issuance, the form of the older pages"),
        Capability.CANCEL: no("let the offer expire, or revoke it"),
        Capability.EMAIL: yes(
            '`deliver="email"`, or "wallet" by another identifier; the holder needs an account (`issuer.client.users`)'
        ),
        Capability.OFFER: yes("`credential.offer`"),
        Capability.QR: yes("`credential.offer.qr()`"),
        Capability.PUBLIC_URL: no("use `credential.offer`"),
        Capability.EXPIRY: no("put a date into the template's attributes"),
        Capability.WEBHOOKS: yes("`issuer.client.webhook_endpoints`; they carry an id only, and no signature"),
        Capability.EVIDENCE: no("keep evidence yourself"),
        Capability.VERIFY: yes("`issuer.client.presentations`"),
    }

    @classmethod
    def client_types(cls) -> tuple[type[Didx], type[AsyncDidx]]:
        from credkit_didx import AsyncDidx, Didx

        return Didx, AsyncDidx

    # --- issuing -----------------------------------------------------------------------------------------------------

    def problem(self, request: IssueRequest, template: Template, deliver: Channel | None) -> str | None:
        if (
            template.extra.keys() - {"identifier"}
            or template.extra.get("identifier", _IDENTIFIERS[0]) not in _IDENTIFIERS
        ):
            return f"the template's extra takes identifier, one of {', '.join(_IDENTIFIERS)}, and nothing else"
        if deliver is not None and deliver is not Channel.OFFER and not _recipient(request.subject, deliver):
            return "there is no e-mail address or id to deliver to"
        return None

    def send(self, items: Sequence[Item], send: Send) -> Flow[Results]:
        if len(items) != 1:
            raise InvalidArgument("DIDX issues one credential at a time")
        request = items[0].request
        template, attributes = self.template_id(request), self.claims(request)
        return send_items(
            items,
            send,
            lambda client: client.issuances.issue(credential_template_id=template, attributes=attributes),
            lambda issuance: _answered(items, issuance, template),
        )

    def hands_over(self, channel: Channel | None) -> bool:
        return channel not in (None, Channel.OFFER)

    def hand_over(self, results: Results, send: Send) -> Flow[Results]:
        channel = send.deliver
        if channel is None or not self.hands_over(channel):
            return results

        def work(issued: Sequence[Issued]) -> Flow[list[Credential]]:
            told_ = yield from together((self._tell(one, channel) for one in issued), self.concurrency)
            return [
                failed(one, channel, after) if isinstance(after, Exception) else after
                for one, after in zip(issued, told_, strict=True)
            ]

        return (yield from after_issuing(results, channel, work))

    def _tell(self, one: Issued, channel: Channel) -> Flow[Credential]:
        """Deliver an offer to whom its request names, by what the request's own template says that the holder is called by."""
        kind = _identifier(self.template(one.request))
        return self._deliver(one.credential, channel, one.request.subject, lambda: kind)

    def deliver(self, credential: Credential, channel: Channel, to: Subject | None) -> Flow[Credential]:
        return self._deliver(credential, channel, to, lambda: self._known_identifier(credential.template))

    def _deliver(
        self, credential: Credential, channel: Channel, to: Subject | None, identifier: Callable[[], str]
    ) -> Flow[Credential]:
        kind = "email" if channel is Channel.EMAIL else ""
        if channel is Channel.WALLET:
            kind = identifier()
        if credential.offer is None:
            credential = yield from self.get(credential)
        if channel is Channel.OFFER:
            return credential
        recipient = _recipient(to, channel)
        if recipient is None:
            raise InvalidArgument(
                "DIDX does not know the holder: give `to` with an e-mail address, or with an id for the wallet"
            )
        if credential.offer is None:
            reason = Reason("no_offer", "the vendor does not show the offer any more")
            return replace(credential, delivery=Delivery(channel, DeliveryStatus.FAILED, reason))
        uri = credential.offer.uri.reveal()
        sending = call(
            lambda client: client.wallet_offers.send(credential_offer=uri, recipient=recipient, identifier_type=kind)
        )
        return told(credential, (yield from hand_over(channel, sending)))

    def _known_identifier(self, template: str | None) -> str:
        """What holders are called by, from the id of a template alone. An offer is for whoever has it, and the same word may be one holder's
        username and another one's externalIdentifier: so nothing is guessed.

        Raises:
            InvalidArgument: the configured templates do not say it.
        """
        kinds = {_identifier(one) for one in self.templates.values() if one.id == template}
        if len(kinds) != 1:
            raise InvalidArgument(
                "DIDX knows wallets' holders by username or by externalIdentifier, and which of them is not known of this credential: "
                "give connect() its template in `templates` (one with this id), and deliver a credential that has `template`"
            )
        return kinds.pop()

    # --- looking up ----------------------------------------------------------------------------------------------------

    def look_up(self, items: Sequence[Item], now: datetime, known: Known) -> Flow[Results]:
        message = (
            "DIDX lists no issuances: look for its id in the portal or a webhook, then say so: issuer.settle(unknown, …),"
            " `credkit settle`, or, without a ledger, issuer.reconcile(unknown.known_as(ID))"
        )
        yield from ()
        return [item.unknown("cannot_look_up", message, retryable=False) for item in items]

    def get(self, credential: Credential) -> Flow[Credential]:
        found = yield from call(lambda client: client.issuances.get(credential.id))
        if text(member(found, "id")) not in (None, credential.id):
            raise NotFoundError("the answer is about another issuance", status=404)
        return replace(_credential(found, credential.template), id=credential.id)

    def revoke(self, credential: Credential, reason: str | None) -> Flow[Credential]:
        def act() -> Flow[Credential]:
            yield from call(lambda client: client.issuances.revoke(credential.id))
            try:
                found = yield from self.get(credential)
            except ApiError:  # it said yes to revoking; that it cannot be read now changes nothing
                found = credential
            return replace(found, status=CredentialStatus.REVOKED, offer=None)

        return towards(act(), lambda: self.get(credential), lambda found: found.status is CredentialStatus.REVOKED)

    def probe(self) -> Flow[Mapping[str, str]]:
        return headers_of(lambda client: client.credential_templates.with_raw_response.list())

    def parse_event(self, headers: Mapping[str, str], body: bytes | str, secret: str | None) -> Event:
        from credkit_didx import webhooks

        event = webhooks.parse(headers, body, secret=secret)
        about = event.name.removeprefix(_ISSUANCE) if event.name.startswith(_ISSUANCE) else ""
        return Event(
            vendor=self.vendor,
            kind=_KINDS.get(about, EventKind.OTHER),
            credential_id=text(member(member(event.data, "payload"), "issuance_id")) if about else None,
            status=_STATUS.get(about),
            verified=event.verified,
            id=event.id,
            raw=event.data,
        )


def _identifier(template: Template) -> str:
    """What a template's holders are called by."""
    return str(template.extra.get("identifier", _IDENTIFIERS[0]))


def _recipient(subject: Subject | None, channel: Channel) -> str | None:
    if subject is None:
        return None
    return subject.email if channel is Channel.EMAIL else subject.id


def _answered(items: Sequence[Item], issuance: Any, template: str) -> Results:
    if text(member(issuance, "id")) is None:
        return [item.unanswered() for item in items]
    return [item.issued(_credential(issuance, template)) for item in items]


def _credential(found: Any, template: str | None) -> Credential:
    parts = listed(member(found, "credentials"))
    revoked = bool(parts) and all(member(one, "status") == "revoked" for one in parts)
    status = _STATUS.get(str(member(found, "status")), CredentialStatus.UNKNOWN)
    uri, qr_uri = text(member(found, "offer_uri")), text(member(found, "offer_qr_uri"))
    open_ = uri is not None and not revoked and status in (CredentialStatus.OFFERED, CredentialStatus.UNKNOWN)
    return Credential(
        vendor=DidxAdapter.vendor,
        id=text(member(found, "id")) or "",
        status=CredentialStatus.REVOKED if revoked else status,
        template=template,
        offer=Offer(Secret(uri), qr_uri=Secret(qr_uri) if qr_uri else None) if open_ and uri else None,
        issued_at=moment(member(found, "created_at")),
        raw=found,
    )
