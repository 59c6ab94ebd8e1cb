"""What the commands print: to people in lines, to machines in one JSON object on standard output."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ..cohort.columns import Columns
from ..cohort.plan import Plan
from ..cohort.survey import Item, Standing
from ..cohort.tally import Tally
from ..cohort.work import Revocation
from .text import printable, wordless

SHOWN = 20
"""Held back rows that a plan shows; --problems writes all of them."""

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


def show_plan(plan: Plan, path: Path, problems: Sequence[Item], *, as_json: bool) -> None:
    rows = [{"line": item.line, "standing": item.standing.value, "reason": item.reason} for item in problems]
    if as_json:
        expires = plan.expires.isoformat() if plan.expires else None
        show_json(
            asdict(plan) | {"expires": expires, "plan": str(path), "recipients": plan.recipients, "problems": rows}
        )
        return
    kind = {True: "live", False: "test", None: "mode unknown"}[plan.live]
    say(
        f"{plan.name}: {sum(plan.counts.values()):,} rows of {plan.source}, for {plan.vendor} ({kind}), template {plan.template}"
    )
    for standing, words in _WORDS.items():
        if plan.counts[standing]:
            say(f"  {plan.counts[standing]:>9,}  {words}")
    for item in problems:
        say(f"    line {item.line}: {item.reason}")
    held = sum(plan.counts[standing] for standing in (Standing.INVALID, Standing.REPEAT, Standing.REFUSED))
    if held > len(problems):
        say(f"    … and {held - len(problems):,} more (--problems FILE writes all)")
    left_out = Columns(plan.columns).ignored
    if left_out:
        say(f"  left out: {', '.join(left_out)} (--column NAME=FIELD says what a column is)")
    if not plan.recipients:
        say("  nothing to send")
        return
    say(f"  {plan.sends:,} request{'' if plan.sends == 1 else 's'}, about {duration(plan.seconds)}")
    for limit in plan.limits:
        say(f"  rate limit of {limit}")
    say(f"Nothing was sent. Next: credkit apply {path}")


def show_summary(tally: Tally, text: str, *, as_json: bool) -> None:
    if as_json:
        show_json(tally.as_json())
    else:
        print(printable(text), end="")


def show_revoked(meant: int, failures: Sequence[Revocation], *, as_json: bool) -> None:
    rows = [{"line": one.item.line, "error": type(one.error).__name__} for one in failures]
    if as_json:
        show_json({"revoked": meant - len(failures), "failed": rows})
        return
    say(f"{meant - len(failures):,} revoked" + (f", {len(failures):,} not:" if failures else ""))
    for one in failures[:SHOWN]:
        say(f"    line {one.item.line}: {wordless(one.error)}")


def duration(seconds: float) -> str:
    """`40 s`, `12 min`, `3 h 20 min`."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"
