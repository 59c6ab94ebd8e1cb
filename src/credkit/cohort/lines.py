"""A row by its line: how people name an intent that has no reference. The ledger keeps no lines, so the cohort's file says whose it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from ..adapters.base import Adapter, unsendable
from ..ledger.base import Entry, Ledger
from ..ledger.records import subject_of
from ..model import IssueRequest, Reason
from ..runtime.clock import SYSTEM_CLOCK
from .errors import CohortError
from .job import planned_rows, refusal
from .plan import Plan
from .requests import Recipient
from .rows import BadRow
from .survey import SurveyedRow, survey


def standing_rows(plan: Plan, source: Path, ledger: Ledger, adapter: Adapter[Any, Any] | None) -> Iterator[SurveyedRow]:
    """The rows as they stand now, said without an API key.

    Args:
        adapter: the vendor's, which holds back the same rows here as in a plan; None where it is not to be had: then only what no
            vendor could be sent is held back.

    Raises:
        CohortError: the file or the ledger is not the one that was planned with.
    """
    rows = _rows(plan, source, ledger)
    check = _unsendable if adapter is None else partial(refusal, adapter, plan.channel, SYSTEM_CLOCK)
    return survey(rows, ledger=ledger, fence=partial(_fence, plan, ledger), check=check)


def _unsendable(request: IssueRequest) -> Reason | None:
    problem = unsendable(request)
    return None if problem is None else Reason("invalid_request", problem)


def entry_at(plan: Plan, source: Path, ledger: Ledger, line: int) -> Entry:
    """What the ledger has of the row that begins on a line.

    Raises:
        CohortError: no row begins there, it cannot be read, or it was never sent.
    """
    rows = _rows(plan, source, ledger)
    row = next((one for one in rows() if one.line >= line), None)
    if row is None or row.line != line:
        raise CohortError("no row begins on this line", path=source, line=line, help="`credkit export` gives the lines")
    if isinstance(row, BadRow):
        raise CohortError(f"this row was held back: {row.reason}", path=source, line=line)
    fence = _fence(plan, ledger, row.request)
    entry = ledger.lookup([fence]).get(fence) if fence else None
    if entry is None:
        raise CohortError("this row was never sent", path=source, line=line)
    return entry


def _rows(plan: Plan, source: Path, ledger: Ledger) -> Callable[[], Iterator[Recipient | BadRow]]:
    rows = planned_rows(plan, source)
    if ledger.id != plan.ledger:
        raise CohortError(
            f"this ledger does not know the cohort {plan.name!a}",
            help="name the ledger that it was planned with (--ledger or CREDKIT_LEDGER)",
        )
    return rows


def _fence(plan: Plan, ledger: Ledger, request: IssueRequest) -> bytes:
    """As `ledger.fences.fence`, with the template's id from the plan; nothing for a request that no vendor could be sent."""
    if unsendable(request):
        return b""
    subject = subject_of(request) if request.reference is None else None
    return ledger.fence(plan.account, plan.template_id, request.reference, subject)
