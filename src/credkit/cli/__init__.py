"""The `credkit` command: cohorts of credentials from a file, and a doctor. Needs the extra `cli`."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from ..extras import of_credkit


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status.

    0: done, and every row has its credential. 1: something is left (rejected, held back, unknown). 2: the command, a file, the ledger or
    the vendor could not be used. 130: Ctrl-C.
    """
    try:
        import rich  # noqa: F401
        import typer  # noqa: F401

        from .app import run
    except ImportError as error:
        if error.name not in ("rich", "typer"):
            raise
        print(f"credkit: the command line needs {of_credkit('cli')}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("credkit: stopped; nothing was done", file=sys.stderr)
        return 130
    return run(sys.argv[1:] if arguments is None else arguments)


def entry() -> None:
    """What the installed command calls."""
    raise SystemExit(main())
