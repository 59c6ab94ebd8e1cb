"""Carrying out a plan: apply, reconcile, revoke. Flows that emit how far they are.

Each goes through the cohort's file again, row by row, beside the ledger. Nothing is remembered in between: a process that was killed at
any moment is followed by one that does the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from ..adapters.sending import KEY_FAULTS
from ..capabilities import RefusedByVendor
from ..ledger import recorded
from ..model import Credential, IssueRequest
from ..results import Rejected, Result
from ..runtime.errors import ApiError, AuthenticationError, TokenError
from ..steps import Flow, blocking, emit, together
from .delivering import with_late_offers
from .errors import KeyNotTaken
from .job import Job, Round, entry_of
from .plan import AT_ONCE
from .survey import Standing, SurveyedRow


def has_open(job: Job) -> bool:
    """Whether anything of the account is under way or unknown: if not, there is nothing to reconcile."""
    return next(job.ledger.unsettled(job.plan.account), None) is not None


def apply(job: Job, *, refused_too: bool = False) -> Flow[None]:
    """Send what is not yet issued; emits a `Round` for every part of the file.

    Args:
        refused_too: also what the vendor refused for a reason that does not pass by itself, because somebody mended it.

    Raises:
        CohortError: the file was changed while it was read.
        KeyNotTaken: the vendor does not take the key. The rows that it refused so can be sent again; those after them were not sent.
        ApiError: the vendor cannot be used at all (no key). What was sent until then is settled.
    """
    items = job.items()
    while part := (yield from blocking(lambda: list(islice(items, job.at_once)))):
        due = [item for item in part if item.standing.sendable or (refused_too and item.standing is Standing.REFUSED)]
        results: Sequence[Result] = ()
        if due:
            results = yield from recorded.issue(
                job.adapter,
                job.ledger,
                job.plan.account,
                _requests(due),
                label=job.plan.label,
                clock=job.clock,
                deliver=job.channel,
                cohort=job.plan.name,
                timeout=job.timeout,
                fences=[item.fence for item in due if item.fence is not None],
            )
            results = yield from with_late_offers(job, due, results)
        yield from emit(_round(part, due, results))
        _check_key(job, results)


def _check_key(job: Job, results: Sequence[Result]) -> None:
    """Raise `KeyNotTaken` if the vendor does not take the key (401, or no token for it), or not for anything of these (403)."""
    errors = [one.reason.error if isinstance(one, Rejected) else None for one in results]
    unknown = next((error for error in errors if _is_unknown_key(error)), None)
    forbidden = errors[0] if errors and all(isinstance(error, KEY_FAULTS) for error in errors) else None
    refused = unknown or forbidden
    if isinstance(refused, (*KEY_FAULTS, TokenError)):
        raise KeyNotTaken(
            f"{job.plan.vendor} did not take the API key (status {refused.status}); no further row is sent"
        )


def _is_unknown_key(error: Exception | None) -> bool:
    return isinstance(error, AuthenticationError) or (isinstance(error, TokenError) and error.status in _NO_TOKEN)


_NO_TOKEN = (400, 401, 403)
"""What a token endpoint answers to credentials that it does not know."""


def reconcile(job: Job) -> Flow[None]:
    """Settle what is open, as far as the vendor can tell; emits a `Round` for every part of the file. Sends nothing that issues."""
    items = job.items()
    while part := (yield from blocking(lambda: list(islice(items, AT_ONCE)))):
        open_ = [item for item in part if item.standing is Standing.OPEN]
        results: Sequence[Result] = ()
        if open_:
            results = yield from recorded.reconcile(
                job.adapter, job.ledger, job.plan.account, _requests(open_), clock=job.clock
            )
        yield from emit(_round(part, open_, results))


@dataclass(frozen=True, slots=True)
class Revocation:
    """What came of revoking one credential: the error when it is not revoked."""

    item: SurveyedRow
    error: Exception | None


def revoke(job: Job, *, reason: str | None, only: frozenset[str] | None = None) -> Flow[None]:
    """Revoke the cohort's credentials, or those of the references in `only`, and take back what nobody has claimed; emits lists of
    `Revocation`."""
    items = (item for item in job.items() if revocable(item, only))
    while part := (yield from blocking(lambda: list(islice(items, job.adapter.concurrency * 8)))):
        outcomes = yield from together((_revoke_one(job, item, reason) for item in part), job.adapter.concurrency)
        yield from emit(
            [
                Revocation(item, outcome if isinstance(outcome, Exception) else None)
                for item, outcome in zip(part, outcomes, strict=True)
            ]
        )


def revocable(item: SurveyedRow, only: frozenset[str] | None) -> bool:
    """Whether the row has a credential that is still to be revoked, and is one of those that are meant."""
    return item.kept is not None and bool(item.kept.id) and not item.is_revoked and is_meant(item, only)


def is_meant(item: SurveyedRow, only: frozenset[str] | None) -> bool:
    """Whether a row's reference is one of `only`; all are where there are none."""
    return only is None or item.reference in only


def _revoke_one(job: Job, item: SurveyedRow, reason: str | None) -> Flow[None]:
    entry, kept = entry_of(item)
    ended = yield from _ended(job, job.issued(item).credential, reason)
    yield from blocking(lambda: job.ledger.refresh(entry.account, kept._replace(status=ended.status.value)))


def _ended(job: Job, credential: Credential, reason: str | None) -> Flow[Credential]:
    """The credential, revoked; where the vendor has nothing to revoke, as nobody has claimed the offer, it is taken back."""
    try:
        return (yield from job.adapter.revoke(credential, reason))
    except RefusedByVendor as error:
        refused = error
    try:
        return (yield from job.adapter.cancel(credential))
    except ApiError:
        raise refused from None


def _requests(items: Sequence[SurveyedRow]) -> list[IssueRequest]:
    return [item.request for item in items if item.request is not None]


def _round(part: Sequence[SurveyedRow], sent: Sequence[SurveyedRow], results: Sequence[Result]) -> Round:
    by_line = {item.line: result for item, result in zip(sent, results, strict=True)}
    return Round([(item, by_line.get(item.line)) for item in part])
