"""What the commands print: to people in lines, to machines in one JSON object on standard output."""

from __future__ import annotations

import json
import logging
import shlex
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from ..cohort.columns import ONE_TEMPLATE, Columns, names_template
from ..cohort.plan import Plan
from ..cohort.ranges import Ranges
from ..cohort.replacing import Former
from ..cohort.survey import Standing, SurveyedRow
from ..cohort.tally import Tally
from ..cohort.work import Revocation
from ..ledger.base import State
from .text import printable, wordless

Json = Annotated[bool, typer.Option("--json", help="For machines: JSON on standard output.")]

SHOWN = 20
"""Reasons that a plan shows; --problems writes all rows that are held back."""


class Problems:
    """Rows that are not sent, put together by reason; the first `SHOWN` reasons.

    Args:
        told: told of each row.
        blamed: the columns that keep a row from being sent.
    """

    def __init__(
        self, told: Callable[[SurveyedRow], None], blamed: Callable[[SurveyedRow], Sequence[str]] = lambda row: ()
    ) -> None:
        self._told, self._blamed = told, blamed
        self.number = 0
        self.shown: dict[tuple[Standing, str], Ranges] = {}
        self.columns: dict[tuple[Standing, str], Sequence[str]] = {}

    def add(self, row: SurveyedRow) -> None:
        self._told(row)
        self.number += 1
        key = (row.standing, row.reason)
        if key not in self.shown and len(self.shown) < SHOWN:
            self.shown[key] = Ranges()
            self.columns[key] = self._blamed(row)
        if key in self.shown:
            self.shown[key].add(row.line)

    @property
    def left_out(self) -> int:
        return self.number - sum(ranges.number for ranges in self.shown.values())

    def as_json(self) -> list[dict[str, Any]]:
        return [
            {
                "standing": standing.value,
                "reason": reason,
                "rows": ranges.number,
                "lines": ranges.kept,
                "columns": list(self.columns[standing, reason]),
            }
            for (standing, reason), ranges in self.shown.items()
        ]


_WORDS = {
    Standing.NEW: "to issue",
    Standing.AGAIN: "to issue again (refused earlier, no credential exists)",
    Standing.ISSUED: "already issued",
    Standing.OPEN: "open: under way, or the answer was lost",
    Standing.REFUSED: "refused earlier for good",
    Standing.REPEAT: "held back: the same person or reference twice",
    Standing.INVALID: "held back: not valid",
}


def say(text: str) -> None:
    print(printable(text))


def show_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=True, indent=2))


def show_plan(
    plan: Plan, path: Path, problems: Problems, *, wished: str, replaces: Former | None, next_: str, as_json: bool
) -> None:
    """What a plan comes to.

    Args:
        wished: the name that the cohort was to have.
        replaces: the plan whose place it took.
        next_: the command that carries the plan out.
    """
    if as_json:
        show_json(_plan_as_json(plan, path, problems, replaces))
        return
    _say_what_it_is(plan, wished, replaces)
    _say_rows(plan, problems)
    _say_columns(plan)
    if not plan.recipients:
        say("  nothing to send" if any(plan.counts.values()) else "  there are no rows")
        return
    say(f"  {plan.sends:,} request{'' if plan.sends == 1 else 's'}, about {duration(plan.seconds)}")
    for limit in plan.limits:
        say(f"  rate limit of {limit}")
    say(f"Nothing was sent. Next: {next_}")


def _plan_as_json(plan: Plan, path: Path, problems: Problems, replaces: Former | None) -> dict[str, Any]:
    return asdict(plan) | {
        "expires": plan.expires.isoformat() if plan.expires else None,
        "plan": str(path),
        "recipients": plan.recipients,
        "problems": problems.as_json(),
        "replaces": None if replaces is None else _replaced_as_json(replaces),
    }


def _say_what_it_is(plan: Plan, wished: str, replaces: Former | None) -> None:
    kind = {True: "live", False: "test", None: "mode unknown"}[plan.live]
    rows = sum(plan.counts.values())
    named = "" if plan.template == plan.template_id else f" ({plan.template_id})"
    say(
        f"{plan.name}: {rows:,} row{'' if rows == 1 else 's'} of {plan.source}, for {plan.vendor} ({kind}),"
        f" template {plan.template}{named}"
    )
    if plan.name != wished:
        say(
            f"  called {plan.name}, as {wished} is a cohort of another file, template or account (--name says another one)"
        )
    if replaces is not None:
        say(f"  {_replaced_in_words(replaces)}")


