"""The commands that generate: `generate`, `check`, `inspect`. Stages are imported when a command needs them."""

from __future__ import annotations

import json
import shlex
import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from . import report
from .cli import ELSEWHERE
from .commandline import FINDINGS, new_app, run_app
from .formatters import Formatter
from .ir import JSON
from .pipeline import Target
from .project import SPEC_NAMES, UsageError, Vendor, find_orphans, find_root, find_vendors, require_within

app = new_app("Turn curated OpenAPI documents into typed Python clients.")

Vendors = Annotated[
    list[str] | None, typer.Argument(metavar="[VENDOR]...", help="Folders of specs/; all when none is named.")
]
Root = Annotated[Path | None, typer.Option(help="The project: the folder that holds specs/ and generated/.")]
Spec = Annotated[Path | None, typer.Option(metavar="FILE", help="Any OpenAPI 3.0, 3.1 or 3.2 document.")]
Package = Annotated[str | None, typer.Option(metavar="NAME", help="Import name of the package for --spec.")]
ConfigFile = Annotated[Path | None, typer.Option(metavar="FILE", help="A client.toml for --spec.")]
Out = Annotated[Path | None, typer.Option(metavar="DIR", help="The distribution's folder for --spec.")]
Overlays = Annotated[
    list[Path] | None,
    typer.Option("--overlay", metavar="FILE", help="Apply this overlay to --spec first; may be repeated."),
]
Within = Annotated[
    Path | None,
    typer.Option(
        metavar="DIR", help="References may lead to any file in DIR, not only to files beside --spec or below."
    ),
]
Check = Annotated[bool, typer.Option("--check", help="Write nothing; exit 1 when something is not current.")]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Also write over files that were edited by hand.")]


