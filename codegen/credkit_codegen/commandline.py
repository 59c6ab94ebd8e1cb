"""Running one command line of a typer application: faults become one clear line and an exit code, never a traceback."""

from __future__ import annotations

from typing import Any

import typer

from . import report
from .diagnostics import SpecError
from .project import UsageError

FINDINGS, UNUSABLE = 1, 2
# ClickException: of click itself, or of the copy that newer typer brings along.
COMMAND_LINE_FAULT: Any = typer.BadParameter.__mro__[2]


def new_app(help_: str) -> typer.Typer:
    """An application as all our commands are."""
    return typer.Typer(
        name="credkit-codegen",
        help=help_,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )


def run_app(app: typer.Typer, arguments: list[str], name: str = "credkit-codegen") -> int:
    """Run one command line; the exit code: 0, 1 for findings, 2 when the input cannot be used.

    Raises:
        Exception: what none of the commands expects.
    """
    try:
        result = app(arguments, standalone_mode=False, prog_name=name)
        return result if isinstance(result, int) else 0
    except SpecError as fault:
        report.diagnostics(fault.diagnostics)
    except UsageError as fault:
        report.error(str(fault), fault.help)
    except COMMAND_LINE_FAULT as fault:
        report.error(str(fault.format_message()), f"`{name} --help` lists commands and options")
    except typer.Exit as done:
        return int(done.exit_code)
    except typer.Abort:
        pass
    return UNUSABLE
