"""The cohort commands: plan, apply, resume, reconcile, status, revoke, export.

`plan` sends nothing. The others carry out what was planned; each may be stopped at any moment and called again.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from ..cohort import planning, work
from ..cohort.columns import COLUMNS_FILE
from ..cohort.errors import CohortError
from ..cohort.plan import Plan, load_plan, plan_path, save_plan
from ..cohort.requests import parse_expiry
from ..cohort.survey import Item, Standing
from ..cohort.tally import Tally, summary
from ..identity import timeout_of
from ..issuer import Issuer
from ..model import Channel
from ..steps import stream
from . import export as exports
from . import output
from .background import finishing_parts
from .connection import DEFAULT_LEDGER, Account, LedgerFile, connected
from .progress import progress
from .text import printable

LEFT = 1
ASK_ABOVE = 100
"""Recipients above which a run with real credentials asks for --yes."""

Cohort = Annotated[Path, typer.Argument(metavar="COHORT", help="The cohort's CSV or JSON Lines file.")]
Planned = Annotated[
    Path, typer.Argument(metavar="PLAN", help="The plan that `credkit plan` wrote, or the cohort's file beside it.")
]
Json = Annotated[
    bool,
    typer.Option("--json", help="For machines: JSON on standard output, progress as JSON Lines on standard error."),
]
RefusedToo = Annotated[
    bool,
    typer.Option(
        "--refused-too", help="Also send again what the vendor refused for good, because the cause was mended."
    ),
]
SummaryFile = Annotated[Path | None, typer.Option("--summary", metavar="FILE", help="Also write the summary here.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do it: what would otherwise be asked for.")]


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
    ends = (
        None
        if expires is None
        else parse_expiry(
            expires,
            typer.BadParameter(f"--expires: {expires!a} is no date like 2027-06-30 and no instant with its offset"),
        )
    )
    path = out or plan_path(cohort)
    exports.check_output(path, cohort)
    exports.check_output(problems, cohort, path)
    meanings = planning.columns(
        cohort, _given(column or ()), saved=columns, ask=_ask if _can_ask() and not json else None
    )
    with connected(vendor, ledger, account, new=True) as issuer, exports.problem_file(problems) as told:
        first: list[Item] = []

        def problem(item: Item) -> None:
            told(item)
            if len(first) < output.SHOWN:
                first.append(item)

        made = planning.make(
            issuer, cohort, meanings, template=template, label=label, name=name or cohort.stem, expires=ends, deliver=deliver, problem=problem,
        )  # fmt: skip
        if issuer.ledger is not None:
            made = planning.enter(issuer.ledger, made, named=name is not None)
    if path.parent.resolve() != cohort.parent.resolve():
        made = planning.placed(made, cohort, path)
    save_plan(path, made)
    output.show_plan(made, path, first, as_json=json)
    return 0 if not any(made.counts[standing] for standing in (Standing.INVALID, Standing.REPEAT)) else LEFT


def apply(
    planned: Planned,
    yes: Yes = False,
    refused_too: RefusedToo = False,
    summary_file: SummaryFile = None,
    ledger: LedgerFile = None,
    account: Account = None,
    json: Json = False,
) -> int:
    """Issue to a planned cohort: whatever has no credential yet, each exactly once."""
    return _issue(planned, yes, refused_too, summary_file, ledger, account, json, resuming=False)


def resume(
    planned: Planned,
    yes: Yes = False,
    refused_too: RefusedToo = False,
    summary_file: SummaryFile = None,
    ledger: LedgerFile = None,
    account: Account = None,
    json: Json = False,
) -> int:
    """Go on after a stop: settle what is open, deliver what was not, then issue what is still without a credential."""
    return _issue(planned, yes, refused_too, summary_file, ledger, account, json, resuming=True)


def _issue(
    planned: Path,
    yes: bool,
    refused_too: bool,
    summary_file: Path | None,
    ledger: Path | None,
    account: str | None,
    json: bool,
    *,
    resuming: bool,
) -> int:
    made, source = _load(planned)
    _confirm(made, yes, refused_too)
    exports.check_output(summary_file, source, planned, ledger)
    with connected(made.vendor, ledger, account) as issuer:
        job = _job(issuer, made, source)
        for flow in (work.reconcile(job), work.deliver(job)) if resuming else ():
            for _ in finishing_parts(stream(flow, issuer.client)):
                pass
        return _carry_out(issuer, made, work.apply(job, refused_too=refused_too), summary_file, json)


def reconcile(planned: Planned, ledger: LedgerFile = None, account: Account = None, json: Json = False) -> int:
    """Find out what became of requests whose answer was lost. Issues nothing."""
    made, source = _load(planned)
    with connected(made.vendor, ledger, account) as issuer:
        return _carry_out(issuer, made, work.reconcile(_job(issuer, made, source)), None, json)


def revoke(
    planned: Planned,
    reference: Annotated[
        list[str] | None, typer.Option(help="Only the credential of this reference; repeat for more.")
    ] = None,
    everyone: Annotated[bool, typer.Option("--all", help="Every credential of the cohort.")] = False,
    reason: Annotated[str | None, typer.Option(help="Told to the vendor, where it takes one.")] = None,
    yes: Yes = False,
    ledger: LedgerFile = None,
    account: Account = None,
    json: Json = False,
) -> int:
    """Revoke credentials of a cohort: for good."""
    if bool(reference) == everyone:
        raise typer.BadParameter("say --reference REFERENCE (one or more) or --all")
    made, source = _load(planned)
    only = frozenset(reference) if reference else None
    with connected(made.vendor, ledger, account) as issuer:
        issuer.require("revoke")
        job = _job(issuer, made, source)
        work.check_plan(job)
        meant, absent = 0, set(reference or ())
        for item in job.items():
            meant += work.revocable(item, only)
            absent.discard((item.request.reference if item.request is not None else None) or "")
        if absent:
            raise CohortError(f"{len(absent)} of the references are in no row; nothing was done", path=source)
        if not yes:
            raise CohortError(
                f"would revoke {meant:,} credentials of {made.vendor} for good; nothing was done", help="say --yes"
            )
        failures = [
            one
            for part in finishing_parts(stream(work.revoke(job, reason=reason, only=only), issuer.client))
            for one in part
            if one.error is not None
        ]
    output.show_revoked(meant, failures, as_json=json)
    return LEFT if failures else 0


def export(
    planned: Planned,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A .csv or .jsonl file; CSV on standard output when absent.")
    ] = None,
    ledger: LedgerFile = None,
    account: Account = None,
) -> int:
    """Write what became of each row: line, reference, standing, credential. Offers are left out: they are secrets."""
    made, source = _load(planned)
    exports.check_output(out, source, planned, plan_path(source), ledger or DEFAULT_LEDGER)
    with connected(made.vendor, ledger, account) as issuer:
        job = _job(issuer, made, source)
        work.check_plan(job)
        exports.write(job.items(), out)
    return 0


def _carry_out(issuer: Issuer[Any], made: Plan, flow: Any, summary_file: Path | None, json: bool) -> int:
    tally = Tally(sum(made.counts.values()), delivers=made.deliver not in (None, Channel.OFFER))
    try:
        with progress(tally.total, json_lines=json) as shown:
            for part in finishing_parts(stream(flow, issuer.client)):
                tally.add(part)
                shown.show(tally)
        tally.ended = True
    finally:
        if tally.rows or tally.ended:
            text = summary(tally, name=made.name, vendor=made.vendor, file=made.source)
            output.show_summary(tally, text, as_json=json)
            if summary_file is not None:
                summary_file.write_text(text, "utf-8")
    return 0 if tally.complete else LEFT


def _load(planned: Path) -> tuple[Plan, Path]:
    path = planned if planned.name.endswith(".json") else plan_path(planned)
    made = load_plan(path)
    return made, path.parent / made.source


def _job(issuer: Issuer[Any], made: Plan, source: Path) -> work.Job:
    if issuer.ledger is None:
        raise CohortError("cohorts need a ledger")
    if issuer.account != made.account:
        raise CohortError(
            f"was planned for the account {made.account}; this API key is of {issuer.account}",
            path=source,
            help="use that account's key, or plan again",
        )
    return work.Job(made, source, issuer.adapter, issuer.ledger, issuer.clock, timeout_of(issuer.client))


def _confirm(made: Plan, yes: bool, refused_too: bool) -> None:
    # What is open may turn out never to have been issued, and is then sent as well.
    most = made.recipients + made.counts[Standing.OPEN] + (made.counts[Standing.REFUSED] if refused_too else 0)
    if made.live is not False and most > ASK_ABOVE and not yes:
        kind = "live" if made.live else "possibly live (the API key does not say)"
        raise CohortError(
            f"would issue {most:,} {kind} credentials of {made.vendor}; nothing was sent",
            help="look at the plan, then say --yes",
        )


def _given(options: Any) -> dict[str, str]:
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


COMMANDS: dict[str, Callable[..., int]] = {
    "plan": plan,
    "apply": apply,
    "resume": resume,
    "reconcile": reconcile,
    "revoke": revoke,
    "export": export,
}
