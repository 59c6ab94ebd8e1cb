"""Commands about what a cohort has: revoke, export."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer

from ..cohort import work
from ..cohort.errors import CohortError
from ..cohort.plan import plan_path
from ..driving import stream
from . import export as exports
from . import output
from .background import finishing_parts
from .connection import Account, LedgerFile, connected
from .planned import LEFT, Json, Planned, Yes, job, load
from .progress import progress
from .stopping import stopping_revocations

_NAMED = 10
"""References that a message names."""


def revoke(
    planned: Planned,
    reference: Annotated[
        list[str] | None, typer.Option(help="Only the credential of this reference; repeat for more.")
    ] = None,
    everyone: Annotated[bool, typer.Option("--all", help="Every credential of the cohort.")] = False,
    reason: Annotated[str | None, typer.Option(help="Told to the vendor, where it takes one.")] = None,
    yes: Yes = False,
    ledger: LedgerFile = None,
    account: Account = None,
    json: Json = False,
) -> int:
    """Revoke credentials of a cohort: for good."""
    if bool(reference) == everyone:
        raise typer.BadParameter("say --reference REFERENCE (one or more) or --all")
    made, source = load(planned)
    only = frozenset(reference) if reference else None
    with connected(made.vendor, ledger, account) as issuer:
        issuer.require("revoke")
        cohort = job(issuer, made, source)
        meant, absent, ended = 0, set(reference or ()), 0
        for item in cohort.items():
            meant += work.revocable(item, only)
            ended += item.is_revoked and work.is_meant(item, only)
            absent.discard(item.reference or "")
        if absent:
            named = ", ".join(ascii(one) for one in sorted(absent)[:_NAMED]) + (", …" if len(absent) > _NAMED else "")
            raise CohortError(f"in no row: the reference {named}; nothing was done", path=source)
        if meant and not yes:
            number = "1 credential" if meant == 1 else f"{meant:,} credentials"
            raise CohortError(f"would revoke {number} of {made.vendor} for good; nothing was done", help="say --yes")
        counts = _Revoked()
        with stopping_revocations(), progress(meant, json_lines=json) as shown:
            for part in finishing_parts(stream(work.revoke(cohort, reason=reason, only=only), issuer.client)):
                counts.add(part)
                shown.show(counts)
    output.show_revoked(meant, ended, counts.failures, as_json=json)
    return LEFT if counts.failures else 0


@dataclass(slots=True)
class _Revoked:
    """What came of revoking so far."""

    rows: int = 0
    failures: list[work.Revocation] = field(default_factory=list)

    def add(self, part: Sequence[work.Revocation]) -> None:
        self.rows += len(part)
        self.failures += [one for one in part if one.error is not None]

    def in_words(self) -> str:
        return f"{self.rows - len(self.failures):,} revoked, {len(self.failures):,} not"

    def as_json(self) -> dict[str, int]:
        return {"rows": self.rows, "revoked": self.rows - len(self.failures), "failed": len(self.failures)}


def export(
    planned: Planned,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A .csv or .jsonl file; CSV on standard output when absent.")
    ] = None,
    ledger: LedgerFile = None,
    account: Account = None,
    json: Annotated[bool, typer.Option("--json", help="JSON Lines on standard output instead of CSV.")] = False,
) -> int:
    """Write what became of each row: line, reference, standing, credential. Offers are left out: they are secrets."""
    made, source = load(planned)
    exports.check_output(out, ledger, source, planned, plan_path(source))
    with connected(made.vendor, ledger, account) as issuer:
        exports.write(job(issuer, made, source).items(), out, as_json=json)
    return 0


COMMANDS: dict[str, Callable[..., int]] = {"revoke": revoke, "export": export}
