"""Commands about the ledger as a whole: how its cohorts stand, and who settled what by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import typer

from ..cohort.errors import CohortError
from ..cohort.lines import open_rows
from ..cohort.plan import Plan
from ..cohort.survey import is_for_person
from ..ledger.base import Cohort, Decision, Entry, Ledger, State
from . import output
from .connection import LedgerFile, opened
from .planned import load

Json = Annotated[bool, typer.Option("--json", help="For machines: JSON on standard output.")]

SHOWN = 20
"""Open rows that `status` shows of a file; `export` has all."""


def status(
    cohort: Annotated[
        str | None,
        typer.Argument(metavar="[COHORT]", help="A cohort's name, or its file or plan; all cohorts when absent."),
    ] = None,
    ledger: LedgerFile = None,
    json: Json = False,
) -> int:
    """Say how the cohorts of the ledger stand; of a cohort's file or plan also which rows are open."""
    planned = load(Path(cohort)) if cohort is not None and _is_file(cohort) else None
    name = planned[0].name if planned else cohort
    with opened(ledger) as book:
        found = [one for one in book.cohorts() if name in (None, one.name)]
        if name is not None and not found:
            names = ", ".join(ascii(one.name) for one in book.cohorts()) or "none"
            raise CohortError(f"the ledger has no cohort {name!a}", help=f"it has: {names}")
        counts = {one.name: book.cohort_counts(one.name) for one in found}
        rows = list(islice(open_rows(*planned, book), SHOWN)) if planned else []
    if json:
        output.show_json({one.name: _as_json(one, counts[one.name], rows if planned else None) for one in found})
        return 0
    for one in found:
        numbers = ", ".join(f"{counts[one.name].get(state, 0):,} {state.value}" for state in State)
        output.say(f"{one.name} ({one.account}, template {one.template}): {numbers}")
    _show_open(rows, planned)
    if not found:
        output.say("The ledger has no cohorts.")
    elif planned is None and any(counts[one.name].get(state, 0) for one in found for state in _OPEN):
        output.say("`credkit status FILE` names the rows that are sending or unknown; `credkit reconcile FILE` asks.")
    return 0


_OPEN = (State.SENDING, State.UNKNOWN)


def _is_file(text: str) -> bool:
    return Path(text).is_file()


def _as_json(cohort: Cohort, counts: Mapping[State, int], rows: list[tuple[int, Entry]] | None) -> dict[str, Any]:
    about: dict[str, Any] = {
        "account": cohort.account,
        "template": cohort.template,
        "label": cohort.label,
        "created_at": cohort.created_at.isoformat(),
        **{state.value: counts.get(state, 0) for state in State},
    }
    if rows is not None:
        about["open"] = [
            {
                "line": line,
                "reference": entry.reference,
                "state": entry.state.value,
                "needs_person": is_for_person(entry),
                "settles_at": entry.settles_at.isoformat(timespec="seconds"),
            }
            for line, entry in rows
        ]
    return about


def _show_open(rows: list[tuple[int, Entry]], planned: tuple[Plan, Path] | None) -> None:
    for line, entry in rows:
        named = f", {entry.reference}" if entry.reference else ""
        when = f"can be settled from {entry.settles_at:%Y-%m-%d %H:%M} UTC on"
        how = "only a person can find it out" if is_for_person(entry) else when
        output.say(f"    line {line}{named}: {entry.state.value}; {how}")
    if len(rows) == SHOWN:
        output.say("    … and perhaps more: `credkit export` has all")
    if rows and planned:
        output.say(
            f"  `credkit reconcile {planned[1]}` asks the vendor; what only a person can find out:"
            f" credkit settle --cohort {planned[1]} --line {rows[0][0]} …"
        )


def audit(
    cohort: Annotated[str | None, typer.Argument(metavar="[COHORT]", help="Only of the cohort of this name.")] = None,
    ledger: LedgerFile = None,
    json: Json = False,
) -> int:
    """Say what was settled by hand, by whom, when and why, and which answers came too late."""
    with opened(ledger) as book:
        if cohort is not None and cohort not in [one.name for one in book.cohorts()]:
            raise CohortError(f"the ledger has no cohort {cohort!a}", help="`credkit status` names them")
        found = [pair for pair in _decided(book) if cohort in (None, pair[1].cohort if pair[1] else None)]
    if json:
        output.show_json([_decision_as_json(decision, entry) for decision, entry in found])
        return 0
    for decision, entry in found:
        about = f"{entry.account}, template {entry.template}" if entry else "an intent that is gone"
        named = ascii(entry.reference) if entry and entry.reference else "no reference"
        credential = f" as {decision.credential_id}" if decision.credential_id else ""
        what = decision.state.value if decision.state.settled else "taken back, it is open again"
        output.say(f"{decision.at:%Y-%m-%d %H:%M} UTC  {decision.by}: {what}{credential} ({named}; {about})")
        output.say(f"    {decision.why or 'the reason was erased'}")
    if not found:
        output.say("Nothing was settled by hand, and no answer came too late.")
    return 0


def _decided(book: Ledger) -> list[tuple[Decision, Entry | None]]:
    decisions = book.decisions()
    entries = book.lookup(list({one.fence for one in decisions}))
    return [(one, entries.get(one.fence)) for one in decisions]


def _decision_as_json(decision: Decision, entry: Entry | None) -> dict[str, Any]:
    return {
        "at": decision.at.isoformat(),
        "by": decision.by,
        "why": decision.why,
        "state": decision.state.value,
        "credential_id": decision.credential_id,
        "reference": entry.reference if entry else None,
        "account": entry.account if entry else None,
        "template": entry.template if entry else None,
        "cohort": entry.cohort if entry else None,
    }


COMMANDS: dict[str, Callable[..., int]] = {"status": status, "audit": audit}
