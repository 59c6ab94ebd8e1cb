"""What can be read of nChain's offers."""

from __future__ import annotations

from uuid import UUID

from credkit_nchain import credential_offers, models

from ..answers import Answer, Refusal
from ..call import Call
from ..clock import epoch_ms
from ..simulator import on
from .nchain_agent import NChainAgent
from .nchain_filters import conditions, matching
from .nchain_offers import CLAIMED, EXPIRED, FILTERS, READY, REVOKED, SEARCH_FILTERS, claim_uri, details, listed
from .nchain_state import PROFILE, READERS, Kept, is_only_user, user_of


class NChainReading(NChainAgent):
    """Lists, searches and single offers."""

    # --- reading -------------------------------------------------------------------------------------------------

    @on(credential_offers.LIST, roles=READERS)
    def list_offers(self, call: Call) -> Answer:
        wanted = conditions(call, FILTERS, strict=self.strict)
        every = [self.as_of_now(kept) for kept in reversed(self.state.offers.values())]
        found = [listed(offer) for offer in matching(every, wanted)]
        items, around = self.page(call, found, wanted)
        if wanted:
            self._remember_search(call, around["meta"], len(found))
        return Answer(200, models.CredentialOfferPage(data=items, **around))

    @on(credential_offers.SEARCH_HISTORY, roles=READERS)
    def search_history(self, call: Call) -> Answer:
        wanted = conditions(call, SEARCH_FILTERS, strict=self.strict)
        mine = [one for one in self.state.searches if not is_only_user(call) or one.created_by == user_of(call)]
        items, around = self.page(call, matching(reversed(mine), wanted), wanted)
        return Answer(200, models.CredentialOfferSearchPage(data=items, **around))

    @on(credential_offers.TYPE_USAGE, roles=READERS)
    def type_usage(self, call: Call) -> Answer:
        latest: dict[str, str] = {}
        for kept in self.state.offers.values():
            for type_ in kept.offer.credential_types or ():
                created = kept.offer.created_at
                latest[type_] = max(latest.get(type_, ""), created.isoformat() if created else "")
        return Answer(
            200,
            [models.CredentialTypeUsage(credential_type=type_, latest_created_at=at) for type_, at in latest.items()],
        )

    @on(credential_offers.GET, roles=READERS)
    def get(self, call: Call) -> Answer:
        return Answer(200, details(self.as_of_now(self.kept(call.path["id"]))))

    @on(credential_offers.CLAIM)
    def claim_code(self, call: Call) -> Answer:
        kept = self.kept(call.path["id"])
        offer = self.as_of_now(kept)
        if offer.status != READY:
            raise Refusal(409, None, f"the offer is {offer.status}")
        profile = models.ClaimOrganisationProfile(name=PROFILE.name, image=PROFILE.image)
        body = models.ClaimCode(
            uri=claim_uri(kept, self.base),
            user_pin_required=False,
            credential_names=offer.credential_names or [],
            credential_types=offer.credential_types or [],
            organisation_profile=profile,
        )
        return Answer(200, body)

    @on(credential_offers.STATUS)
    def status(self, call: Call) -> Answer:
        offer = self.as_of_now(self.kept(call.path["id"]))
        assert offer.created_at is not None
        done = offer.status in (CLAIMED, REVOKED)
        body = models.CredentialOfferStatus(
            created_at=epoch_ms(offer.created_at),
            last_updated_at=epoch_ms(offer.updated_at or offer.created_at),
            status="CREDENTIAL_ISSUED" if done else "OFFER_CREATED",
        )
        return Answer(200, body)

    def kept(self, id_: str) -> Kept:
        try:
            kept = self.state.offers.get(UUID(id_))
        except ValueError:
            raise Refusal(400, None, "the id is not a UUID") from None
        if kept is None:
            raise Refusal(404, None, "there is no such credential offer")
        return kept

    def as_of_now(self, kept: Kept) -> models.CredentialOfferBase:
        """An offer with its status as of now."""
        offer = kept.offer
        over = offer.expiration_date is not None and offer.expiration_date <= self.now()
        return offer.model_copy(update={"status": EXPIRED}) if over and offer.status == READY else offer

    def _remember_search(self, call: Call, meta: models.PageMeta, found: int) -> None:
        query = models.SearchQuery(
            filter=dict(meta.filter or {}),
            sort_by=["createdAt:DESC"],
            page=int(meta.current_page or 1),
            limit=int(meta.items_per_page or 20),
            path=call.received.target.partition("?")[0],
        )
        search = models.CredentialOfferSearch(
            id=self.ids.uuid(),
            created_by=user_of(call),
            created_at=self.now(),
            updated_at=self.now(),
            search_query=query,
            records_found=found,
        )
        self.state.searches.append(search)
