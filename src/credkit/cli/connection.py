"""The issuer and the ledger that a command works with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from ..adapters.base import Adapter
from ..cohort.errors import CohortError, KeyNotTaken
from ..connecting import adapter_type, connect
from ..issuer import Issuer
from ..ledger.base import Ledger
from ..ledger.errors import LedgerBusy, LedgerError
from ..ledger.sqlite import SqliteLedger
from ..runtime.errors import ConfigurationError, MissingCredential, MissingServerVariable
from ..settings import adapter_of, client_type, configured, credential_variables

DEFAULT_LEDGER = Path("issuances.db")

LedgerFile = Annotated[
    Path | None,
    typer.Option(
        "--ledger", metavar="FILE", envvar="CREDKIT_LEDGER", help="What was issued; issuances.db when absent."
    ),
]
Account = Annotated[
    str | None, typer.Option(help="Name of the vendor account in the ledger; needed once when an API key has changed.")
]


def _ledger_file(path: Path | None) -> Path:
    where = path or DEFAULT_LEDGER
    if where.is_dir():
        raise CohortError(
            "a ledger is a file; this is a folder", path=where, help=f"for example {where / DEFAULT_LEDGER}"
        )
    return where


def existing_ledger(path: Path | None) -> Path:
    """The ledger that a command works on, which has to be there: an empty one would not know who has a credential."""
    where = _ledger_file(path)
    if not where.exists():
        raise CohortError("there is no ledger", path=where, help="name it with --ledger or CREDKIT_LEDGER")
    return where


@contextmanager
def connected(vendor: str, ledger: Path | None, account: str | None, *, new: bool = False) -> Iterator[Issuer[Any]]:
    """An issuer with a ledger; keys from the environment. Ends with what it opened closed.

    Args:
        new: whether a ledger that is not there is made.
    """
    where = _ledger_file(ledger) if new else existing_ledger(ledger)
    try:
        with naming(where):
            issuer: Issuer[Any] = connect(vendor, ledger=where, account=account)
    except (MissingCredential, MissingServerVariable) as error:
        what = "an API key" if isinstance(error, MissingCredential) else "a part of its server's address"
        error.args = (f"{vendor} needs {what}\nhelp: set {error.variables}",)
        raise
    except ImportError as error:
        raise ConfigurationError(str(error)) from None
    with issuer, naming(where), _naming_key(issuer):
        yield issuer


def account_option(issuer: Issuer[Any]) -> str:
    """What `--account` is told for the account of an issuer."""
    return issuer.account.rpartition(":")[2]


@contextmanager
def _naming_key(issuer: Issuer[Any]) -> Iterator[None]:
    """Has the vendor's refusal of a key say where the key comes from, and what to do."""
    try:
        yield
    except KeyNotTaken as error:
        origin = ", ".join(credential_variables(issuer.vendor, type(issuer.client))) or "the environment"
        raise CohortError(
            error.reason,
            help=f"the key comes from {origin}: mend it there, then say the same again with --account {account_option(issuer)},"
            " which is the account that this was planned for; what was refused is sent then",
        ) from None


def adapter_without_key(vendor: str) -> Adapter[Any, Any] | None:
    """The vendor's adapter with its settings, which knows what it would not send; None where its package is not installed.

    Raises:
        ConfigurationError: `credkit.toml` cannot be used.
    """
    try:
        kind = adapter_type(vendor)
        client_type(kind, vendor, False)
    except (ConfigurationError, ImportError):
        return None
    adapter: Adapter[Any, Any] = adapter_of(kind, vendor, configured(kind, vendor, None))
    return adapter


@contextmanager
def opened(path: Path | None) -> Iterator[Ledger]:
    """A ledger that is there already, for commands that need no vendor."""
    where = existing_ledger(path)
    with naming(where), closing(SqliteLedger.open(where)) as ledger:
        yield ledger


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """Has an error of the ledger say which file it is about."""
    try:
        yield
    except (LedgerError, LedgerBusy) as error:
        if not error.reason.startswith(str(path)):
            error.reason = f"{path}: {error.reason}"
            error.args = (f"{path}: {error}",)
        raise
