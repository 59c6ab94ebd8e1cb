"""The command `credkit-codegen new`: the first files of a vendor."""

from __future__ import annotations

import sys
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from .. import report
from ..commandline import new_app, run_app
from ..diagnostics import count, printable
from ..project import UsageError, find_root

app = new_app("Start a vendor.")

MOST_REMARKS = 40


@app.command()
def new(
    vendor: Annotated[str, typer.Argument(help="Its short name: small letters, digits, underscores.")],
    from_: Annotated[
        Path | None, typer.Option("--from", metavar="FILE", help="An OpenAPI document that the vendor publishes.")
    ] = None,
    from_examples: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Text of the vendor's pages with curl commands and JSON.")
    ] = None,
    docs: Annotated[str | None, typer.Option(metavar="URL", help="Where the vendor documents its API.")] = None,
    server: Annotated[str | None, typer.Option(metavar="URL", help="Where the API answers.")] = None,
    client: Annotated[str | None, typer.Option(metavar="NAME", help="The class of the client; Acme for acme.")] = None,
    read: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day on which the pages were read; today.")
    ] = None,
    root: Annotated[Path | None, typer.Option(help="The project: the folder that holds specs/.")] = None,
) -> None:
    """Write spec, client.toml, tests, facade adapter and simulator of a vendor, each to go on with. Nothing is overwritten."""
    from .files import prepare, write_all
    from .vendor import check_vendor

    if from_ is not None and from_examples is not None:
        raise UsageError("expected --from or --from-examples; got both", "name one of the two")
    if server is not None and (from_ is not None or from_examples is not None):
        raise UsageError("expected --server without --from and --from-examples", "the address stands in what is read")
    project = root if root is not None and root.is_dir() else find_root(root)
    day = read.date() if read is not None else date.today()
    made = check_vendor(project, vendor, client=client, docs=docs, server=server, read=day)
    remarks: tuple[str, ...] = ()
    if from_examples is not None:
        from .examples.folder import drafted_spec

        spec_files, remarks = drafted_spec(made, from_examples)
        scaffold = prepare(project, made, spec_files)
    elif from_ is not None:
        from .published import published_spec

        scaffold = prepare(project, made, published_spec(made, from_))
    else:
        from .blank import blank_spec

        scaffold = prepare(project, made, blank_spec(made))
    write_all(project, scaffold.files)
    print(f"{vendor}: {count(scaffold.operations, 'operation')}; {count(len(scaffold.files), 'file')} written")
    for path in scaffold.files:
        print(f"  {path.as_posix()}")
    _remark(remarks)
    report.diagnostics(scaffold.errors)
    _say_next(project, vendor, next(path for path in scaffold.files if path.stem == "openapi"), scaffold.open)


def _remark(remarks: tuple[str, ...]) -> None:
    for remark in remarks[:MOST_REMARKS]:
        print(f"  note: {printable(remark)}", file=sys.stderr)
    if len(remarks) > MOST_REMARKS:
        print(f"  note: and {count(len(remarks) - MOST_REMARKS, 'more remark')}", file=sys.stderr)


def _say_next(project: Path, vendor: str, spec: Path, left: int) -> None:
    has_make = (project / "Makefile").is_file()
    generate = f"make generate VENDOR={vendor}" if has_make else f"credkit-codegen generate {vendor}"
    print("next:")
    print(
        f"  credkit-codegen lint {spec.as_posix()}      # {count(left, 'thing')} to settle; read the pages, then curate"
    )
    print(f"  credkit-codegen sources {vendor}            # what is inferred")
    print(f"  {generate}{f'      # and docs/vendors/{vendor}.md' if has_make else ''}")


def main(arguments: list[str]) -> int:
    """Run the command; the exit code."""
    return run_app(app, arguments, "credkit-codegen new")
