"""The command `credkit-codegen sources`: what a vendor's spec rests on; exit 0, 1 (with --fail-old) or 2."""

from __future__ import annotations

import sys
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ..commandline import FINDINGS, new_app, run_app
from ..project import UsageError, find_root, find_vendors

app = new_app("Say what a spec rests on.")


class Format(StrEnum):
    """Forms of the account."""

    TEXT = "text"
    JSON = "json"
    HTML = "html"


@app.command()
def sources(
    vendor: Annotated[str, typer.Argument(help="A folder of specs/.")],
    format_: Annotated[
        Format, typer.Option("--format", help="html is one page that needs nothing else.")
    ] = Format.TEXT,
    output: Annotated[Path | None, typer.Option(metavar="FILE", help="Write there instead of printing.")] = None,
    older_than: Annotated[int, typer.Option(metavar="DAYS", min=0, help="A page read longer ago is old.")] = 180,
    today: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Count ages up to this day instead of today.")
    ] = None,
    fail_old: Annotated[
        bool, typer.Option("--fail-old", help="Exit 1 when a page is old or nobody wrote down when it was read.")
    ] = False,
    root: Annotated[Path | None, typer.Option(help="The project: the folder that holds specs/.")] = None,
) -> None:
    """Say which page each part of a spec rests on and when it was read, what is inferred, by example or in conflict."""
    from .account import take_account
    from .output import render_json, render_text, summary
    from .reading import read_spec

    project = find_root(root)
    (found,) = find_vendors(project, [vendor])
    day = today.date() if today is not None else date.today()
    account = take_account(read_spec(found.spec, found.config), day, older_than, project)
    if format_ is Format.HTML:
        from .page import render_html

        text = render_html(account)
    else:
        text = render_json(account) if format_ is Format.JSON else render_text(account)
    if output is None:
        sys.stdout.write(text)
    else:
        _write(output, text)
        print(f"{summary(account)}; wrote {output}")
    if fail_old and (account.old or account.undated):
        raise typer.Exit(FINDINGS)


def _write(output: Path, text: str) -> None:
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as fault:
        raise UsageError(f"expected a file that can be written; {output}: {fault.strerror}", "name another") from None


def main(arguments: list[str]) -> int:
    """Run the command; the exit code."""
    return run_app(app, arguments, "credkit-codegen sources")
