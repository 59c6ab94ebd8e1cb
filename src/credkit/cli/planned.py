"""What the commands that carry out a plan share: their options, and the plan with everything that it needs."""

from __future__ import annotations

import os
import shlex
from pathlib import Path
from typing import Annotated, Any

import typer

from ..cohort.errors import CohortError
from ..cohort.job import Job, check_plan
from ..cohort.plan import Plan, load_plan, plan_path
from ..cohort.survey import Standing
from ..identity import timeout_of
from ..issuer import Issuer

ASK_ABOVE = 100
"""Recipients above which a run with real credentials asks for --yes."""
LEFT = 1
"""Exit status: something has no credential yet."""

Planned = Annotated[
    Path, typer.Argument(metavar="PLAN", help="The plan that `credkit plan` wrote, or the cohort's file beside it.")
]
Json = Annotated[
    bool,
    typer.Option("--json", help="For machines: JSON on standard output, progress as JSON Lines on standard error."),
]
Yes = Annotated[bool, typer.Option("--yes", help="Do it: what would otherwise be asked for.")]


def load(planned: Path) -> tuple[Plan, Path]:
    """A plan, by its own file or by the cohort's beside it, and the cohort's file."""
    path = planned if planned.name.endswith(".json") else plan_path(planned)
    made = load_plan(path)
    return made, path.parent / made.source


def arguments(planned: Path, ledger: Path | None) -> str:
    """What a command that goes on has to be told: the file, and the ledger where the environment does not name it."""
    from_environment = ledger is None or os.environ.get("CREDKIT_LEDGER") == str(ledger)
    return shlex.quote(str(planned)) + ("" if from_environment else f" --ledger {shlex.quote(str(ledger))}")


def needs_yes(made: Plan, *, refused_too: bool = False) -> bool:
    """Whether so many credentials come of it, live ones or perhaps live, that `--yes` is asked for."""
    return made.live is not False and at_most(made, refused_too=refused_too) > ASK_ABOVE


def at_most(made: Plan, *, refused_too: bool = False) -> int:
    """Recipients at most: what is open may turn out never to have been issued, and is then sent as well."""
    return made.recipients + made.counts[Standing.OPEN] + (made.counts[Standing.REFUSED] if refused_too else 0)


def job(issuer: Issuer[Any], made: Plan, source: Path) -> Job:
    """What carries a plan out.

    Raises:
        CohortError: file, template, ledger or account is not the one that was planned with.
    """
    if issuer.ledger is None:
        raise CohortError("cohorts need a ledger")
    if issuer.account != made.account:
        raise CohortError(
            f"was planned for the account {made.account}; this API key is of {issuer.account}",
            path=source,
            help="use that account's key, or plan again",
        )
    found = Job(made, source, issuer.adapter, issuer.ledger, issuer.clock, timeout_of(issuer.client))
    check_plan(found)
    return found
