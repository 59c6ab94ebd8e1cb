"""Commands about the ledger as a whole: how its cohorts stand, and who settled what by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import typer

from ..cohort.errors import CohortError
from ..cohort.lines import standing_rows
from ..cohort.plan import Plan
from ..cohort.survey import Standing, is_for_person
from ..ledger.base import Cohort, Decision, Entry, Ledger, State
from ..ledger.moments import in_words, whole_second
from . import output
from .connection import LedgerFile, adapter_without_key, opened
from .output import Json
from .planned import arguments, load

SHOWN = 20
"""Open rows that `status` shows of a file; `export` has all."""


def status(
    cohort: Annotated[
        str | None,
        typer.Argument(metavar="COHORT", help="A cohort's name, or its file or plan; all cohorts when absent."),
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
        if planned:
            counts = {one.name: _of_file(*planned, book) for one in found}
        else:
            counts = {one.name: _of_cohort(one.name, book) for one in found}
    if json:
        output.show_json({one.name: _about(one) | counts[one.name].as_json() for one in found})
        return 0
    file = "" if cohort is None else arguments(Path(cohort), ledger)
    for one in found:
        output.say(f"{one.name} ({one.account}, template {one.template}): {counts[one.name].in_words()}")
        _show_open(counts[one.name].open, file)
    if not found:
        output.say("The ledger has no cohorts.")
    elif planned is None and any(counts[one.name].states[state] for one in found for state in _OPEN):
        output.say("`credkit status FILE` names the rows that are sending or unknown; `credkit reconcile FILE` asks.")
    return 0


_OPEN = (State.SENDING, State.UNKNOWN)


def _is_file(text: str) -> bool:
    return Path(text).is_file()


@dataclass(slots=True)
class _Counts:
    """What a cohort, or its file, comes to.

    Attributes:
        revoked: of those in the state `issued`.
        standings: of a file: its rows that have no state, by why. None of a cohort, whose unsent rows the ledger does not know.
        open: of a file: the first lines that are under way or unknown.
    """

    states: Counter[State] = field(default_factory=Counter)
    revoked: int = 0
    standings: Counter[str] | None = None
    open: list[tuple[int, Entry]] = field(default_factory=list)

    def in_words(self) -> str:
        if self.standings is None and not self.states.total():
            return "only planned, nothing was sent"
        since = f" ({self.revoked:,} of them revoked since)" if self.revoked else ""
        parts = [f"{self.states[state]:,} {state.value}{since if state is State.ISSUED else ''}" for state in State]
        parts += [f"{number:,} {what.replace('_', ' ')}" for what, number in (self.standings or {}).items() if number]
        return ", ".join(parts)

    def as_json(self) -> dict[str, Any]:
        about: dict[str, Any] = {state.value: self.states[state] for state in State} | {"revoked": self.revoked}
        if self.standings is not None:
            about |= self.standings
            about["rows"] = self.states.total() + self.standings.total()
            about["open"] = [_open_as_json(line, entry) for line, entry in self.open]
        return about


def _of_cohort(name: str, book: Ledger) -> _Counts:
    return _Counts(Counter(book.cohort_counts(name)), book.cohort_revoked(name))


def _of_file(plan: Plan, source: Path, book: Ledger) -> _Counts:
    """Of the file's rows, under whichever cohort's name they were sent."""
    found = _Counts(standings=(standings := Counter(not_sent=0, held_back=0)))
    for item in standing_rows(plan, source, book, adapter_without_key(plan.vendor)):
        if item.standing in (Standing.REPEAT, Standing.INVALID):
            standings["held_back"] += 1
        elif item.entry is None:
            standings["not_sent"] += 1
        else:
            found.states[item.entry.state] += 1
            found.revoked += item.is_revoked
            if item.standing is Standing.OPEN and len(found.open) < SHOWN:
                found.open.append((item.line, item.entry))
    return found


def _about(cohort: Cohort) -> dict[str, Any]:
    return {
        "account": cohort.account,
        "template": cohort.template,
        "label": cohort.label,
        "created_at": cohort.created_at.isoformat(),
    }


def _open_as_json(line: int, entry: Entry) -> dict[str, Any]:
    return {
        "line": line,
        "reference": entry.reference,
        "state": entry.state.value,
        "needs_person": is_for_person(entry),
        "settles_at": whole_second(entry.settles_at).isoformat(),
    }


def _show_open(rows: list[tuple[int, Entry]], file: str) -> None:
    """Rows of a file that are open. `file`: how a command is told of it, as a shell reads it."""
    for line, entry in rows:
        named = f", {entry.reference}" if entry.reference else ""
        output.say(f"    line {line}{named}: {entry.state.value}; {_how(entry)}")
    if len(rows) == SHOWN:
        output.say("    … and perhaps more: `credkit export` has all")
    if rows:
        output.say(
            f"  `credkit reconcile {file}` asks the vendor; what only a person can find out:"
            f" credkit settle --cohort {file} --line {rows[0][0]} …"
        )


def _how(entry: Entry) -> str:
    """How an open intent can be settled. That it was issued may be found at once, that it was not from a moment on."""
    if is_for_person(entry):
        return "only a person can find it out"
    moment = in_words(entry.settles_at)
    if entry.state is State.SENDING:
        return f"can be settled from {moment} on"
    return f"can be asked for now; certain from {moment} on"


def audit(
    cohort: Annotated[str | None, typer.Argument(metavar="COHORT", help="Only of the cohort of this name.")] = None,
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
