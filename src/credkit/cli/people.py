"""Commands about single intents: a person's decision, erasure. An intent is named by its reference, or by its line in its cohort's file."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer

from ..adapters.protocol import BatchNeeded
from ..cohort.errors import CohortError
from ..cohort.lines import entry_at
from ..issuer import Issuer
from ..ledger import recorded
from ..ledger.base import Entry, Ledger
from ..steps import Flow
from . import output
from .connection import LedgerFile, connected, opened
from .output import Json
from .planned import Yes, load

Reference = Annotated[
    str | None, typer.Argument(metavar="REFERENCE", help="The application's own key of the credential.")
]
InCohort = Annotated[
    Path | None,
    typer.Option("--cohort", metavar="FILE", help="Instead of a reference: the cohort's file or plan, with --line."),
]
Line = Annotated[int | None, typer.Option(metavar="N", min=1, help="The row's line in the cohort's file.")]


def settle(
    why: Annotated[str, typer.Option(help="What was looked at, for those who ask later.")],
    reference: Reference = None,
    cohort: InCohort = None,
    line: Line = None,
    issued: Annotated[str | None, typer.Option(metavar="ID", help="It was issued: the vendor's id.")] = None,
    never: Annotated[bool, typer.Option("--never", help="It was never issued: it may be sent again.")] = False,
    undo: Annotated[
        bool, typer.Option("--undo", help="Take back what was settled by hand: it is open again, and looked up.")
    ] = False,
    batch: Annotated[
        str | None, typer.Option(metavar="ID", help="Record: the batch that the credential is in.")
    ] = None,
    by: Annotated[str | None, typer.Option(help="Who decided; the user's name when absent.")] = None,
    ledger: LedgerFile = None,
    json: Json = False,
) -> int:
    """Settle by hand what no look-up can, after somebody looked at the vendor; or take such a decision back."""
    if [issued is not None, never, undo].count(True) != 1:
        raise typer.BadParameter("say --issued ID, --never or --undo")
    who = by or getpass.getuser()
    with opened(ledger) as book:
        if undo:
            entry = _only(_meant(book, reference, cohort, line), _decided(book))
            entry = book.take_back(entry.fence, by=who, why=why)
        else:
            entry = _only(_meant(book, reference, cohort, line), _OPEN)
            if issued is None:
                entry = book.decide(entry.fence, issued=None, by=who, why=why)
    if issued is not None:
        # The id is looked up at the vendor: a typing error must not hide somebody without a credential.
        with connected(entry.account.partition(":")[0], ledger, None) as issuer:
            try:
                entry = issuer.run(_decision(issuer, entry, issued, batch, who, why))
            except BatchNeeded:
                raise CohortError(
                    f"{issuer.vendor} finds a credential by its id and its batch; nothing was written down",
                    help="say --batch ID, the batch that the credential is in",
                ) from None
    _show(entry, json)
    return 0


@dataclass(frozen=True, slots=True)
class _Kind:
    """Intents that something can be done with: what they are called, where they are shown, and which ones they are."""

    called: str
    shown_by: str
    has: Callable[[Entry], bool]


_OPEN = _Kind("open", "`credkit status FILE`", lambda entry: not entry.state.settled)


def _decided(book: Ledger) -> _Kind:
    """What somebody settled by hand; whether it still stands so is for the ledger to say."""
    return _Kind(
        "settled by hand", "`credkit audit`", lambda entry: entry.state.settled and bool(book.decisions(entry.fence))
    )


def _only(meant: _Meant, kind: _Kind) -> Entry:
    """The one intent of a kind among those that are meant."""
    found = [entry for entry in meant.entries if kind.has(entry)]
    if len(found) != 1:
        number = "nothing" if not found else f"{len(found)} intents"
        raise CohortError(
            f"{number} {kind.called} with this {meant.by}",
            help=f"{kind.shown_by} shows what is {kind.called}; --cohort FILE --line N says which",
        )
    return found[0]


def _decision(issuer: Issuer[Any], entry: Entry, issued: str, batch: str | None, by: str, why: str) -> Flow[Entry]:
    if issuer.ledger is None or issuer.account != entry.account:
        raise CohortError(f"this is an intent of {entry.account}; the API key is of {issuer.account}")
    return recorded.decide(issuer.adapter, issuer.ledger, entry, issued=issued, batch_id=batch, by=by, why=why)


class _Meant(NamedTuple):
    """The intents that a command is about, and by what they were named."""

    entries: list[Entry]
    by: str


def _meant(book: Ledger, reference: str | None, cohort: Path | None, line: int | None) -> _Meant:
    """The intents of a reference, or the one of a row."""
    if reference is not None and cohort is None and line is None:
        return _Meant(book.find(reference), "reference")
    if reference is None and cohort is not None and line is not None:
        return _Meant([entry_at(*load(cohort), book, line)], "line")
    raise typer.BadParameter("say REFERENCE, or --cohort FILE and --line N")


def erase(
    reference: Reference = None,
    cohort: InCohort = None,
    line: Line = None,
    yes: Yes = False,
    ledger: LedgerFile = None,
    json: Json = False,
) -> int:
    """Remove what the ledger keeps of a person; that a credential exists stays known, so none is issued again."""
    with opened(ledger) as book:
        meant = _meant(book, reference, cohort, line).entries
        found = [entry for entry in meant if entry.erased_at is None]
        open_ = sum(not entry.state.settled for entry in found)
        if not yes and (len(found) > 1 or open_):
            raise CohortError(
                f"would erase from {_number(found, open_)}; nothing was erased\n{_listed(found)}", help=_YES
            )
        book.erase_fences([entry.fence for entry in meant])  # also the erased: that empties the log beside the file
    number = len(found)
    if json:
        output.show_json({"erased": number})
    elif not found:
        output.say(f"nothing is kept of this {'row' if reference is None else 'reference'}")
    else:
        output.say(f"erased from {_number(found)}:\n{_listed(found)}")
    return 0 if number else 1


_YES = "say --yes for all of it, or --cohort FILE --line N for one row; what is open is best settled first"


def _number(entries: Sequence[Entry], open_: int = 0) -> str:
    return f"{len(entries)} entr{'y' if len(entries) == 1 else 'ies'}" + (f", {open_} of them open" if open_ else "")


def _listed(entries: Sequence[Entry]) -> str:
    """The entries, one a line: whose account, which template and cohort, how it stands."""
    return "\n".join(
        f"  {entry.account}, template {entry.template}, cohort {entry.cohort or '-'}, sent {entry.sent_at:%Y-%m-%d %H:%M} UTC:"
        f" {entry.state.value}{'' if entry.state.settled else ' (open)'}"
        for entry in entries
    )


def _show(entry: Entry, json: bool) -> None:
    kept = entry.credential.id if entry.credential else None
    if json:
        output.show_json(
            {"account": entry.account, "template": entry.template, "state": entry.state.value, "credential_id": kept}
        )
    else:
        output.say(f"{entry.account}, template {entry.template}: {entry.state.value}" + (f", {kept}" if kept else ""))


COMMANDS: dict[str, Callable[..., int]] = {"settle": settle, "erase": erase}
