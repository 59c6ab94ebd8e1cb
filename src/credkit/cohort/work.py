"""Carrying out a plan: apply and resume, reconcile, revoke, export. Flows that emit how far they are.

Each goes through the cohort's file again, row by row, beside the ledger. Nothing is remembered in between: a process that was killed at
any moment is followed by one that does the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from ..adapters.base import Adapter
from ..ledger import recorded
from ..ledger.base import Entry, Kept, Ledger
from ..ledger.records import credential_of, kept_of
from ..model import Channel, Credential, CredentialStatus, Delivery, DeliveryStatus, IssueRequest, Reason
from ..results import Issued, Result
from ..runtime.clock import Clock, utc
from ..runtime.errors import AuthenticationError, ConfigurationError, PermissionDeniedError
from ..sending import hand_over_once, new_send
from ..steps import Flow, blocking, emit, together
from .columns import Columns
from .errors import CohortError
from .plan import Plan
from .planning import template_digest
from .requests import read_recipients
from .rows import digest
from .survey import Standing, SurveyedRow, survey

_AT_ONCE = 4000
"""Rows in memory at the same time, at most."""
_CALLS = 40
"""How often the offers of one send are handed over in one run, at most; then the rest of them once more each."""
_LONGEST_WAIT = 120.0
"""Seconds that a run waits for a vendor's rate limit, as a call does."""
_KEY_FAULTS = (ConfigurationError, AuthenticationError, PermissionDeniedError)


@dataclass(frozen=True, slots=True)
class Job:
    """A plan with everything that carries it out. `timeout`: the client's, in seconds, for a whole call."""

    plan: Plan
    source: Path
    adapter: Adapter[Any, Any]
    ledger: Ledger
    clock: Clock
    timeout: float

    def items(self) -> Iterator[SurveyedRow]:
        """The cohort's rows as they stand now, in the order of the file."""
        rows = partial(
            read_recipients,
            self.source,
            Columns(self.plan.columns),
            template=self.plan.template,
            expires=self.plan.expires,
            expected=self.plan.digest,
        )
        return survey(rows, ledger=self.ledger, fence=self._fence, check=self._check)

    def _fence(self, request: IssueRequest) -> bytes:
        return recorded.fence(self.adapter, self.ledger, self.plan.account, request)

    def _check(self, request: IssueRequest) -> Reason | None:
        return self.adapter.check(request, self.channel)

    def can_be_sent(self, item: SurveyedRow) -> bool:
        """Whether the vendor's adapter would send the row as it is, for example because it has an address to deliver to."""
        return item.request is not None and self._check(item.request) is None

    @property
    def channel(self) -> Channel | None:
        """How the vendor is to hand the offers to their holders."""
        return None if self.plan.deliver is None else Channel(self.plan.deliver)

    @property
    def at_once(self) -> int:
        """How many rows one round takes: enough to keep every connection busy for a while."""
        return min(_AT_ONCE, self.adapter.batch_size * self.adapter.concurrency * 2)


@dataclass(frozen=True, slots=True)
class Round:
    """Some rows that were gone through: each with what came of it now, None where nothing was done."""

    done: Sequence[tuple[SurveyedRow, Result | None]]


def has_open(job: Job) -> bool:
    """Whether anything of the account is under way or unknown: if not, there is nothing to reconcile."""
    return next(job.ledger.unsettled(job.plan.account), None) is not None


def check_plan(job: Job) -> None:
    """Once, before a job is carried out. Raises `CohortError` unless file, template and ledger are the ones that were planned with."""
    plan = job.plan
    if digest(job.source) != plan.digest:
        raise CohortError(
            "is not the file that was planned", path=job.source, help="plan again, or put the planned file back"
        )
    if template_digest(job.adapter, plan.template) != plan.template_digest:
        raise CohortError(
            f"the template {plan.template!a} was {plan.template_id!a} when this was planned, and means something else now",
            help="put credkit.toml back, or plan again under another --name",
        )
    cohorts = {one.name: one for one in job.ledger.cohorts()}
    kept = cohorts.get(plan.name)
    if (
        job.ledger.id != plan.ledger
        or kept is None
        or (kept.account, kept.template, kept.source) != (plan.account, plan.template_id, plan.digest)
    ):
        raise CohortError(
            f"this ledger does not know the cohort {plan.name!a} as it was planned",
            help="name the ledger that it was planned with (--ledger or CREDKIT_LEDGER), or plan again",
        )


