"""The commands' entry: what fails says so in one place, without a traceback and without people."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from importlib.metadata import version
from typing import Annotated, Any

import typer

from ..runtime.errors import ApiError
from . import doctor, making, people, results, running, standing
from .stopping import INTERRUPTED, saying_stops
from .text import printable, wordless

UNUSABLE = 2
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


def _version(wanted: bool) -> None:
    if wanted:
        print(f"credkit {version('credkit')}")
        raise typer.Exit


@app.callback()
def options(
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks.")] = False,
    which: Annotated[
        bool, typer.Option("--version", help="Say which version this is.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """Options of every command; `run` looks at them before anything happens."""


for _name, _command in (
    making.COMMANDS | running.COMMANDS | standing.COMMANDS | results.COMMANDS | people.COMMANDS | doctor.COMMANDS
).items():
    # The short help is given: click would cut what it makes of the docstring by itself.
    app.command(_name, short_help=(_command.__doc__ or "").partition("\n")[0])(saying_stops(_command))


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
        return _fail(error, as_json="--json" in arguments)
    except (KeyboardInterrupt, typer.Abort):
        print("credkit: stopped", file=sys.stderr)
        return INTERRUPTED
    return status if isinstance(status, int) else 0


def _fail(error: ApiError | OSError, *, as_json: bool) -> int:
    if isinstance(error, ApiError):
        text = wordless(error)
    else:
        where = f"{error.filename}: " if error.filename else ""
        text = f"{where}{error.strerror or type(error).__name__}"
    if as_json:
        fault, _, help_ = text.partition("\nhelp: ")
        about = {"error": fault, "kind": type(error).__name__} | ({"help": help_} if help_ else {})
        print(json.dumps(about), file=sys.stderr)
    else:
        print(f"credkit: {printable(text)}", file=sys.stderr)
    return UNUSABLE
