"""`credkit plan`: what issuing to a cohort would do. Sends nothing."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from ..cohort import planning
from ..cohort.columns import COLUMNS_FILE, Columns
from ..cohort.errors import CohortError
from ..cohort.faults import columns_at_fault
from ..cohort.plan import Plan, plan_path, save_plan
from ..cohort.replacing import Former, former_plan
from ..cohort.requests import parse_expiry
from ..cohort.survey import Standing, SurveyedRow
from ..issuer import Issuer
from ..ledger.base import Ledger
from ..ledger.errors import CohortConflict
from ..model import Channel
from . import export as exports
from . import output
from .connection import Account, LedgerFile, connected
from .planned import LEFT, Json, arguments, needs_yes
from .text import printable

Cohort = Annotated[Path, typer.Argument(metavar="COHORT", help="The cohort's CSV or JSON Lines file.")]


def plan(
    cohort: Cohort,
    vendor: Annotated[str, typer.Option(help="record, beltic, didx, nchain, or an installed adapter.")],
    template: Annotated[str, typer.Option(help="A name from credkit.toml, or the vendor's id.")],
    label: Annotated[str, typer.Option(help="What the vendor's batches are called; no names of people.")] = "",
    name: Annotated[
        str | None, typer.Option(help="The cohort's name in the ledger; the file's name when absent.")
    ] = None,
    column: Annotated[
        list[str] | None, typer.Option(metavar="COLUMN=FIELD", help="What a column is; repeat for more.")
    ] = None,
    columns: Annotated[Path, typer.Option(metavar="FILE", help="Where the columns' meanings are kept.")] = Path(
        COLUMNS_FILE
    ),
    expires: Annotated[
        str | None, typer.Option(metavar="DATE", help="When credentials end whose row does not say.")
    ] = None,
    deliver: Annotated[Channel | None, typer.Option(help="Have the vendor hand the offers to their holders.")] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where the plan goes; beside the cohort's file when absent.")
    ] = None,
    problems: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write every held back row's line and reason here (CSV).")
    ] = None,
    ledger: LedgerFile = None,
    account: Account = None,
    json: Json = False,
) -> int:
    """Work out what issuing to a cohort would do. Sends nothing."""
    ends = None if expires is None else parse_expiry(expires, typer.BadParameter(f"--expires: {expires!a} {_NO_DATE}"))
    path = out or plan_path(cohort)
    exports.check_output(columns, ledger, cohort)
    exports.check_output(path, ledger, cohort, columns)
    exports.check_output(problems, ledger, cohort, columns, path)
    ask = _ask if _can_ask() and not json else None
    meanings = planning.columns(cohort, _given(column or ()), saved=columns, ask=ask)
    with connected(vendor, ledger, account, new=True) as issuer, exports.problem_file(problems) as told:
        book = issuer.ledger
        assert book is not None, "`connected` opens one"
        found = output.Problems(told, _blaming(issuer, meanings, deliver))
        made = planning.make(
            issuer,
            cohort,
            meanings,
            template=template,
            label=label,
            name=name or cohort.stem,
            expires=ends,
            deliver=deliver,
            problem=found.add,
        )
        before = former_plan(path, book)
        made = _saved(book, made, cohort, path, before, named=name is not None)
        names = sorted(issuer.adapter.templates)
        before = None if before is None or before.is_of(made) else before
        if before is not None and before.was_only_planned and before.plan.name != made.name:
            book.drop_cohort(before.plan.name)  # no plan is of it any more: it would stand in `status` for good
    beside = arguments(cohort if path == plan_path(cohort) else path, ledger)
    next_ = f"credkit apply {beside}{' --yes' if needs_yes(made) else ''}"
    wished = name or cohort.stem
    output.show_plan(made, path, found, wished=wished, replaces=before, next_=next_, as_json=json)
    if names and template not in names and not json:
        shown = ", ".join(map(ascii, names))
        output.say(f"credkit.toml has no template {template!a} ({shown}): it is taken as {vendor}'s id")
    return 0 if not any(made.counts[standing] for standing in (Standing.INVALID, Standing.REPEAT)) else LEFT


def _blaming(issuer: Issuer[Any], meanings: Columns, deliver: Channel | None) -> Callable[[SurveyedRow], Sequence[str]]:
    """What tells which columns keep a row from being sent."""

    def blamed(row: SurveyedRow) -> Sequence[str]:
        if row.standing is not Standing.INVALID or row.request is None:
            return ()
        return columns_at_fault(row.request, meanings, lambda one: issuer.adapter.check(one, deliver))

    return blamed


_NO_DATE = "is no date like 2027-06-30 and no instant with its offset"


def _saved(book: Ledger, made: Plan, cohort: Path, path: Path, before: Former | None, *, named: bool) -> Plan:
    """The plan as it was saved, its cohort now in the ledger."""
    if path.parent.resolve() != cohort.parent.resolve():
        made = planning.placed(made, cohort, path)
    try:
        with planning.entered(book, made, named=named, former=before) as entered:
            save_plan(path, entered)
            return entered
    except CohortConflict:
        raise CohortError(
            f"the ledger has a cohort {made.name!a} that was made from another file, template or account",
            path=cohort,
            help=f"a mended file is another cohort: say another --name or none, and --label {made.label!a} again"
            " (else the vendor's batches are called after the name); what is issued stays issued",
        ) from None


def _given(options: Iterable[str]) -> dict[str, str]:
    pairs = {}
    for option in options:
        column, separator, field = option.rpartition("=")
        if not separator:
            raise typer.BadParameter(f"--column: expected COLUMN=FIELD; got {option!a}")
        pairs[column] = field
    return pairs


def _can_ask() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()


def _ask(column: str, choices: str) -> str:
    return str(
        typer.prompt(
            f"What is the column {printable(column)!a}? ({choices}; empty: leave it out)",
            default="",
            show_default=False,
            err=True,
        )
    )


COMMANDS: dict[str, Callable[..., int]] = {"plan": plan}
