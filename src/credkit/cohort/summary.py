"""What came of a run, as a text that can be mailed: counts, reasons, lines of the file, and what to do next. No people in it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from ..ledger.moments import in_words
from .plan import Plan
from .survey import Standing
from .tally import UNDELIVERED, Tally

_KINDS = {True: "live", False: "test (not real ones)", None: "live or test: the API key does not say which"}
_WORDS = {
    Standing.INVALID: "not valid",
    Standing.REPEAT: "the same person or reference twice",
    Standing.REFUSED: "refused earlier",
    Standing.NEW: "new",
    Standing.AGAIN: "to be tried again",
}


def summary(tally: Tally, plan: Plan, *, file: str, at: datetime, said: bool = False) -> str:
    """The run as plain text.

    Args:
        file: how a command is told of the plan, as a shell reads it.
        at: when it ended, in UTC.
        said: also the vendor's words of what it rejected; for the screen of who runs the command.
    """
    rows = "1 row" if tally.total == 1 else f"{tally.total:,} rows"
    seen = rows if tally.ended else f"stopped after {tally.rows:,} of {rows}"
    lines = [
        f"Cohort {plan.name} ({plan.vendor}, {plan.source}): {seen}",
        f"  template {plan.template}, {at:%Y-%m-%d %H:%M} UTC, credentials are {_KINDS[plan.live]}",
        "",
        f"  issued now      {tally.issued:>9,}",
        f"  issued before   {tally.before:>9,}",
    ]
    if tally.revoked:
        lines.append(f"  of them revoked {tally.revoked:>9,}")
    for code, number in sorted(tally.rejected.items()):
        lines.append(f"  rejected        {number:>9,}  {code}{_places(tally, f'rejected:{code}')}")
        lines += _reasons(tally, code, plan.vendor if said else None)
    for standing, number in sorted(tally.held.items()):
        what = "not yet sent" if Standing(standing).sendable else "held back"
        places = _places(tally, f"held:{standing}")
        lines.append(f"  {what:<13}   {number:>9,}  {_WORDS[Standing(standing)]}{places}")
    if tally.unknown:
        lines.append(f"  open            {tally.unknown:>9,}  {_places(tally, 'unknown').strip()}")
    if tally.undelivered:
        lines.append(f"  not delivered   {tally.undelivered:>9,} {_places(tally, UNDELIVERED)}")
        lines += _reasons(tally, UNDELIVERED, plan.vendor if said else None)
    lines += ["", *_next(tally, file)]
    return "\n".join(lines) + "\n"


def _places(tally: Tally, group: str) -> str:
    ranges = tally.lines.get(group)
    return f" ({ranges})" if ranges else ""


def _reasons(tally: Tally, group: str, vendor: str | None) -> list[str]:
    """Why, in our words and, where the vendor is named, in its words."""
    words = [f"{vendor} says: {text}" for text in tally.said.get(group, ()) if vendor is not None]
    return [f"{'':29}{text}" for text in ([tally.why[group]] if group in tally.why else []) + words]


def _next(tally: Tally, file: str) -> list[str]:
    if tally.complete:
        return [_whole(tally)]
    if not tally.total:
        return ["There are no rows."]
    resume = f"credkit resume {file}"
    if tally.key_of is not None:
        # The ledger knows the account by the key that was wrong, so the mended one has to be said to be of it.
        resume += f" --account {tally.key_of}"
        steps = [f"The vendor did not take the API key: mend it, then `{resume}` goes on."]
    else:
        steps = [] if tally.ended else [f"The run did not come to its end: `{resume}` goes on."]
    return [
        *steps,
        *_next_of_open(tally, file, resume),
        *_next_of_rejected(tally, resume),
        *_next_of_others(tally, file, resume),
    ]


def _whole(tally: Tally) -> str:
    were = "1 of them was" if tally.revoked == 1 else f"{tally.revoked:,} of them were"
    since = f"; {were} revoked since" if tally.revoked else ""
    told = ", and its holder was told" if tally.delivers else ""
    return f"Every row has its credential{told}{since}."


def _next_of_open(tally: Tally, file: str, resume: str) -> Iterator[str]:
    if tally.unknown > tally.person:
        when = f", from {in_words(tally.again_at)} on for certain" if tally.again_at else ""
        yield (
            f"What was under way, or lost its answer, is settled by `credkit reconcile {file}` or `{resume}`{when}."
            " Nothing of it is sent again before that."
        )
    if tally.person:
        yield (
            "Where no look-up can settle it, look at the vendor, then say so with `credkit settle REFERENCE`, or with"
            f" `credkit settle --cohort {file} --line N` for a row without a reference (`credkit status {file}` lists them)."
        )


def _next_of_rejected(tally: Tally, resume: str) -> Iterator[str]:
    refused_before = tally.held["refused"]
    if tally.rejected or refused_before:
        yield "No credential exists for what was rejected."
    if tally.passing:
        yield f"What was rejected for a reason that passes is sent again by `{resume}`."
    if sum(tally.rejected.values()) > tally.passing or refused_before:
        what = "for another reason" if tally.passing else "for good"
        yield (
            f"What was rejected {what}: mend the cause, then `{resume} --refused-too`. It sends what was planned: to another template,"
            " plan again."
        )


def _next_of_others(tally: Tally, file: str, resume: str) -> Iterator[str]:
    if tally.held["new"] or tally.held["again"]:
        yield f"What was not yet sent is sent by `{resume}`."
    if tally.held["invalid"] or tally.held["repeat"]:
        yield (
            f"What was held back was not sent: mend the rows (`credkit export {file}` says why each), then plan again;"
            " what is issued stays issued."
        )
    if tally.undelivered:
        yield f"An offer that its holder did not get is delivered again by `{resume}`; it stays the same offer."