def _say_rows(plan: Plan, problems: Problems) -> None:
    for standing, words in _WORDS.items():
        if plan.counts[standing]:
            say(f"  {plan.counts[standing]:>9,}  {words}")
    for key, ranges in problems.shown.items():
        say(f"    {ranges}: {key[1]}")
        for column in problems.columns[key]:
            without = f"`--column {shlex.quote(f'{column}=')}` leaves it out"
            say(f"      this is about the column {column!a}, which is {plan.columns[column]}: {without}")
    if problems.left_out:
        say(f"    … and {problems.left_out:,} more (--problems FILE writes all)")


def _say_columns(plan: Plan) -> None:
    if "reference" not in plan.columns.values() and any(plan.counts.values()):
        say("  no references: a name that is later written in another way will be another credential")
    left_out = Columns(plan.columns).ignored
    if left_out:
        say(f"  left out: {', '.join(left_out)} (--column NAME=FIELD says what a column is)")
    if any(map(names_template, left_out)):
        say(f"    {', '.join(filter(names_template, left_out))}: {ONE_TEMPLATE}")


def _replaced_in_words(replaces: Former) -> str:
    old, counts = replaces.plan, replaces.counts
    words = f"replaces the plan of the cohort {old.name} ({old.vendor}, template {old.template}, {old.source})"
    if counts is None:
        return f"{words}, which this ledger does not know"
    if replaces.was_only_planned:
        return f"{words}, of which nothing was sent: the ledger forgets it"
    return (
        f"{words}, of which {replaces.sent:,} sent and {counts[State.ISSUED]:,} issued: they stay so"
        f" (`credkit status {shlex.quote(old.name)}`), and to go on with them, plan that again"
    )


def _replaced_as_json(replaces: Former) -> dict[str, Any]:
    old, counts = replaces.plan, replaces.counts
    about = {"name": old.name, "vendor": old.vendor, "account": old.account, "template": old.template}
    return about | {"sent": replaces.sent if counts is not None else None, "forgotten": replaces.was_only_planned}


def show_summary(tally: Tally, text: str, *, as_json: bool) -> None:
    if as_json:
        show_json(tally.as_json() | {"said": dict(sorted(tally.said.items()))})
    else:
        print(printable(text), end="")


def show_revoked(meant: int, before: int, failures: Sequence[Revocation], *, as_json: bool) -> None:
    rows = [{"line": one.item.line, "error": type(one.error).__name__} for one in failures]
    if as_json:
        show_json({"revoked": meant - len(failures), "revoked_before": before, "failed": rows})
        return
    earlier = f", {before:,} had been before" if before else ""
    say(f"{meant - len(failures):,} revoked{earlier}" + (f", {len(failures):,} not:" if failures else ""))
    for one in failures[:SHOWN]:
        say(f"    line {one.item.line}: {wordless(one.error)}")


class _Teller(logging.Handler):
    """Says what the ledger could not write down, and what a run waits for, where people look; without it, it is in nobody's log."""

    def __init__(self, as_json: bool) -> None:
        super().__init__(logging.WARNING)
        self._as_json = as_json

    def emit(self, record: logging.LogRecord) -> None:
        text = record.getMessage()
        kind = "error" if record.levelno >= logging.ERROR else "note"
        line = json.dumps({kind: text}) if self._as_json else f"credkit: {printable(text)}"
        print(line, file=sys.stderr, flush=True)


@contextmanager
def telling(*, as_json: bool) -> Iterator[None]:
    """While it lasts, what the ledger and the run log as warning or error is said on standard error."""
    teller = _Teller(as_json)
    loggers = [logging.getLogger("credkit.ledger"), logging.getLogger("credkit.cohort")]
    for logger in loggers:
        logger.addHandler(teller)
    try:
        yield
    finally:
        for logger in loggers:
            logger.removeHandler(teller)


def duration(seconds: float) -> str:
    """`40 s`, `12 min`, `3 h 20 min`."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"
