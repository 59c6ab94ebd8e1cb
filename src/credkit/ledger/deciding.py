"""Settling by what a person has seen at the vendor, who says so and why. Nothing here issues."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from ..adapters.base import Adapter
from ..adapters.matching import contradicts
from ..capabilities import UnsupportedByVendor
from ..model import Credential, CredentialStatus
from ..results import Issued, Rejected, Unknown
from ..runtime.errors import InvalidArgument, NotFoundError
from ..steps import Flow, blocking
from .base import Entry, Ledger
from .errors import NotUnsettled
from .fences import NO_FENCE, fence
from .records import UNREADABLE, kept_of, ticket_of


def settle(
    adapter: Adapter[Any, Any],
    ledger: Ledger,
    account: str,
    unknown: Unknown,
    *,
    issued: str | None,
    by: str,
    why: str,
    batch_id: str | None = None,
) -> Flow[Issued | Rejected]:
    """Settle what came of a request; as `decide`, for somebody who has the `Unknown` and not the entry.

    Raises:
        NotUnsettled: also when the ledger has no such intent, or it was sent again since.
    """
    if unknown.reason.code == UNREADABLE:
        raise NotUnsettled(
            "the ledger could not be read when this result came: issue it again, and look what comes of that"
        )
    try:
        key = fence(adapter, ledger, account, unknown.request)
    except (AttributeError, TypeError, ValueError):
        raise InvalidArgument(f"the request has no place in a ledger: {NO_FENCE}") from None
    entry = (yield from blocking(lambda: ledger.lookup([key]))).get(key)
    if entry is None:
        raise NotUnsettled("the ledger has no such intent")
    if entry.token != unknown.ticket.token:  # what was seen then says nothing of the later send
        raise NotUnsettled("it was sent again since this result came")
    seen = yield from _look(adapter, ledger, entry, issued, batch_id or unknown.ticket.batch_id)
    yield from blocking(partial(_write, ledger, entry, seen, by, why))
    if seen is None:
        return unknown.never_issued()
    return Issued(unknown.request, replace(seen, reference=unknown.request.reference))


def decide(
    adapter: Adapter[Any, Any],
    ledger: Ledger,
    entry: Entry,
    *,
    issued: str | None,
    by: str,
    why: str,
    batch_id: str | None = None,
) -> Flow[Entry]:
    """Settle an intent by what somebody has seen at the vendor; who and why are kept.

    Args:
        issued: the credential's id; it is looked up where the vendor can. None: there is no credential.
        batch_id: of the batch that it is in, for vendors that look up by it (Record).

    Raises:
        InvalidArgument: it is no id, the vendor has no credential of this id and template, or it belongs to another intent.
        BatchNeeded: an InvalidArgument, too: the vendor looks up by batches, and nobody has said which one it is.
        NotUnsettled: it is settled already; or nothing was issued, they say, and it may still be under way.
    """
    seen = yield from _look(adapter, ledger, entry, issued, batch_id)
    return (yield from blocking(partial(_write, ledger, entry, seen, by, why)))


def _write(ledger: Ledger, entry: Entry, seen: Credential | None, by: str, why: str) -> Entry:
    return ledger.decide(entry.fence, issued=None if seen is None else kept_of(seen), by=by, why=why)


def _look(
    adapter: Adapter[Any, Any], ledger: Ledger, entry: Entry, issued: str | None, batch_id: str | None
) -> Flow[Credential | None]:
    """The credential of this id, as far as the vendor shows it; None for None."""
    if entry.state.settled:
        raise NotUnsettled(f"it is {entry.state.value} already")
    if issued is None:
        return None
    given: object = issued
    if not isinstance(given, str) or not issued or not issued.isprintable() or issued != issued.strip():
        raise InvalidArgument("a credential's id has printable characters, and no space around them")
    if batch_id is None:
        batch_id = ticket_of(adapter, entry).batch_id
    seen = yield from _seen(adapter, issued, batch_id, entry.template)
    for id_ in {issued, seen.id}:
        if (yield from blocking(partial(ledger.has_credential, entry.account, id_))):
            raise InvalidArgument("this credential belongs to another intent")
    return seen


def _seen(adapter: Adapter[Any, Any], id_: str, batch_id: str | None, template: str) -> Flow[Credential]:
    named = Credential(vendor=adapter.vendor, id=id_, status=CredentialStatus.UNKNOWN, batch_id=batch_id)
    try:
        credential = yield from adapter.get(named)
    except NotFoundError:
        raise InvalidArgument("the vendor has no credential of this id") from None
    except UnsupportedByVendor:
        return replace(named, batch_id=None)  # the vendor has no call for it, so that nobody has seen the batch either
    if credential.id.casefold() != id_.casefold():  # as vendors write UUIDs
        raise InvalidArgument("the vendor answered with another credential than the one of this id")
    if contradicts(credential.template, template):
        raise InvalidArgument("the credential of this id is of another template than the one that was asked for")
    return credential
