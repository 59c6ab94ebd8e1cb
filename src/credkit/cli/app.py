"""The commands' entry: what fails says so in one place, without a traceback and without people."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from ..runtime.errors import ApiError
from . import cohorts, doctor, people
from .text import printable, wordless

UNUSABLE = 2
INTERRUPTED = 130
# ClickException: of click itself, or of the copy that newer typer brings along.
COMMAND_LINE_FAULT: Any = typer.BadParameter.__mro__[2]

app = typer.Typer(
    name="credkit",
    help="Issue credentials to cohorts of people, each exactly once.",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.callback()
def options(debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks.")] = False) -> None:
    """Options of every command; `run` looks at them before anything happens."""


for _name, _command in (cohorts.COMMANDS | people.COMMANDS | doctor.COMMANDS).items():
    app.command(_name)(_command)


def run(arguments: Sequence[str]) -> int:
    """Carry out a command line; returns the exit status."""
    debug = "--debug" in arguments
    try:
        status = app(args=[part for part in arguments if part != "--debug"], standalone_mode=False)
    except COMMAND_LINE_FAULT as fault:
        fault.show()
        return UNUSABLE
    except BrokenPipeError:
        # Nobody reads on; nothing more is to be written when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return UNUSABLE
    except (ApiError, OSError) as error:
        if debug:
            raise
        return _fail(error)
    except (KeyboardInterrupt, typer.Abort):
        status = INTERRUPTED
    if status == INTERRUPTED:  # newer typer turns Ctrl-C into this status itself
        print(
            "credkit: stopped; what was under way is finished and kept, `credkit resume` does the rest", file=sys.stderr
        )
    return status if isinstance(status, int) else 0


def _fail(error: ApiError | OSError) -> int:
    text = (
        wordless(error)
        if isinstance(error, ApiError)
        else f"{error.filename}: {error.strerror or type(error).__name__}"
    )
    print(f"credkit: {printable(text)}", file=sys.stderr)
    return UNUSABLE
