"""Where things stand in a project: `specs/<vendor>/openapi.yaml` and `client.toml` in, `generated/<vendor>/` out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

SPEC_NAMES = ("openapi.yaml", "openapi.yml", "openapi.json")


class UsageError(Exception):
    """What was asked for makes no sense; the message says so in one line, `help` what to do instead."""

    def __init__(self, message: str, help_: str) -> None:
        super().__init__(message)
        self.help = help_


@dataclass(frozen=True, slots=True, kw_only=True)
class Vendor:
    """One vendor of a project. `config` is None where there is no client.toml."""

    name: str
    spec: Path
    config: Path | None
    out: Path


def require_within(spec: Path, within: Path | None) -> None:
    """Raise UsageError where `--within` is no folder, or none that holds the document."""
    if within is None:
        return
    if not within.is_dir():
        got = "a file" if within.exists() else "nothing at this path"
        raise UsageError(
            f"expected a folder for --within; got {within}, {got}", "name the folder that holds all of them"
        )
    if not spec.resolve().is_relative_to(within.resolve()):
        raise UsageError(f"expected --within to name a folder that holds {spec}; got {within}", "name one above it")


def find_root(root: Path | None) -> Path:
    """The folder that holds `specs/`: the one given, else the nearest at or above the working folder.

    Raises:
        UsageError: there is none.
    """
    if root is not None:
        if (root / "specs").is_dir():
            return root
        raise UsageError(f"expected a folder with specs/ in it; got {root}", "name the project's folder with --root")
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "specs").is_dir():
            return folder
    raise UsageError(
        "expected a project (a folder with specs/ in it) here or above; found none", "use --root, or --spec FILE"
    )


def find_vendors(root: Path, names: Iterable[str] = ()) -> tuple[Vendor, ...]:
    """The vendors that are asked for by name, in that order; without names all, sorted.

    Raises:
        UsageError: a name is none of the project's vendors.
    """
    folders = {folder.name: folder for folder in sorted((root / "specs").iterdir()) if _spec_in(folder) is not None}
    for name in names:
        if name not in folders:
            raise UsageError(
                f'expected one of {", ".join(folders) or "no vendors"}; got "{name}"',
                "the folders of specs/ are the vendors",
            )
    return tuple(_vendor(root, folders[name]) for name in dict.fromkeys(names or folders))


def find_orphans(root: Path) -> list[Path]:
    """Generated packages whose vendor has no folder in specs/ any more."""
    known = {folder.name for folder in (root / "specs").iterdir() if _spec_in(folder) is not None}
    generated = root / "generated"
    folders = sorted(generated.iterdir()) if generated.is_dir() else []
    return [folder for folder in folders if folder.name not in known and (folder / "codegen.lock").is_file()]


def _vendor(root: Path, folder: Path) -> Vendor:
    config, spec = folder / "client.toml", _spec_in(folder)
    assert spec is not None
    return Vendor(
        name=folder.name, spec=spec, config=config if config.is_file() else None, out=root / "generated" / folder.name
    )


def _spec_in(folder: Path) -> Path | None:
    return next((folder / name for name in SPEC_NAMES if (folder / name).is_file()), None)
