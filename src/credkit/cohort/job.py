"""A plan with everything that carries it out, and what going through its rows gives."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from ..adapters.base import Adapter
from ..ledger import recorded
from ..ledger.base import Entry, Kept, Ledger
from ..ledger.records import credential_of
from ..model import Channel, IssueRequest, Person, Reason
from ..results import Issued, Result
from ..runtime.clock import Clock, utc
from .columns import Columns
from .errors import CohortError
from .plan import Plan, rows_at_once
from .requests import Recipient, read_recipients
from .rows import BadRow
from .sealed import seal
from .survey import SurveyedRow, survey


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
        """The cohort's rows as they stand now, in the order of the file.

        Raises:
            CohortError: the file is not the one that was planned, or no longer: no row is given that was not planned.
        """
        rows = planned_rows(self.plan, self.source)
        yield from survey(rows, ledger=self.ledger, fence=self._fence, check=self._check_new)

    def _fence(self, request: IssueRequest) -> bytes:
        return recorded.fence(self.adapter, self.ledger, self.plan.account, request)

    def _check_new(self, request: IssueRequest) -> Reason | None:
        return refusal(self.adapter, self.channel, self.clock, request)

    def can_be_sent(self, item: SurveyedRow) -> bool:
        """Whether the vendor's adapter would send the row as it is, for example because it has an address to deliver to."""
        return item.request is not None and self.adapter.check(item.request, self.channel) is None

    @property
    def channel(self) -> Channel | None:
        """How the vendor is to hand the offers to their holders."""
        return self.plan.channel

    @property
    def at_once(self) -> int:
        """How many rows one round takes."""
        return rows_at_once(self.adapter.batch_size, self.adapter.concurrency)

    def issued(self, item: SurveyedRow) -> Issued:
        """What was issued for a row, as far as it is kept, with the request that says how the vendor is told of its subject.

        Raises:
            ValueError: nothing was.
        """
        entry, kept = entry_of(item)
        if item.request is None:
            raise ValueError("nothing was asked for in this row")
        return Issued(item.request, credential_of(self.plan.vendor, entry, kept, item.reference))


@dataclass(frozen=True, slots=True)
class Round:
    """Some rows that were gone through: each with what came of it now, None where nothing was done."""

    done: Sequence[tuple[SurveyedRow, Result | None]]


def refusal(adapter: Adapter[Any, Any], channel: Channel | None, clock: Clock, request: IssueRequest) -> Reason | None:
    """Why a request that was never sent is held back; None when it can be sent."""
    ends = request.expires
    if isinstance(ends, datetime) and ends <= utc(clock.now()):
        return Reason("invalid_request", f"expires: {ends.isoformat()} is past, so it would have ended already")
    return adapter.check(request, channel)


def planned_rows(plan: Plan, source: Path) -> Callable[[], Iterator[Recipient | BadRow]]:
    """Reads the planned file's rows from the first on, as often as it is called. A file that was changed meanwhile gives the rows before
    the change, and then raises `CohortError`.

    Raises:
        CohortError: the file is not the one that was planned.
    """
    sealed = seal(source)
    if sealed.digest != plan.digest:
        raise CohortError(
            "is not the file that was planned", path=source, help="plan again, or put the planned file back"
        )
    return partial(
        read_recipients,
        source,
        Columns(plan.columns),
        template=plan.template,
        expires=plan.expires,
        sealed=sealed,
    )


def entry_of(item: SurveyedRow) -> tuple[Entry, Kept]:
    """How the ledger knows a row's credential. Raises ValueError: there is none."""
    if item.entry is None or item.entry.credential is None:
        raise ValueError("nothing was issued for this row")
    return item.entry, item.entry.credential


def check_plan(job: Job) -> None:
    """Once, before a job is carried out. Raises `CohortError` unless file, template and ledger are the ones that were planned with."""
    plan = job.plan
    planned_rows(plan, job.source)
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


def template_digest(adapter: Adapter[Any, Any], template: str) -> str:
    """Of all that a template's name stands for now: the vendor's id, and how the vendor is told about subjects."""
    found = adapter.template(IssueRequest(template, Person("-")))
    meaning = json.dumps([found.id, dict(found.subject), dict(found.extra)], sort_keys=True, default=str)
    return hashlib.sha256(meaning.encode()).hexdigest()
