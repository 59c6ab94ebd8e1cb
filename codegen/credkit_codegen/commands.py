"""The commands that generate: `generate`, `check`, `inspect`. Stages are imported when a command needs them."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from . import report
from .diagnostics import SpecError
from .ir import JSON
from .project import UsageError, Vendor, find_root, find_vendors

FINDINGS, UNUSABLE = 1, 2
# ClickException: of click itself, or of the copy that newer typer brings along.
COMMAND_LINE_FAULT: Any = typer.BadParameter.__mro__[2]

app = typer.Typer(
    name="credkit-codegen",
    help="Turn curated OpenAPI documents into typed Python clients.",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

Vendors = Annotated[
    list[str] | None, typer.Argument(metavar="[VENDOR]...", help="Folders of specs/; all when none is named.")
]
Root = Annotated[Path | None, typer.Option(help="The project: the folder that holds specs/ and generated/.")]
Spec = Annotated[Path | None, typer.Option(metavar="FILE", help="Any OpenAPI 3.0, 3.1 or 3.2 document.")]
Package = Annotated[str | None, typer.Option(metavar="NAME", help="Import name of the package for --spec.")]
Check = Annotated[bool, typer.Option("--check", help="Write nothing; exit 1 when something is not current.")]


@app.callback()
def options(debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks.")] = False) -> None:
    """Options of every command; `cli.main` looks at them before anything runs."""


@app.command()
def generate(
    vendors: Vendors = None,
    spec: Spec = None,
    package: Package = None,
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="The distribution's folder for --spec.")] = None,
    config: Annotated[Path | None, typer.Option(metavar="FILE", help="A client.toml for --spec.")] = None,
    root: Root = None,
    check: Check = False,
    force: Annotated[bool, typer.Option("--force", help="Regenerate although nothing changed.")] = False,
    profile: Annotated[bool, typer.Option("--profile", help="Say how long each stage took.")] = False,
) -> None:
    """Generate the packages of the project's vendors, or of one document (--spec FILE --package NAME --out DIR)."""
    from .pipeline import Target
    from .pipeline import generate as run
    from .profile import Profile

    targets: dict[str, Target]
    if spec is not None:
        if vendors or root is not None:
            raise UsageError("expected vendors or --spec; got both", "name one of the two")
        if out is None or (package is None and config is None):
            raise UsageError(
                "expected --package NAME and --out DIR beside --spec",
                "say what the package is called and where it goes",
            )
        again = f"credkit-codegen generate --spec {spec} --package {package} --out {out}"
        targets = {package or spec.stem: Target(spec=spec, out=out, config=config, package=package, command=again)}
    else:
        if package is not None or out is not None or config is not None:
            raise UsageError("expected --spec FILE with --package, --out and --config", "name the document")
        found = find_vendors(find_root(root), vendors or ())
        targets = {
            item.name: Target(spec=item.spec, out=item.out, config=item.config, package=_package(item))
            for item in found
        }
    watch = Profile()
    stale = False
    for name, target in targets.items():
        result = run(target, check=check, force=force, profile=watch)
        report.generated(name, result, check=check)
        stale = stale or (check and not result.report.is_current)
    if profile:
        print("\n".join(watch.lines()))
    if stale:
        raise typer.Exit(FINDINGS)


def _package(vendor: Vendor) -> str | None:
    return None if vendor.config is not None else f"credkit_{vendor.name}"


@app.command()
def check(vendors: Vendors = None, root: Root = None) -> None:
    """Say which generated files are not what the specs, the templates and the generator give."""
    generate(vendors=vendors, root=root, check=True)


@app.command()
def inspect(
    vendor: Annotated[str | None, typer.Argument(help="A folder of specs/.")] = None,
    spec: Spec = None,
    package: Package = None,
    config: Annotated[Path | None, typer.Option(metavar="FILE", help="A client.toml for --spec.")] = None,
    root: Root = None,
    as_json: Annotated[bool, typer.Option("--json", help="The whole account as JSON.")] = False,
) -> None:
    """Say what a document becomes: every operation with its Python name, arguments and result."""
    if (vendor is None) == (spec is None):
        raise UsageError("expected a vendor or --spec FILE", "for example: inspect record --json")
    if vendor is not None:
        (found,) = find_vendors(find_root(root), [vendor])
        spec, config, package = found.spec, found.config, package or _package(found)
    assert spec is not None
    data = _account(spec, config, package)
    if as_json:
        json.dump(data, sys.stdout, indent=2, ensure_ascii=True)
        print()
    else:
        report.account(data)


def _account(spec: Path, config: Path | None, package: str | None) -> dict[str, JSON]:
    from .frontend import read_api
    from .inspect import inspect_api

    api, settings = read_api(spec, config, package)
    return inspect_api(api, settings)


@app.command(add_help_option=False, context_settings={"ignore_unknown_options": True})
def lint(paths: Annotated[list[str] | None, typer.Argument(metavar="PATH...")] = None) -> None:
    """Say what is wrong with documents, and what to write instead (`lint --help` for more)."""
    from .lint.command import main

    raise typer.Exit(main(paths or []))


def run(arguments: list[str]) -> int:
    """Run one command line; the exit code.

    Raises:
        Exception: what none of the commands expects.
    """
    try:
        result = app(arguments, standalone_mode=False)
        return result if isinstance(result, int) else 0
    except SpecError as fault:
        report.diagnostics(fault.diagnostics)
    except UsageError as fault:
        report.error(str(fault), fault.help)
    except COMMAND_LINE_FAULT as fault:
        report.error(str(fault.format_message()), "`credkit-codegen --help` lists commands and options")
    except typer.Exit as done:
        return int(done.exit_code)
    except typer.Abort:
        pass
    return UNUSABLE
