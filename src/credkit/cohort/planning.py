"""Making a plan: the columns' meanings, the survey of the rows, the estimate."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from ..identity import timeout_of
from ..issuer import Issuer
from ..ledger.base import Ledger
from ..ledger.errors import CohortConflict, LedgerError
from ..model import Channel, IssueRequest, Person
from ..runtime.errors import InvalidArgument, NotSent
from ..sending import check_label
from .columns import FIELDS, IGNORED, Columns, check_field, load_columns, match_columns, save_columns
from .errors import CohortError
from .job import Job, template_digest
from .plan import Plan, count, estimate
from .replacing import Former
from .rows import is_json_lines, read_columns
from .sealed import seal
from .survey import Standing, SurveyedRow

_NAMES = {"name", "given_name", "family_name"}

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
    found = match_columns(names, {**meanings.fields, **answers}, path=path)[0]
    # Of JSON, any row may have further members.
    if not is_json_lines(path) and _NAMES.isdisjoint(found.fields.values()):
        raise CohortError(
            "no column is the name of whom a credential is for",
            path=path,
            line=1,
            help=f"say which one with --column COLUMN=name; the columns are {', '.join(map(ascii, names))}",
        )
    return found


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
    problem: Callable[[SurveyedRow], None],
) -> Plan:
    """The plan of a cohort; nothing is sent, and nothing is written. `problem` is told of every row that is held back.

    Raises:
        CohortError: the file cannot be read, or the label cannot be used.
        UnsupportedByVendor: the vendor cannot deliver so.
    """
    ledger = issuer.ledger
    if ledger is None:
        raise CohortError("a plan needs a ledger")
    _check_names(source, name, label)
    issuer.channel(deliver)
    draft = Plan(
        name=name,
        vendor=issuer.vendor,
        account=issuer.account,
        ledger=ledger.id,
        template=template,
        template_id=issuer.adapter.template_id(IssueRequest(template, Person("-"))),
        template_digest=template_digest(issuer.adapter, template),
        label=label or name,
        source=source.name,
        digest=seal(source).digest,
        columns=dict(meanings.fields),
        expires=expires,
        deliver=None if deliver is None else deliver.value,
        live=None if issuer.mode is None else issuer.mode not in _NOT_LIVE,
    )
    rows = Job(draft, source, issuer.adapter, ledger, issuer.clock, timeout_of(issuer.client)).items()
    return _counted(draft, dict(count(rows, problem)), issuer)


def _counted(draft: Plan, counts: Mapping[Standing, int], issuer: Issuer[Any]) -> Plan:
    """The plan with what its rows come to."""
    made = replace(draft, counts=counts)
    expected = estimate(
        made.recipients,
        batch_size=issuer.batch_size,
        concurrency=issuer.concurrency,
        operations=issuer.adapter.operations if made.deliver is not None else issuer.adapter.operations[:1],
    )
    return replace(made, sends=expected.sends, seconds=expected.seconds, limits=expected.limits)


def _check_names(source: Path, name: str, label: str) -> None:
    """Refuse, before anything is planned, what `apply` could not send or the ledger could not keep."""
    if not name.isprintable():  # a file's name may hold any bytes
        raise CohortError("the cohort's name has characters that cannot be shown", path=source, help="say --name")
    try:
        check_label(label or name)
    except InvalidArgument as error:
        which = "the label" if label else "the cohort's name, which is the label where none is given"
        raise CohortError(f"{which}: {error.reason}", path=source, help="say --label LABEL") from None


@contextmanager
def entered(ledger: Ledger, plan: Plan, *, named: bool, former: Former | None) -> Iterator[Plan]:
    """`enter`, for a block that saves the plan: if that fails, a cohort whose name was taken over has it back, as the plan that is left is of that one."""
    try:
        yield enter(ledger, plan, named=named, former=former)
    except BaseException:
        if former is not None and _free(former, named=named):
            # What went wrong first is what has to be said; `apply` refuses a plan whose cohort is not there.
            with suppress(LedgerError, NotSent):
                _create(ledger, former.plan, instead=True)
        raise


def enter(ledger: Ledger, plan: Plan, *, named: bool, former: Former | None = None) -> Plan:
    """Write the cohort into the ledger, so that `apply` can tell this ledger from an empty one; the plan under the name that it got.

    Args:
        named: whether somebody chose the name; otherwise a second cohort of one name gets a few letters added, which follow from its
            file, or, for the same file, from its template and account.
        former: the plan whose place it takes. If nothing was sent of that, its name is free to be taken over, unless one was chosen.

    Raises:
        CohortConflict: the ledger has another cohort of the chosen name.
    """
    about = hashlib.sha256("\n".join((plan.digest, plan.account, plan.template_id)).encode()).hexdigest()
    names = [plan.name] if named else [plan.name, f"{plan.name}-{plan.digest[:8]}", f"{plan.name}-{about[:8]}"]
    free = former.plan.name if former is not None and _free(former, named=named) else None
    for name in names:
        try:
            _create(ledger, replace(plan, name=name), instead=name == free)
        except CohortConflict:
            if name == names[-1]:
                raise
        else:
            plan = replace(plan, name=name)
            break
    return plan


def _free(former: Former, *, named: bool) -> bool:
    return former.was_only_planned and not named


def _create(ledger: Ledger, plan: Plan, *, instead: bool) -> None:
    """Make the plan's cohort. `instead`: in place of another one of its name, if nothing was sent of that."""
    create = partial(
        ledger.create_cohort,
        plan.name,
        account=plan.account,
        template=plan.template_id,
        label=plan.label,
        source=plan.digest,
    )
    try:
        create()
    except CohortConflict:
        if not (instead and ledger.drop_cohort(plan.name)):
            raise
        create()


_NOT_LIVE = frozenset({"test", "staging", "sandbox"})


def placed(plan: Plan, source: Path, path: Path) -> Plan:
    """The plan for another folder than the cohort's: its `source` is relative to where the plan stands."""
    try:
        return replace(plan, source=os.path.relpath(source, path.parent))
    except ValueError:  # on another drive
        return replace(plan, source=str(source.absolute()))
