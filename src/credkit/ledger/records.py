"""Between the facade's model and the ledger's records: what is kept of a result, and the result that an entry stands for. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import Any

from ..adapters.base import Adapter, Send
from ..adapters.sending import plain_code
from ..model import Channel, Credential, CredentialStatus, Delivery, DeliveryStatus, IssueRequest, Reason
from ..results import Issued, Rejected, Result, Unknown
from ..runtime.errors import InvalidArgument
from ..ticket import Ticket
from .base import Entry, Kept, Outcome, State

_NOTHING_SHARED: tuple[str, str | None, str | None, datetime | None, datetime | None] = ("", None, None, None, None)
UNREADABLE = "ledger_unreadable"
"""The code of what a call could not say, as the ledger did not answer; nothing was sent for it, or the ledger has it."""
_ISSUED = State.ISSUED  # a member of an enum takes long to look up, and this one is asked for with every credential


def subject_of(request: IssueRequest) -> Mapping[str, Any]:
    """What tells one request from another when neither has a reference: everything but when it ends."""
    subject = request.subject
    members = {one.name: getattr(subject, one.name) for one in fields(subject)}
    return {"kind": type(subject).__name__, "subject": members, "claims": request.claims}


# --- to the ledger -----------------------------------------------------------------------------------------------------


def outcomes_of(results: Iterable[Result], fences: Iterable[bytes]) -> list[Outcome]:
    """What is written down of results: no name, no address, no offer, none of the vendor's sentences."""
    outcomes: list[Outcome] = []
    last: Credential | None = None
    status, batch, delivery, issued_at, expires_at = _NOTHING_SHARED
    for result, fence in zip(results, fences, strict=True):
        if isinstance(result, Issued):
            common, id_, url = result.parts()
            if common is not last:  # those of a batch have most in common
                last = common
                _, status, batch, _, delivery, issued_at, expires_at = kept_of(common)
            kept = Kept(id_, status, batch, url, delivery, issued_at, expires_at)
            outcomes.append(Outcome(fence, _ISSUED, kept))
        else:
            outcomes.append(_open_or_refused(result, fence))
    return outcomes


def _open_or_refused(result: Rejected | Unknown, fence: bytes) -> Outcome:
    reason = result.reason
    state, text = (State.REJECTED, None) if isinstance(result, Rejected) else (State.UNKNOWN, result.ticket.to_json())
    return Outcome(fence, state, code=plain_code(reason.code), retryable=reason.retryable, ticket=text)


def kept_of(credential: Credential) -> Kept:
    """What is kept of a credential."""
    delivery = credential.delivery
    return Kept(
        id=credential.id,
        status=credential.status.value,
        batch_id=credential.batch_id,
        url=credential.url,
        delivery=None if delivery is None else f"{delivery.channel.value}:{delivery.status.value}",
        issued_at=_storable(credential.issued_at),
        expires_at=_storable(credential.expires_at),
    )


def _storable(moment: datetime | None) -> datetime | None:
    """A vendor's time as one that can be read again: what lies beyond the calendar in UTC is the calendar's end."""
    if moment is None or moment.tzinfo is UTC:
        return moment
    try:
        return (moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except OverflowError:
        return (datetime.max if moment.year > 1 else datetime.min).replace(tzinfo=UTC)


# --- from the ledger ---------------------------------------------------------------------------------------------------


def standing_result(adapter: Adapter[Any, Any], request: IssueRequest, entry: Entry) -> Result:
    """What an entry says of a request."""
    match entry.state:
        case State.ISSUED:
            assert entry.credential is not None
            return Issued(request, credential_of(adapter.vendor, entry, entry.credential, request.reference))
        case State.REJECTED:
            code = entry.code or "refused"
            return Rejected(request, Reason(code, "it was rejected before", retryable=entry.retryable))
        case State.SENDING:
            message = "it is being sent, or was when a process ended; it is not sent again before that is settled"
            reason = Reason("answer_lost", message, retryable=True, retry_at=entry.settles_at)
        case State.UNKNOWN:
            message = "it was sent before and is not settled; it is not sent again before that"
            reason = Reason(entry.code or "answer_lost", message, retryable=entry.retryable)
    return Unknown(request, ticket_of(adapter, entry), reason)


def credential_of(vendor: str, entry: Entry, kept: Kept, reference: str | None) -> Credential:
    """A credential as far as it is kept. `issuer.get` gives all of it."""
    return Credential(
        vendor=vendor,
        id=kept.id,
        status=_status(kept.status),
        template=entry.template,
        reference=reference,
        url=kept.url,
        batch_id=kept.batch_id,
        issued_at=kept.issued_at,
        expires_at=kept.expires_at,
        delivery=_delivery(kept.delivery),
    )


def _status(text: str) -> CredentialStatus:
    try:
        return CredentialStatus(text)
    except ValueError:
        return CredentialStatus.UNKNOWN


def _delivery(text: str | None) -> Delivery | None:
    if text is None:
        return None
    channel, _, status = text.partition(":")
    try:
        return Delivery(Channel(channel), DeliveryStatus(status))
    except ValueError:
        return None


def ticket_of(adapter: Adapter[Any, Any], entry: Entry) -> Ticket:
    """The ticket of an unsettled entry: as it was kept, or, where a process ended before it knew more, or another version of Credkit
    wrote it in its own way, as the send began; it waited until `settle_after` before `settles_at` at most."""
    if entry.ticket is not None:
        with suppress(InvalidArgument):
            return Ticket.from_json(entry.ticket)
    send = Send(token=entry.token, label=entry.label, sent_at=entry.sent_at, account=entry.account)
    ended_at = max(entry.sent_at, entry.settles_at - adapter.settle_after)
    return replace(adapter.ticket(send, entry.position, entry.count), ended_at=ended_at)


def with_news(ticket: Ticket, news: Ticket | None) -> Ticket:
    """A kept ticket with what somebody has found out since about the same send."""
    if news is None or (news.token, news.position) != (ticket.token, ticket.position):
        return ticket
    credential_id, batch_id = news.credential_id or ticket.credential_id, news.batch_id or ticket.batch_id
    return replace(ticket, credential_id=credential_id, batch_id=batch_id)


def is_under_way(entry: Entry | None, now: datetime) -> bool:
    """Whether an answer may still come: then looking it up settles nothing."""
    return entry is not None and entry.state is State.SENDING and now < entry.settles_at
