"""Making a plan: the columns' meanings, the survey of the rows, the estimate."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from ..issuer import Issuer
from ..ledger import recorded
from ..model import Channel, IssueRequest
from .columns import FIELDS, IGNORED, Columns, check_field, load_columns, match_columns, save_columns
from .errors import CohortError
from .plan import Plan, count, estimate
from .requests import read_recipients
from .rows import digest, read_columns
from .survey import Item, Standing, survey

Ask = Callable[[str, str], str]
"""Asked what a column is, and told what it can be; answers a field, or nothing to leave the column out."""


def columns(path: Path, given: Mapping[str, str], *, saved: Path, ask: Ask | None) -> Columns:
    """What the columns of a file are: as given, as saved, as recognised, as asked for; what was given or answered is saved.

    Without anybody to ask, a column that nobody knows is left out; the plan shows which.

    Raises:
        CohortError: the file has no such column, or two columns are the same field.
    """
    names = read_columns(path)
    absent = sorted(set(given) - set(names))
    if absent:
        raise CohortError(
            f"there is no column {absent[0]!a}",
            path=path,
            line=1,
            help=f"the columns are {', '.join(map(ascii, names))}",
        )
    meanings, unknown = match_columns(names, {**load_columns(saved), **given}, path=path)
    answers = {name: _answer(name, ask) for name in unknown} if ask is not None else {}
    if answers or given:
        save_columns(saved, answers | dict(given))
    return match_columns(names, {**meanings.fields, **answers}, path=path)[0]


def _answer(name: str, ask: Ask) -> str:
    choices = f"{', '.join(FIELDS)}, claims.NAME, attributes.NAME"
    while True:
        answer = ask(name, choices).strip()
        try:
            check_field(answer, name)
        except CohortError:
            continue
        return answer or IGNORED


def make(
    issuer: Issuer[Any],
    source: Path,
    meanings: Columns,
    *,
    template: str,
    label: str,
    name: str,
    expires: datetime | None,
    deliver: Channel | None,
    problem: Callable[[Item], None],
) -> Plan:
    """The plan of a cohort; nothing is sent, and nothing is written. `problem` is told of every row that is held back.

    Raises:
        CohortError: the file cannot be read.
        UnsupportedByVendor: the vendor cannot deliver so.
    """
    ledger = issuer.ledger
    if ledger is None:
        raise CohortError("a plan needs a ledger")
    if deliver is not None:
        issuer.require("email" if deliver is Channel.EMAIL else "offer")

    def fence(request: IssueRequest) -> bytes:
        return recorded.fence(issuer.adapter, ledger, issuer.account, request)

    before = digest(source)
    rows = read_recipients(source, meanings, template=template, expires=expires)
    counts = dict(count(survey(rows, ledger=ledger, fence=fence, check=issuer.check), problem))
    if digest(source) != before:
        raise CohortError("was changed while it was read", path=source, help="plan again")
    operations = issuer.adapter.operations if deliver is not None else issuer.adapter.operations[:1]
    expected = estimate(
        counts[Standing.NEW] + counts[Standing.AGAIN],
        batch_size=issuer.batch_size,
        concurrency=issuer.concurrency,
        operations=operations,
    )
    return Plan(
        name=name,
        vendor=issuer.vendor,
        account=issuer.account,
        template=template,
        label=label or name,
        source=source.name,
        digest=before,
        columns=dict(meanings.fields),
        expires=expires,
        deliver=None if deliver is None else deliver.value,
        live=None if issuer.mode is None else issuer.mode not in _NOT_LIVE,
        counts=counts,
        sends=expected.sends,
        seconds=expected.seconds,
        limits=expected.limits,
    )


_NOT_LIVE = frozenset({"test", "staging", "sandbox"})


def placed(plan: Plan, source: Path, path: Path) -> Plan:
    """The plan for another folder than the cohort's: its `source` is relative to where the plan stands."""
    return replace(plan, source=os.path.relpath(source, path.parent))
