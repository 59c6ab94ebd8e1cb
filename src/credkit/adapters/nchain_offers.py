"""nChain's offers: how they are recognised, read, shown, sent and revoked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from ..capabilities import RefusedByVendor
from ..model import Credential, CredentialStatus, Offer
from ..runtime.errors import ApiError, InvalidArgument
from ..secret import Secret
from ..steps import Flow, call
from ..ticket import Ticket
from .looking import Listing, collect
from .matching import in_time, is_unmarked
from .protocol import Known
from .sending import listed, member, moment, plain_code, text

VENDOR = "nchain"
NO_TICKET = Ticket(vendor=VENDOR, operation="", token="", sent_at=datetime(2000, 1, 1, tzinfo=UTC))

_STATUS = {
    "ready_to_claim": CredentialStatus.OFFERED,
    "claimed": CredentialStatus.ACCEPTED,
    "revoked": CredentialStatus.REVOKED,
    "expired": CredentialStatus.EXPIRED,
}
"""Only the first is documented with its literal value."""
_NAME_LIMIT = 50
"""Longest name of a collection."""
_REFERENCES = UUID("8d2ab1b8-6a37-4f0c-9d0e-5f6d4c1f2a77")
"""Namespace of the references that follow from a send's token; a reference looks like a UUID in nChain's examples."""


# --- recognising ----------------------------------------------------------------------------------------------------


def reference(ticket: Ticket) -> str:
    """The reference of one offer of a send."""
    return str(uuid5(_REFERENCES, f"{ticket.token}/{ticket.position}"))


def by_reference(found: Iterable[Any]) -> dict[str | None, list[Any]]:
    """Offers by what they give as their reference; under None those that give none."""
    sorted_: dict[str | None, list[Any]] = {}
    for one in found:
        sorted_.setdefault(text(member(one, "reference_id")), []).append(one)
    return sorted_


def strangers(found: Mapping[str | None, Sequence[Any]], ticket: Ticket, known: Known) -> list[Any]:
    """The offers of a send's collection that are nobody's: their references are none that it gave, or are those of another offer, too. While
    there is one, nothing of the send was certainly never offered, as nChain may have written its reference otherwise.

    Args:
        found: by reference. `known`: ids of offers that belong to other requests.
    """
    given = {reference(replace(ticket, position=position)) for position in range(ticket.count)}
    nobodys = [one for name, some in found.items() if name not in given or len(some) > 1 for one in some]
    return [one for one in nobodys if (id_of(one) or "") not in known]


def collection_name(label: str, token: str) -> str:
    mark = f"[{token}]"
    return f"{label[: _NAME_LIMIT - len(mark) - 1].strip()} {mark}".strip()


def collections_of(ticket: Ticket, settle_after: timedelta) -> Flow[Listing]:
    """The collections whose name carries a send's token. Not complete, if there is one of that time without any token."""
    every = yield from collect(lambda client: client.credential_offer_collections.list_all(limit=100), id_of, _is_all)
    mine, changed = [], False
    for one in every.entries:
        name, made_at = text(member(one, "name")), moment(member(one, "created_at"))
        if name is not None and ticket.token in name:
            mine.append(one)
        changed |= is_unmarked(name) and in_time(made_at, ticket, settle_after)
    return Listing(tuple(mine), every.complete and not changed)


def offers_in(collection: str) -> Flow[Listing]:
    """Every offer of a collection."""
    wanted = [f"$eq:{collection}"]
    return collect(
        lambda client: client.credential_offers.list_all(credential_offer_collection_id=wanted, limit=100),
        id_of,
        _is_all,
    )


def _is_all(page: Any, found: int, here: int) -> bool:
    """By the total, which may be left out; else by an empty page, as a full-looking one may have been cut."""
    total = member(member(page, "meta"), "total_items")
    return found >= total if isinstance(total, (int, float)) else here == 0


def id_of(found: Any) -> str | None:
    given = member(found, "id")
    return str(given) if isinstance(given, UUID) else text(given)


def as_uuid(given: object) -> UUID | None:
    try:
        return UUID(str(given))
    except ValueError:
        return None


def uuid(given: str) -> UUID:
    found = as_uuid(given)
    if found is None:
        raise InvalidArgument("ids of nChain are UUIDs")
    return found


# --- reading --------------------------------------------------------------------------------------------------------


def credential(found: Any) -> Credential:
    """An offer as a credential; `with_offer` adds what a wallet needs."""
    status = _STATUS.get(str(member(found, "status")), CredentialStatus.UNKNOWN)
    if status is CredentialStatus.OFFERED and member(found, "email_sent") is True:
        status = CredentialStatus.DELIVERED
    return Credential(
        vendor=VENDOR,
        id=id_of(found) or "",
        status=status,
        template=text(member(found, "credential_id")),
        batch_id=id_of(member(found, "credential_offer_collection")),
        issued_at=moment(member(found, "issued_at")) or moment(member(found, "created_at")),
        expires_at=moment(member(found, "expiration_date")),
        revoked_at=moment(member(found, "revoked_at")),
        raw=found,
    )


def with_offer(given: Credential) -> Flow[Credential]:
    """The credential with its offer, while it waits to be claimed; without it when the vendor does not give it now."""
    if given.status not in (CredentialStatus.OFFERED, CredentialStatus.DELIVERED, CredentialStatus.UNKNOWN):
        return given
    try:
        code = yield from call(lambda client: client.credential_offers.claim(uuid(given.id)))
    except ApiError:
        return given
    uri = text(member(code, "uri"))
    return replace(given, offer=Offer(Secret(uri), expires_at=given.expires_at)) if uri else given


# --- writing --------------------------------------------------------------------------------------------------------


def share(credentials: Sequence[Credential]) -> Flow[Any]:
    """Have nChain send the offers by e-mail, all in one call."""
    ids = [str(uuid(one.id)) for one in credentials]  # also refuses the empty one of what was erased
    return call(lambda client: client.credential_offers.share_with_email(credential_offer_ids=ids))


def revoke(given: Credential, reason: str | None) -> Flow[Credential]:
    """Revoke a claimed credential.

    Raises:
        RefusedByVendor: nChain says, inside a 200, why it did not.
    """
    from credkit_nchain import models

    optional = {} if reason is None else {"revocation_reason": reason}
    wanted = models.Revocation(id=uuid(given.id), **optional)
    answer = yield from call(lambda client: client.credential_offers.revoke(revoke=[wanted]))
    for one in listed(member(answer, "revocations")):
        if id_of(one) == given.id:
            return credential(one)
    codes = [text(member(one, "code")) for one in listed(member(answer, "failed")) if id_of(one) == given.id]
    code = plain_code(codes[0]) if codes and codes[0] else "no_answer"
    raise RefusedByVendor(f"nChain did not revoke it: {code}", code=code)
