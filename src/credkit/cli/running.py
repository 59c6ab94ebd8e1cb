"""The commands that carry out a plan: apply, resume, reconcile. Each may be stopped at any moment and called again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from ..cohort import delivering, work
from ..cohort.errors import CohortError, KeyNotTaken
from ..cohort.files import write_whole
from ..cohort.job import Job, Round
from ..cohort.plan import Plan, plan_path
from ..cohort.summary import summary
from ..cohort.tally import Tally
from ..driving import stream
from ..issuer import Issuer
from ..model import Channel
from ..steps import Flow
from . import export as exports
from . import output
from .background import finishing_parts
from .connection import Account, LedgerFile, account_option, connected
from .planned import LEFT, Json, Planned, Yes, arguments, at_most, job, load, needs_yes
from .progress import progress
from .stopping import stoppable

RefusedToo = Annotated[
    bool,
    typer.Option(
        "--refused-too", help="Also send again what the vendor refused for good, because the cause was mended."
    ),
]
SummaryFile = Annotated[Path | None, typer.Option("--summary", metavar="FILE", help="Also write the summary here.")]
RejectedFile = Annotated[
    Path | None,
    typer.Option(
        "--rejected", metavar="FILE", help="Write what was rejected here (CSV): line, code, the vendor's words."
    ),
]


def _issuing(doc: str, *, resuming: bool) -> Callable[..., int]:
    """A command that issues. `resuming`: it settles and delivers first what an earlier run has left."""

    def command(
        planned: Planned,
        yes: Yes = False,
        refused_too: RefusedToo = False,
        summary_file: SummaryFile = None,
        rejected_file: RejectedFile = None,
        ledger: LedgerFile = None,
        account: Account = None,
        json: Json = False,
    ) -> int:
        made, source = load(planned)
        _confirm(made, yes, refused_too)
        exports.check_output(summary_file, ledger, source, planned, plan_path(source))
        exports.check_output(rejected_file, ledger, source, planned, plan_path(source), summary_file)
        with connected(made.vendor, ledger, account) as issuer, output.telling(as_json=json):
            found, tally, file = job(issuer, made, source), _tally(made), arguments(planned, ledger)
            with stoppable(found, f"`credkit resume {file}`"), exports.rejected_file(rejected_file) as told:
                if resuming:
                    _finish(issuer, found, tally)
                run = work.apply(found, refused_too=refused_too)
                return _carry_out(issuer, made, run, tally, file, summary_file, json, told)

    command.__doc__ = doc
    return command


apply = _issuing("Issue to a planned cohort, each exactly once.", resuming=False)
resume = _issuing("Go on after a stop: settle, deliver, then issue the rest.", resuming=True)


def reconcile(planned: Planned, ledger: LedgerFile = None, account: Account = None, json: Json = False) -> int:
    """Find out what became of requests whose answer was lost. Issues nothing."""
    made, source = load(planned)
    with connected(made.vendor, ledger, account) as issuer, output.telling(as_json=json):
        found, file = job(issuer, made, source), arguments(planned, ledger)
        with stoppable(found, f"`credkit reconcile {file}`"):
            return _carry_out(issuer, made, work.reconcile(found), _tally(made), file, None, json)


def _tally(made: Plan) -> Tally:
    return Tally(sum(made.counts.values()), delivers=made.deliver not in (None, Channel.OFFER))


def _finish(issuer: Issuer[Any], found: Job, tally: Tally) -> None:
    """Settle and deliver what an earlier run has left. The rows are counted later; why offers were not delivered is only known now."""
    if work.has_open(found):
        for _ in finishing_parts(stream(work.reconcile(found), issuer.client)):
            pass
    for part in finishing_parts(stream(delivering.deliver(found), issuer.client)):
        tally.hear(part)


def _carry_out(
    issuer: Issuer[Any],
    made: Plan,
    flow: Flow[None],
    tally: Tally,
    file: str,
    summary_file: Path | None,
    json: bool,
    told: Callable[[Round], None] = lambda part: None,
) -> int:
    try:
        with progress(tally.total, json_lines=json) as shown:
            for part in finishing_parts(stream(flow, issuer.client)):
                tally.add(part)
                told(part)
                shown.show(tally)
        tally.ended = True
    except KeyNotTaken:
        tally.key_of = account_option(issuer)
        raise
    finally:
        if tally.rows or tally.ended:
            at = datetime.now(UTC)
            output.show_summary(tally, summary(tally, made, file=file, at=at, said=True), as_json=json)
            if summary_file is not None:
                write_whole(summary_file, summary(tally, made, file=file, at=at))
    return 0 if tally.complete else LEFT


def _confirm(made: Plan, yes: bool, refused_too: bool) -> None:
    if needs_yes(made, refused_too=refused_too) and not yes:
        kind = "live" if made.live else "possibly live (the API key does not say)"
        raise CohortError(
            f"would issue {at_most(made, refused_too=refused_too):,} {kind} credentials of {made.vendor}; nothing was sent",
            help="look at the plan, then say --yes",
        )


COMMANDS: dict[str, Callable[..., int]] = {"apply": apply, "resume": resume, "reconcile": reconcile}
