"""The issuer and the ledger that a command works with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from ..connecting import connect
from ..issuer import Issuer
from ..runtime.errors import ConfigurationError

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


@contextmanager
def connected(vendor: str, ledger: Path | None, account: str | None) -> Iterator[Issuer[Any]]:
    """An issuer with a ledger; keys from the environment. Ends with what it opened closed."""
    try:
        issuer: Issuer[Any] = connect(vendor, ledger=ledger or DEFAULT_LEDGER, account=account)
    except ImportError as error:
        raise ConfigurationError(str(error)) from None
    with issuer:
        yield issuer
