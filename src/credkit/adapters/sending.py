"""What adapters share: making the one call that can issue, and answering every request of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from operator import is_
from typing import Any, TypeVar

from ..model import Credential, IssueRequest, Reason
from ..results import Issued, Rejected, Result, Results, Unknown
from ..runtime.errors import (
    AuthenticationError,
    ConfigurationError,
    InvalidArgument,
    NotFoundError,
    NotSent,
    OutcomeUnknown,
    PermissionDeniedError,
    RateLimitedError,
    RateLimitWait,
    StatusError,
    TokenError,
)
from ..runtime.unset import UNSET
from ..steps import Flow, call
from ..ticket import Ticket
from .protocol import Send
from .words import said

T = TypeVar("T")

KEY_FAULTS = (AuthenticationError, PermissionDeniedError)
"""What a vendor answers when the key is not one that it takes, or not for this."""
STOOD_STILL = "the process stood still, or the clock was set, before it could send"
_WORDS = "`reason.detail` has the vendor's words"
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_.\-]{0,63}")


class Item:
    """A request that is sent, or was, with the ticket that it has if its outcome is not known.

    A ticket may be given as what makes it of the position in the send: few outcomes are unknown, and the others need none.
    """

    __slots__ = ("_position", "_ticket", "request")

    def __init__(self, request: IssueRequest, ticket: Ticket | Callable[[int], Ticket], position: int = 0) -> None:
        self.request = request
        self._ticket = ticket
        self._position = position

    @property
    def ticket(self) -> Ticket:
        if not isinstance(self._ticket, Ticket):
            self._ticket = self._ticket(self._position)
        return self._ticket

    def issued(self, credential: Credential) -> Issued:
        """Certainly this credential came of it."""
        reference = self.request.reference
        mine = credential if credential.reference == reference else replace(credential, reference=reference)
        return Issued(self.request, mine)

    def rejected(self, code: str | None, message: str, *, detail: str | None = None) -> Rejected:
        """The vendor said no to it. A code that is not a plain word is left out: it may be anything."""
        whole = f"{message}; {_WORDS}" if detail else message
        return Rejected(self.request, Reason(plain_code(code), whole, detail=detail))

    def unknown(
        self,
        code: str,
        message: str,
        *,
        retryable: bool = True,
        retry_at: datetime | None = None,
        batch_id: str | None = None,
        credential_id: str | None = None,
        error: Exception | None = None,
    ) -> Unknown:
        """A credential may have come of it. `batch_id`, `credential_id`: what the vendor said all the same."""
        ticket = replace(
            self.ticket,
            batch_id=batch_id or self.ticket.batch_id,
            credential_id=credential_id or self.ticket.credential_id,
        )
        return Unknown(self.request, ticket, Reason(code, message, retryable, retry_at, error=error))

    def unanswered(self, *, batch_id: str | None = None, credential_id: str | None = None) -> Unknown:
        """There was an answer, and nothing in it is certainly this item's."""
        message = "the vendor's answer says nothing certain about it"
        return self.unknown("not_in_answer", message, batch_id=batch_id, credential_id=credential_id)

    # --- when looking it up ------------------------------------------------------------------------------------------

    def not_found(self, now: datetime, settle_after: timedelta) -> Rejected | Unknown:
        """A complete list does not have it: it never happened, or may still happen if the send was not long ago."""
        settled_at = (self.ticket.ended_at or self.ticket.sent_at) + settle_after
        if now < settled_at:
            message = "the vendor has no such credential yet, and may still be at work"
            return self.unknown("too_early", message, retry_at=settled_at)
        message = "the vendor has no such credential"
        return Rejected(self.request, Reason("never_issued", message, retryable=True))

    def ambiguous(self, message: str) -> Unknown:
        """What was found does not say which is which."""
        return self.unknown("ambiguous", message, retryable=False)

    def incomplete(self, message: str) -> Unknown:
        """It was not found, and the list may not be the whole one."""
        return self.unknown("listing_incomplete", message)


def items_of(unknown: Iterable[Unknown]) -> list[Item]:
    return [Item(one.request, one.ticket) for one in unknown]


def in_groups(
    items: Sequence[Item], key: Callable[[Item], Hashable], settle: Callable[[list[Item]], Flow[Results]]
) -> Flow[Results]:
    """Settle items group by group; results in the order of the items."""
    groups: dict[Hashable, dict[int, Item]] = {}
    for position, item in enumerate(items):
        groups.setdefault(key(item), {})[position] = item
    results: dict[int, Result] = {}
    for group in groups.values():
        settled = yield from settle(list(group.values()))
        results |= dict(zip(group, settled, strict=True))
    return [results[position] for position in range(len(items))]


