"""nChain Identity: offers that are made in bulk, sent by e-mail or shown, claimed by a wallet, and revoked.

A template is a credential of the credential template (`credentialId`). It also needs a correlation id and an organisation profile: from
`connect("nchain", correlation_id=…, organisation_profile_id=…)` or the template's `extra`. Reconciling: every send makes a collection of
its own that carries its token, and every offer has a reference that follows from token and place.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from ..capabilities import Capability, Support, no, yes
from ..model import Channel, Credential, CredentialStatus, IssueRequest, Reason, Subject, Template
from ..results import Issued, Rejected, Result, Results
from ..runtime.errors import (
    ConfigurationError,
    InvalidArgument,
    NotFoundError,
    NotSent,
    OutcomeUnknown,
    StatusError,
)
from ..runtime.operation import Operation
from ..steps import Flow, call, together
from . import nchain_offers as offers
from .base import AdapterBase, Filter, Known, Send, headers_of
from .delivering import after_issuing, hand_over, told
from .looking import Listing, emit_pages, towards
from .matching import contradicts, repeated
from .sending import Item, in_groups, invalid, listed, member, moment, reason_of, send_items, text

if TYPE_CHECKING:
    from credkit_nchain import AsyncNChain, NChain, models

_EXTRA = frozenset({"correlation_id", "organisation_profile_id"})


def _no_collection(error: Exception) -> Reason:
    """Why nothing was offered, from what came of making the collection: it may exist, but a collection is no offer."""
    reason = reason_of(error)
    if isinstance(error, (InvalidArgument, NotSent, StatusError)):
        return reason
    what = "was lost" if isinstance(error, OutcomeUnknown) else "could not be understood"
    message = f"no offer was made: the answer to the collection {what}"
    return replace(reason, code="not_sent", message=message, retryable=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class NChainAdapter(AdapterBase["NChain", "AsyncNChain"]):
    """nChain Identity. Its documents name no limit for a bulk request; `batch_size` keeps it small."""

    vendor: ClassVar[str] = "nchain"
    issue_operation: ClassVar[str] = "createCredentialOffers"
    channels: ClassVar[frozenset[Channel]] = frozenset({Channel.OFFER, Channel.EMAIL})
    reconciles_by_ticket: ClassVar[bool] = True
    capabilities: ClassVar[Mapping[Capability, Support]] = {
        Capability.ISSUE: yes("`POST /private/credential-offers`: an offer, which the holder claims"),
        Capability.BATCH: yes("200 offers to a call; nChain names no limit"),
        Capability.LIST: yes("by credential, status and collection"),
        Capability.GET: yes("by id, with the offer while it can be claimed"),
        Capability.REVOKE: yes("once it is claimed, with a reason"),
        Capability.CANCEL: yes("while it is not claimed"),
        Capability.EMAIL: yes('`deliver="email"`; at most 2 calls a minute, each for any number of offers'),
        Capability.OFFER: yes("`credential.offer`"),
        Capability.QR: yes("`credential.offer.qr()`"),
        Capability.PUBLIC_URL: no("use `credential.offer`"),
        Capability.EXPIRY: yes("`expires`"),
        Capability.WEBHOOKS: no("list by status, or `issuer.get`"),
        Capability.EVIDENCE: no("keep evidence yourself"),
        Capability.VERIFY: yes("`issuer.client.presentation_definitions`"),
    }
    batch_size: int = 200
    correlation_id: str | None = None
    organisation_profile_id: str | None = None

    @classmethod
    def client_types(cls) -> tuple[type[NChain], type[AsyncNChain]]:
        from credkit_nchain import AsyncNChain, NChain

        return NChain, AsyncNChain

    @property
    def operations(self) -> tuple[Operation[Any], ...]:
        from credkit_nchain import credential_offer_collections, credential_offers

        return (
            credential_offer_collections.CREATE,
            credential_offers.CREATE,
            credential_offers.CLAIM,
            credential_offers.SHARE_WITH_EMAIL,
        )

    # --- issuing -----------------------------------------------------------------------------------------------------

    def problem(self, request: IssueRequest, template: Template, deliver: Channel | None) -> str | None:
        if unknown := template.extra.keys() - _EXTRA:
            return f"the template's extra has {min(unknown)!a}; nChain's adapter knows {', '.join(sorted(_EXTRA))}"
        correlation, profile = self._target(template)
        if not correlation or not profile:
            return "nChain needs correlation_id and organisation_profile_id, from connect() or the template"
        if offers.as_uuid(profile) is None:
            return "organisation_profile_id is a UUID"
        if any(not isinstance(value, str) for value in self.claims(request).values()):
            return "nChain takes texts as claims"
        if deliver is Channel.EMAIL and not request.subject.email:
            return "there is no e-mail address to deliver to"
        return invalid(lambda: self._offer(Item(request, offers.NO_TICKET), None))

    def batch_key(self, request: IssueRequest) -> Hashable:
        return self._target(self.template(request))

    def _target(self, template: Template) -> tuple[str | None, str | None]:
        """For whom offers of a template are made: correlation id and organisation profile."""
        extra = template.extra
        correlation = extra.get("correlation_id", self.correlation_id)
        return correlation, extra.get("organisation_profile_id", self.organisation_profile_id)

    def send(self, items: Sequence[Item], send: Send) -> Flow[Results]:
        correlation, profile = self._target(self.template(items[0].request))
        wanted = [self._offer(item, self.expires_at(item.request, send.sent_at)) for item in items]
        try:
            made = yield from call(
                lambda client: client.credential_offer_collections.create(
                    name=offers.collection_name(send.label, send.token)
                )
            )
        except ConfigurationError:
            raise
        except Exception as error:  # whatever became of the collection, nothing was offered
            reason = _no_collection(error)
            return [Rejected(item.request, reason) for item in items]
        collection = offers.as_uuid(member(made, "id"))
        if collection is None:  # offers outside of a collection of their own could not be found again
            reason = Reason("not_sent", "nothing was sent: nChain gave the collection no id that can be used", True)
            return [Rejected(item.request, reason) for item in items]
        return (
            yield from send_items(
                items,
                send,
                lambda client: client.credential_offers.create(
                    correlation_id=correlation,
                    organisation_profile_id=offers.as_uuid(profile),
                    credential_offers=wanted,
                    credential_offer_collection_id=collection,
                ),
                lambda answer: self._answered(items, answer, str(collection)),
                batch_id=str(collection),
            )
        )

    def _offer(self, item: Item, expires: datetime | None) -> models.CredentialOfferInput:
        from credkit_nchain import models

        optional: dict[str, Any] = {"email": item.request.subject.email, "expiration_date": expires}
        claims = self.claims(item.request).items()
        return models.CredentialOfferInput(
            credential_id=self.template_id(item.request),
            reference_id=offers.reference(item.ticket),
            claims=[
                models.ClaimInput(data_type="string", claim_name=name, claim_value=value) for name, value in claims
            ],
            **{name: value for name, value in optional.items() if value is not None},
        )

    def _answered(self, items: Sequence[Item], answer: Any, collection: str) -> Results:
        """What the answer says of each item, by the references that it echoes; nothing, where what else it echoes is not the item's."""
        given = listed(member(answer, "credential_offers"))
        made, twice = offers.by_reference(given), repeated([offers.id_of(one) for one in given])
        failed = offers.by_reference(listed(member(answer, "failed_credential_offers")))
        results: Results = []
        for item in items:
            reference = offers.reference(item.ticket)
            mine, refusals = made.get(reference, []), failed.get(reference, [])
            id_ = offers.id_of(mine[0]) if len(mine) == 1 else None
            alone = id_ is not None and id_ not in twice and not refusals
            if alone and not self._is_anothers(mine[0], item.request) and not self._ends_otherwise(mine[0], item):
                results.append(item.issued(offers.credential(mine[0])))
            elif len(refusals) == 1 and not mine:
                code, detail = text(member(refusals[0], "error_code")), text(member(refusals[0], "error"))
                results.append(item.rejected(code, "nChain made no offer of this", detail=detail))
            else:
                results.append(item.unanswered(batch_id=collection))
        return results

    def _is_anothers(self, offer: Any, request: IssueRequest) -> bool:
        """Whether an offer says of itself that it is for another holder than a request asks for, of another type, or says other things."""
        told = {text(member(one, "claim_name")): member(one, "claim_value") for one in listed(member(offer, "claims"))}
        return (
            contradicts(member(offer, "email"), request.subject.email)
            or contradicts(member(offer, "credential_id"), self.template_id(request))
            or any(contradicts(told.get(name), value) for name, value in self.claims(request).items())
        )

    def _ends_otherwise(self, offer: Any, item: Item) -> bool:
        """Whether an offer says that it ends at another time than was just asked for; the time of day may have been left out."""
        told, asked = moment(member(offer, "expiration_date")), self.expires_at(item.request, item.ticket.sent_at)
        return told is not None and asked is not None and abs(told - asked) > timedelta(days=1)

    # --- delivering ----------------------------------------------------------------------------------------------------

    def hand_over(self, results: Results, send: Send) -> Flow[Results]:
        """Send the offers, or get what is needed to show them."""

        def work(issued: Sequence[Issued]) -> Flow[list[Credential]]:
            credentials = [one.credential for one in issued]
            if send.deliver is Channel.EMAIL:
                delivery = yield from hand_over(Channel.EMAIL, offers.share(credentials))
                return [told(credential, delivery) for credential in credentials]
            found = yield from together((offers.with_offer(one) for one in credentials), self.concurrency)
            return [
                one if isinstance(after, Exception) else after for one, after in zip(credentials, found, strict=True)
            ]

        return after_issuing(results, send.deliver or Channel.OFFER, work)

    def deliver(self, credential: Credential, channel: Channel, to: Subject | None) -> Flow[Credential]:
        if channel is Channel.OFFER:
            return (yield from offers.with_offer(credential))
        return told(credential, (yield from hand_over(channel, offers.share([credential]))))

    # --- looking up ----------------------------------------------------------------------------------------------------

    def look_up(self, items: Sequence[Item], now: datetime, known: Known) -> Flow[Results]:
        return in_groups(items, lambda item: item.ticket.token, lambda mine: self._settle(mine, now, known))

    def _settle(self, items: Sequence[Item], now: datetime, known: Known) -> Flow[Results]:
        """What became of the items of one send."""
        ticket = items[0].ticket
        collection = ticket.batch_id
        if collection is None:
            made = yield from offers.collections_of(ticket, self.settle_after)
            if not made.entries:  # it is made before the offers, so there are none
                return [self._absent(item, made, now) for item in items]
            collection = offers.id_of(made.entries[0])
            if len(made.entries) > 1 or collection is None:
                return [item.ambiguous("not exactly one collection carries the send's token") for item in items]
        listing = yield from offers.offers_in(collection)
        found = offers.by_reference(listing.entries)
        strange = offers.strangers(found, ticket, known)
        results: Results = []
        for item in items:
            mine = found.get(offers.reference(item.ticket), [])
            id_ = offers.id_of(mine[0]) if len(mine) == 1 else None
            if id_ is not None and id_ not in known and not self._is_anothers(mine[0], item.request):
                results.append(item.issued((yield from offers.with_offer(offers.credential(mine[0])))))
            elif mine or strange:
                results.append(item.ambiguous("an offer of its collection could be this one, and is not certainly"))
            else:
                results.append(self._absent(item, listing, now))
        return results

    def _absent(self, item: Item, listing: Listing, now: datetime) -> Result:
        if not listing.complete:
            return item.incomplete("nChain says that there is more than it lists")
        return item.not_found(now, self.settle_after)

    def get(self, credential: Credential) -> Flow[Credential]:
        found = yield from call(lambda client: client.credential_offers.get(offers.uuid(credential.id)))
        return (yield from offers.with_offer(offers.credential(found)))

    def list(self, wanted: Filter) -> Flow[None]:
        if wanted.subject_id is not None:
            raise InvalidArgument("nChain cannot list by subject_id")
        filters = {
            "credential_id": wanted.template,
            "credential_offer_collection_id": wanted.batch_id,
        }
        given = {name: [f"$eq:{value}"] for name, value in filters.items() if value is not None}
        return emit_pages(
            lambda client: client.credential_offers.list_all(limit=100, **given), offers.credential, wanted
        )

    # --- ending --------------------------------------------------------------------------------------------------------

    def revoke(self, credential: Credential, reason: str | None) -> Flow[Credential]:
        return towards(
            offers.revoke(credential, reason),
            lambda: self.get(credential),
            lambda found: found.status is CredentialStatus.REVOKED,
        )

    def cancel(self, credential: Credential) -> Flow[Credential]:
        gone = replace(credential, status=CredentialStatus.CANCELLED, offer=None)

        def act() -> Flow[Credential]:
            yield from call(lambda client: client.credential_offers.delete(offers.uuid(credential.id)))
            return gone

        def look() -> Flow[Credential]:
            try:
                return (yield from self.get(credential))
            except NotFoundError:
                return gone

        return towards(act(), look, lambda found: found is gone)

    def probe(self) -> Flow[Mapping[str, str]]:
        return headers_of(lambda client: client.credential_offers.with_raw_response.type_usage())