def apply(job: Job, *, refused_too: bool = False) -> Flow[None]:
    """Send what is not yet issued; emits a `Round` for every part of the file.

    Args:
        refused_too: also what the vendor refused for a reason that does not pass by itself, because somebody mended it.

    Raises:
        CohortError: the file was changed while it was read.
        ApiError: the vendor cannot be used at all (no key, wrong key). What was sent until then is settled.
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
        yield from emit(_round(part, due, results))


def reconcile(job: Job) -> Flow[None]:
    """Settle what is open, as far as the vendor can tell; emits a `Round` for every part of the file. Sends nothing that issues."""
    items = job.items()
    while part := (yield from blocking(lambda: list(islice(items, _AT_ONCE)))):
        open_ = [item for item in part if item.standing is Standing.OPEN]
        results: Sequence[Result] = ()
        if open_:
            results = yield from recorded.reconcile(
                job.adapter, job.ledger, job.plan.account, _requests(open_), clock=job.clock
            )
        yield from emit(_round(part, open_, results))


def undelivered(item: SurveyedRow) -> bool:
    """Whether the row has an offer of which nobody knows that its holder was told."""
    kept = item.entry.credential if item.entry is not None else None
    if kept is None or not kept.id or is_revoked(item):  # nobody is told of what has ended
        return False
    return not (kept.delivery or "").endswith(f":{DeliveryStatus.SENT.value}")


def deliver(job: Job) -> Flow[None]:
    """Hand over the offers that no holder is known to have got; emits lists of items. It stays the same offer, however often.

    As many go together as are sent together, in one call where the vendor takes many. What became of it is in the ledger afterwards; the
    caller counts by going through the rows.
    """
    channel = job.channel
    if channel is None or channel is Channel.OFFER:
        return
    size = job.adapter.batch_size
    items = (item for item in job.items() if undelivered(item) and job.can_be_sent(item))
    while part := (yield from blocking(lambda: list(islice(items, job.at_once)))):
        pieces = [part[start : start + size] for start in range(0, len(part), size)]
        outcomes = yield from together((_deliver(job, piece, channel) for piece in pieces), job.adapter.concurrency)
        for outcome in outcomes:
            if isinstance(outcome, Exception):  # of the ledger: what the vendor said is in the delivery
                raise outcome
        yield from emit(part)


def _deliver(job: Job, items: Sequence[SurveyedRow], channel: Channel) -> Flow[None]:
    """Hand over some offers and note what came of it. One that the vendor does not want to hand over does not keep the others from their
    holders: what is refused for good is tried by halves, up to a number of calls that finds a single one. A rate limit is waited for.
    """
    pieces, calls = [items], 0
    while pieces:
        piece = pieces.pop()
        send = new_send(utc(job.clock.now()), deliver=channel, account=job.plan.account)
        handed = yield from hand_over_once(job.adapter, [_result(job, item) for item in piece], send)
        told = [one.credential for one in handed if isinstance(one, Issued)]
        calls += 1
        if calls < _CALLS and (seconds := _wait(told, job.clock)) is not None:
            yield from blocking(partial(job.clock.sleep, seconds))
            pieces.append(piece)
            continue
        if calls < _CALLS and len(piece) > 1 and all(_is_refused(one.delivery) for one in told):
            middle = len(piece) // 2
            pieces += [piece[middle:], piece[:middle]]
            continue
        news = [
            (_issued(item)[0].fence, kept_of(one))
            for item, one in zip(piece, told, strict=True)
            if one.delivery is not None
        ]
        yield from blocking(partial(job.ledger.refresh_all, news))


def _wait(told: Sequence[Credential], clock: Clock) -> float | None:
    """For how long to wait, in seconds, where the rate limit left no room for the call; None where that is not the reason, or it is long."""
    moments = [
        one.delivery.reason.retry_at for one in told if one.delivery is not None and one.delivery.reason is not None
    ]
    known = [moment for moment in moments if moment is not None]
    if not known or len(known) < len(told):
        return None
    seconds = (max(known) - utc(clock.now())).total_seconds()
    return max(seconds, 0.0) if seconds <= _LONGEST_WAIT else None


def _is_refused(delivery: Delivery | None) -> bool:
    """Whether the vendor said no to what it was asked, and would again; a key that it does not take is another matter."""
    reason = None if delivery is None else delivery.reason
    return reason is not None and not reason.retryable and not isinstance(reason.error, _KEY_FAULTS)


@dataclass(frozen=True, slots=True)
class Revocation:
    """What came of revoking one credential: the error when it is not revoked."""

    item: SurveyedRow
    error: Exception | None


def revoke(job: Job, *, reason: str | None, only: frozenset[str] | None = None) -> Flow[None]:
    """Revoke the cohort's credentials, or those of the references in `only`; emits lists of `Revocation`."""
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
    kept = item.entry.credential if item.entry is not None else None
    if kept is None or not kept.id or kept.status == CredentialStatus.REVOKED:
        return False
    return only is None or item.reference in only


def is_revoked(item: SurveyedRow, only: frozenset[str] | None = None) -> bool:
    """Whether the row's credential was revoked, and is one of those that are meant; None: any is."""
    kept = item.entry.credential if item.entry is not None else None
    return kept is not None and kept.status == CredentialStatus.REVOKED and (only is None or item.reference in only)


def _revoke_one(job: Job, item: SurveyedRow, reason: str | None) -> Flow[None]:
    entry, kept = _issued(item)
    revoked = yield from job.adapter.revoke(_result(job, item).credential, reason)
    yield from blocking(lambda: job.ledger.refresh(entry.fence, kept._replace(status=revoked.status.value)))


def _result(job: Job, item: SurveyedRow) -> Issued:
    """What was issued for a row, as far as it is kept, with the request that says how the vendor is told of its subject."""
    entry, kept = _issued(item)
    if item.request is None:
        raise ValueError("nothing was asked for in this row")
    return Issued(item.request, credential_of(job.plan.vendor, entry, kept, item.reference))


def _issued(item: SurveyedRow) -> tuple[Entry, Kept]:
    if item.entry is None or item.entry.credential is None:
        raise ValueError("nothing was issued for this row")
    return item.entry, item.entry.credential


def _requests(items: Sequence[SurveyedRow]) -> list[IssueRequest]:
    return [item.request for item in items if item.request is not None]


def _round(part: Sequence[SurveyedRow], sent: Sequence[SurveyedRow], results: Sequence[Result]) -> Round:
    by_line = {item.line: result for item, result in zip(sent, results, strict=True)}
    return Round([(item, by_line.get(item.line)) for item in part])
