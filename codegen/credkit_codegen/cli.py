"""The command `credkit-codegen`: generate, check, inspect, and the commands of `ELSEWHERE`.

Exit code 0 when all is well, 1 when there are findings, 2 when the input or the command line cannot be used. A traceback
appears with `--debug` only. Nothing heavy is imported before it is known which command runs.
"""

from __future__ import annotations

import sys
from importlib import import_module


def main(arguments: list[str] | None = None) -> None:
    """Run the command; the entry point of the distribution."""
    arguments = (sys.argv[1:] if arguments is None else arguments) or ["--help"]
    debug = "--debug" in arguments
    plain = [item for item in arguments if item != "--debug"]
    try:
        code = _dispatch(plain if debug else arguments)
    except (BrokenPipeError, KeyboardInterrupt):
        sys.stderr.close()
        code = 2
    except Exception as fault:
        if debug:
            raise
        from . import report

        help_ = "this is a fault of ours; run again with --debug and report it"
        report.error(f"{type(fault).__name__}: {fault}", help_, "internal")
        code = 2
    raise SystemExit(code)


# Commands with a module of their own: its `main` takes what follows the name and gives the exit code.
ELSEWHERE = {
    "diff": "diff.command",
    "lint": "lint.command",
    "lsp": "lint.lsp",
    "new": "scaffold.command",
    "release": "release.command",
    "sources": "sources.command",
}


def _dispatch(arguments: list[str]) -> int:
    module = ELSEWHERE.get(arguments[0])
    if module is not None:
        return int(import_module(f"{__package__}.{module}").main(arguments[1:]))
    from .commands import run

    return run(arguments)
