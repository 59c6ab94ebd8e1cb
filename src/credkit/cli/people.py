"""Commands about single intents: status of the ledger, a person's decision, erasure."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from ..cohort.errors import CohortError
from ..issuer import Issuer
from ..ledger import recorded
from ..ledger.base import Entry, Ledger, State
from ..ledger.sqlite import SqliteLedger
from ..steps import Flow
from . import output
from .connection import LedgerFile, connected, existing_ledger

Reference = Annotated[str, typer.Argument(metavar="REFERENCE", help="The application's own key of the credential.")]
Json = Annotated[bool, typer.Option("--json", help="For machines: JSON on standard output.")]


def status(
    cohort: Annotated[str | None, typer.Argument(metavar="[COHORT]", help="A cohort's name; all when absent.")] = None,
    ledger: LedgerFile = None,
    json: Json = False,
) -> int:
    """Say how the cohorts of the ledger stand."""
    with _opened(ledger) as book:
        found = [one for one in book.cohorts() if cohort in (None, one.name)]
        if cohort is not None and not found:
            names = ", ".join(ascii(one.name) for one in book.cohorts()) or "none"
            raise CohortError(f"the ledger has no cohort {cohort!a}", help=f"it has: {names}")
        counts = {one.name: book.cohort_counts(one.name) for one in found}
    if json:
        output.show_json(
            {
                one.name: {
                    "account": one.account,
                    "template": one.template,
                    "label": one.label,
                    "created_at": one.created_at.isoformat(),
                    **{state.value: counts[one.name].get(state, 0) for state in State},
                }
                for one in found
            }
        )
        return 0
    for one in found:
        numbers = ", ".join(f"{counts[one.name].get(state, 0):,} {state.value}" for state in State)
        output.say(f"{one.name} ({one.account}, template {one.template}): {numbers}")
    if not found:
        output.say("The ledger has no cohorts.")
    return 0


def settle(
    reference: Reference,
    why: Annotated[str, typer.Option(help="What was looked at, for those who ask later.")],
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
    with _opened(ledger) as book:
        open_ = [entry for entry in book.find(reference) if not entry.state.settled]
        if len(open_) != 1:
            number = "nothing open" if not open_ else f"{len(open_)} open intents"
            raise CohortError(f"{number} with this reference", help="`credkit status` shows what is open")
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


def erase(reference: Reference, ledger: LedgerFile = None, json: Json = False) -> int:
    """Remove what the ledger keeps of a person; that a credential exists stays known, so none is issued again."""
    with _opened(ledger) as book:
        number = sum(entry.erased_at is None for entry in book.find(reference))
        book.erase(reference)
    if json:
        output.show_json({"erased": number})
    else:
        output.say(
            f"erased from {number} entr{'y' if number == 1 else 'ies'}"
            if number
            else "nothing is kept of this reference"
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


@contextmanager
def _opened(path: Path | None) -> Iterator[Ledger]:
    """A ledger that is there already: these commands make none."""
    with closing(SqliteLedger.open(existing_ledger(path))) as ledger:
        yield ledger


COMMANDS: dict[str, Callable[..., int]] = {"status": status, "settle": settle, "erase": erase}