@app.callback()
def options(debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks.")] = False) -> None:
    """Options of every command; `cli.main` looks at them before anything runs."""


@app.command()
def generate(
    vendors: Vendors = None,
    spec: Spec = None,
    package: Package = None,
    out: Out = None,
    config: ConfigFile = None,
    overlay: Overlays = None,
    within: Within = None,
    root: Root = None,
    check: Check = False,
    force: Annotated[bool, typer.Option("--force", help="Regenerate although nothing changed.")] = False,
    overwrite: Overwrite = False,
    formatter: Annotated[
        Formatter | None,
        typer.Option("--formatter", help="Instead of client.toml's; auto: ruff for large packages, else black."),
    ] = None,
    profile: Annotated[bool, typer.Option("--profile", help="Say how long each stage took.")] = False,
) -> None:
    """Generate the packages of the project's vendors, or of one document (--spec FILE --package NAME --out DIR)."""
    if spec is not None:
        if vendors or root is not None:
            raise UsageError("expected vendors or --spec; got both", "name one of the two")
        targets = _document(spec, package, out, config, overlay or [], within)
    elif package is not None or out is not None or config is not None or overlay or within is not None:
        raise UsageError(
            "expected --spec FILE with --package, --out, --config, --overlay and --within", "name the document"
        )
    else:
        targets = _vendors(find_root(root), vendors or [])
    targets = {name: replace(target, formatter=formatter) for name, target in targets.items()}
    _run_all(targets, check=check, force=force, overwrite=overwrite, show_times=profile)


def _run_all(targets: dict[str, Target], *, check: bool, force: bool, overwrite: bool, show_times: bool) -> None:
    from .pipeline import generate as run
    from .profile import Profile

    watch = Profile()
    stale = False
    for name, target in targets.items():
        result = run(target, check=check, force=force, overwrite=overwrite, profile=watch)
        report.generated(name, result, check=check)
        stale = stale or (check and not result.report.is_current)
    if show_times:
        print("\n".join(watch.lines()))
    if stale:
        raise typer.Exit(FINDINGS)


def _document(
    spec: Path,
    package: str | None,
    out: Path | None,
    config: Path | None,
    overlays: list[Path],
    within: Path | None,
) -> dict[str, Target]:
    if out is None or (package is None and config is None):
        raise UsageError(
            "expected --package NAME and --out DIR beside --spec", "say what the package is called and where it goes"
        )
    _require_folder(out)
    _require_package(package)
    require_within(spec, within)
    overlaid = [("--overlay", item) for item in overlays]
    given = [("--package", package), ("--config", config), *overlaid, ("--within", within), ("--out", out)]
    words = [word for name, value in given if value is not None for word in (name, str(value))]
    again = shlex.join(["credkit-codegen", "generate", "--spec", str(spec), *words])
    target = Target(
        spec=spec, out=out, config=config, package=package, overlays=tuple(overlays), within=within, command=again
    )
    return {package or spec.stem: target}


def _require_folder(out: Path) -> None:
    """Raise UsageError where `out` is, or lies below, something that is no folder."""
    for path in (out, *out.parents):
        if path.is_dir():
            return
        if path.exists() or path.is_symlink():
            raise UsageError(
                f"expected a folder for --out; {path} is a file", "name a folder that is empty or not there"
            )


def _require_package(package: str | None) -> None:
    """Raise UsageError for a name that Python cannot import."""
    from .names import package_name

    if package is not None and package_name(package) != package:
        raise UsageError(
            f'expected a Python import name in snake_case; got "{package}"', f"write --package {package_name(package)}"
        )


def _vendors(root: Path, names: list[str]) -> dict[str, Target]:
    """The project's vendors, and how a person brings each up to date."""
    has_make = (root / "Makefile").is_file()
    return {
        item.name: Target(
            spec=item.spec,
            out=item.out,
            config=item.config,
            package=_package(item),
            command=f"make generate VENDOR={item.name}" if has_make else f"credkit-codegen generate {item.name}",
        )
        for item in find_vendors(root, names)
    }


def _package(vendor: Vendor) -> str | None:
    return None if vendor.config is not None else f"credkit_{vendor.name}"


@app.command(short_help="Say which generated files are not what their sources give.")
def check(vendors: Vendors = None, root: Root = None) -> None:
    """Say which generated files are not what the specs, the templates and the generator give."""
    found = find_root(root)
    left = [] if vendors else find_orphans(found)
    report.orphans(left)
    _run_all(_vendors(found, vendors or []), check=True, force=False, overwrite=False, show_times=False)
    if left:
        raise typer.Exit(FINDINGS)


@app.command(short_help="Say what a document becomes: its operations in Python.")
def inspect(
    vendor: Annotated[str | None, typer.Argument(help="A folder of specs/.")] = None,
    spec: Spec = None,
    package: Package = None,
    config: ConfigFile = None,
    overlay: Overlays = None,
    within: Within = None,
    root: Root = None,
    as_json: Annotated[bool, typer.Option("--json", help="The whole account as JSON.")] = False,
) -> None:
    """Say what a document becomes: every operation with its Python name, arguments and result."""
    if (vendor is None) == (spec is None):
        raise UsageError("expected a vendor or --spec FILE", "for example: inspect record --json")
    if vendor is not None and within is not None:
        raise UsageError("expected --spec FILE with --within", "name the document")
    if vendor is not None:
        (found,) = find_vendors(find_root(root), [vendor])
        spec, config, package = found.spec, found.config, package or _package(found)
    assert spec is not None
    if vendor is None and package is None and config is None:
        config, package = _beside(spec)
    _require_package(package)
    require_within(spec, within)
    data = _account(spec, config, package, overlay or [], within)
    if as_json:
        json.dump(data, sys.stdout, indent=2, ensure_ascii=True)
        print()
    else:
        report.account(data)


def _beside(spec: Path) -> tuple[Path | None, str | None]:
    """The configuration and package name that a document of a project has there; None for any other document."""
    if spec.name not in SPEC_NAMES:
        return None, None
    config = spec.parent / "client.toml"
    if config.is_file():
        return config, None
    folder = spec.absolute().parent
    return None, f"credkit_{folder.name}" if folder.parent.name == "specs" else None


def _account(
    spec: Path, config: Path | None, package: str | None, overlays: list[Path], within: Path | None
) -> dict[str, JSON]:
    from .frontend import read_api
    from .inspect import inspect_api

    api, settings = read_api(spec, config, package, overlays=overlays, within=within)
    return inspect_api(api, settings)


_ELSEWHERE_HELP = {
    "diff": "Say what changed between two versions of an API, and what it means for callers.",
    "release": "Give a vendor's distribution its next version, and its changelog a section.",
    "lint": "Say what is wrong with documents, and what to write instead.",
    "lsp": "Show the same findings in an editor, over the Language Server Protocol.",
    "new": "Start a vendor: from nothing, from a published document, or from examples.",
    "sources": "Say what a spec rests on: pages, how well each part is known, and what is old.",
}


def _list_elsewhere() -> None:
    """Let --help list the commands that `cli` dispatches to modules of their own."""
    for name in sorted(ELSEWHERE):
        words = _ELSEWHERE_HELP[name]
        more = f"{words} (`{name} --help` says more)"
        # The short help is given, too: click would cut what it shortens by itself.
        app.command(name, help=more, short_help=words, add_help_option=False)(lambda: None)


_list_elsewhere()


def run(arguments: list[str]) -> int:
    """Run one command line; the exit code."""
    return run_app(app, arguments)
