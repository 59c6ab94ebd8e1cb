"""Commands about single intents: a person's decision, erasure. An intent is named by its reference, or by its line in its cohort's file."""

from __future__ import annotations

import getpass
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from ..cohort.errors import CohortError
from ..cohort.lines import entry_at
from ..issuer import Issuer
from ..ledger import recorded
from ..ledger.base import Entry, Ledger
from ..steps import Flow
from . import output
from .connection import LedgerFile, connected, opened
from .planned import load

Reference = Annotated[
    str | None, typer.Argument(metavar="[REFERENCE]", help="The application's own key of the credential.")
]
InCohort = Annotated[
    Path | None,
    typer.Option("--cohort", metavar="FILE", help="Instead of a reference: the cohort's file or plan, with --line."),
]
Line = Annotated[int | None, typer.Option(metavar="N", min=1, help="The row's line in the cohort's file.")]
Json = Annotated[bool, typer.Option("--json", help="For machines: JSON on standard output.")]


def settle(
    why: Annotated[str, typer.Option(help="What was looked at, for those who ask later.")],
    reference: Reference = None,
    cohort: InCohort = None,
    line: Line = None,
    issued: Annotated[str | None, typer.Option(metavar="ID", help="It was issued: the vendor's id.")] = None,
    never: Annotated[bool, typer.Option("--never", help="It was never issued: it may be sent again.")] = False,
    batch: Annotated[
        str | None, typer.Option(metavar="ID", help="Record: the batch that the credential is in.")
    ] = None,
    by: Annotated[str | None, typer.Option(help="Who decided; the user's name when absent.")] = None,
    ledger: LedgerFile = None,
    json: Json = False,
) -> int:
    """Settle by hand what no look-up can: after somebody looked at the vendor."""
    if (issued is None) is not never:
        raise typer.BadParameter("say --issued ID or --never")
    who = by or getpass.getuser()
    with opened(ledger) as book:
        open_ = [entry for entry in _meant(book, reference, cohort, line) if not entry.state.settled]
        if len(open_) != 1:
            number = "nothing open" if not open_ else f"{len(open_)} open intents"
            place = "reference" if reference is not None else "line"
            raise CohortError(
                f"{number} with this {place}",
                help="`credkit status FILE` shows what is open; --cohort FILE --line N says which",
            )
        entry = open_[0]
        if issued is None:
            entry = book.decide(entry.fence, issued=None, by=who, why=why)
    if issued is not None:
        # The id is looked up at the vendor: a typing error must not hide somebody without a credential.
        with connected(entry.account.partition(":")[0], ledger, None) as issuer:
            entry = issuer.run(_decision(issuer, entry, issued, batch, who, why))
    _show(entry, json)
    return 0


def _decision(issuer: Issuer[Any], entry: Entry, issued: str, batch: str | None, by: str, why: str) -> Flow[Entry]:
    if issuer.ledger is None or issuer.account != entry.account:
        raise CohortError(f"this is an intent of {entry.account}; the API key is of {issuer.account}")
    return recorded.decide(issuer.adapter, issuer.ledger, entry, issued=issued, batch_id=batch, by=by, why=why)


def _meant(book: Ledger, reference: str | None, cohort: Path | None, line: int | None) -> list[Entry]:
    """The intents of a reference, or the one of a row."""
    if reference is not None and cohort is None and line is None:
        return book.find(reference)
    if reference is None and cohort is not None and line is not None:
        return [entry_at(*load(cohort), book, line)]
    raise typer.BadParameter("say REFERENCE, or --cohort FILE and --line N")


def erase(
    reference: Reference = None,
    cohort: InCohort = None,
    line: Line = None,
    ledger: LedgerFile = None,
    json: Json = False,
) -> int:
    """Remove what the ledger keeps of a person; that a credential exists stays known, so none is issued again."""
    with opened(ledger) as book:
        found = _meant(book, reference, cohort, line)
        number = sum(entry.erased_at is None for entry in found)
        book.erase_fences([entry.fence for entry in found])
    if json:
        output.show_json({"erased": number})
    else:
        output.say(
            f"erased from {number} entr{'y' if number == 1 else 'ies'}"
            if number
            else f"nothing is kept of this {'row' if reference is None else 'reference'}"
        )
    return 0 if number else 1


def _show(entry: Entry, json: bool) -> None:
    kept = entry.credential.id if entry.credential else None
    if json:
        output.show_json(
            {"account": entry.account, "template": entry.template, "state": entry.state.value, "credential_id": kept}
        )
    else:
        output.say(f"{entry.account}, template {entry.template}: {entry.state.value}" + (f", {kept}" if kept else ""))


COMMANDS: dict[str, Callable[..., int]] = {"settle": settle, "erase": erase}