def send_items(
    items: Sequence[Item],
    send: Send,
    run: Callable[[Any], T],
    match: Callable[[T], Results],
    *,
    batch_id: str | None = None,
) -> Flow[Results]:
    """Make the one call that can issue, once, and answer every item.

    Args:
        send: what the call is for; it is not made when the send may not begin any more.
        run: the call.
        match: results of the items from the vendor's answer, in their order; if it fails, or does not answer each item, all are
            unknown.
        batch_id: the vendor's, where it is known before the answer.

    Raises:
        ConfigurationError: nothing was sent, and nothing can be.
    """

    def timely(client: Any) -> T:
        if not send.may_begin():
            raise NotSent(STOOD_STILL)
        return run(client)

    try:
        answer = yield from call(timely)
    except OutcomeUnknown as error:
        return lost(items, error, batch_id=batch_id)
    except ConfigurationError:
        raise
    except (NotSent, InvalidArgument, StatusError) as error:
        reason = _refused(error)
        return [Rejected(item.request, reason) for item in items]
    except Exception as error:
        return lost(items, error, batch_id=batch_id)
    try:
        results = match(answer)
    except Exception as error:
        return lost(items, error, batch_id=batch_id)
    same = len(results) == len(items) and all(
        map(is_, [one.request for one in results], [item.request for item in items])
    )
    return results if same else [item.unanswered(batch_id=batch_id) for item in items]


def lost(items: Sequence[Item], error: Exception, *, batch_id: str | None = None) -> Results:
    """Nothing is known of what became of the items."""
    phase = error.phase.value if isinstance(error, OutcomeUnknown) and error.phase else None
    message = "the answer was lost" if isinstance(error, OutcomeUnknown) else "the answer could not be understood"
    bare(error)
    found: list[Result] = []
    for item in items:
        ticketed = Item(item.request, replace(item.ticket, phase=phase)) if phase else item
        found.append(ticketed.unknown("answer_lost", message, error=error, batch_id=batch_id))
    return found


def reason_of(error: Exception) -> Reason:
    """Why nothing was issued, from an error that says so. Its text is kept; the vendor's words only as `detail`."""
    bare(error)
    if isinstance(error, StatusError):
        limited = isinstance(error, RateLimitedError)
        code = "rate_limited" if limited else error.code
        shown = code if isinstance(code, str) and _CODE.fullmatch(code) else f"status_{error.status}"
        message = f"the vendor refused with status {error.status}"
        if isinstance(error, KEY_FAULTS):
            does = "may not do this" if isinstance(error, PermissionDeniedError) else "is none that it takes"
            message += f": the API key {does}"
        passing = limited or isinstance(error, KEY_FAULTS)  # with a key that was mended, the same can be sent
        return Reason(shown, message, passing, error.retry_at, said(error.body, error.message), error)
    if isinstance(error, (ConfigurationError, NotSent)):
        retry_at = error.retry_at if isinstance(error, RateLimitWait) else None
        what = f"{error.reason}. {error.advice_given()}" if isinstance(error, TokenError) else error.reason
        return Reason("not_sent", f"nothing was sent: {what}", isinstance(error, NotSent), retry_at, error=error)
    return Reason("invalid_request", "the request cannot be sent as it is", error=error)


def _refused(error: Exception) -> Reason:
    """Why the call that issues was refused: also what to look at first, and where the vendor's words are."""
    reason = reason_of(error)
    asked = ": is the template right?" if isinstance(error, NotFoundError) else ";" if reason.detail else ""
    words = f" {_WORDS}" if reason.detail else ""
    return replace(reason, message=f"{reason.message}{asked}{words}")


def plain_code(code: str | None) -> str:
    """A vendor's code if it is a plain word, which is all that a code has to be; anything else may be anything."""
    return code if code is not None and _CODE.fullmatch(code) else "refused"


def bare(error: BaseException) -> None:
    """Make an error fit to be kept as a value: no tracebacks, as their frames hold everything that was sent, and no words of the vendor
    in its text, as a part of a name may be among them (`message` and `body` of a StatusError still have them)."""
    if isinstance(error, StatusError) and error.call is not None:
        error.reason = str(error.status)
        error.restate(error.call)
    seen: BaseException | None = error
    for _ in range(20):
        if seen is None:
            return
        seen.__traceback__ = None
        seen = seen.__cause__ or seen.__context__


# --- reading answers that may be anything ----------------------------------------------------------------------------------


def text(value: object) -> str | None:
    """The value if it is a text with something in it; an answer that contradicts its document may hold anything."""
    return value if isinstance(value, str) and value else None


def moment(value: object) -> datetime | None:
    """The value if it is a time; one without a zone is taken for UTC."""
    if not isinstance(value, datetime):
        return None
    return value if value.utcoffset() else value.replace(tzinfo=UTC)  # also in place of what a JSON reader has for UTC


def listed(value: object) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else []


def member(value: object, name: str) -> Any:
    """A member of a model; None where the value is something else, or lacks it."""
    found = getattr(value, name, None)
    return None if found is UNSET else found


def invalid(build: Callable[[], object]) -> str | None:
    """What is wrong with what `build` makes of a request, in names and types; None when it can be made."""
    from pydantic import ValidationError

    try:
        build()
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        return f"{first['type']} at {place!a}"
    return None
