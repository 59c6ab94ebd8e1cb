"""The `credkit` command: cohorts of credentials from a file, and a doctor. Needs `credkit[cli]`."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status.

    0: done, and every row has its credential. 1: something is left (rejected, held back, unknown). 2: the command, a file, the ledger or
    the vendor could not be used.
    """
    try:
        import rich  # noqa: F401
        import typer  # noqa: F401
    except ImportError:
        print("credkit: the command line needs typer and rich\nhelp: install credkit[cli]", file=sys.stderr)
        return 2
    from .app import run

    return run(sys.argv[1:] if arguments is None else arguments)


def entry() -> None:
    """What the installed command calls."""
    raise SystemExit(main())
