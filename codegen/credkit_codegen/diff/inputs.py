"""Inputs: what is compared with what. Documents, vendors' folders, projects, and any of them at a git revision."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from ..collecting import no_collection
from ..config import Config
from ..diagnostics import SpecError
from ..frontend import read_config
from ..load import load_document
from ..normalise import normalise_document
from ..overlay import overlaid
from ..project import SPEC_NAMES, UsageError, require_within
from ..resolve import MISSING, Documents, resolve_document
from .revisions import checkout

_REVISION = re.compile(r"(?P<revision>[^:]{2,}):(?P<path>.*)", re.DOTALL)
CONFIG = "client.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One side of a comparison. `config` is its client.toml, `generated` its distribution, where there are any; `file` and `shown`
    name the document and the distribution for people; references may not leave `within`, or else the document's own folder.
    """

    spec: Path
    file: str
    config: Path | None = None
    generated: Path | None = None
    shown: str = "generated"
    within: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two sides of one name; None where the whole vendor is new, or gone."""

    name: str
    old: Source | None
    new: Source | None


def read_source(source: Source) -> tuple[Documents, Config]:
    """The document of one side, its overlays applied.

    Raises:
        SpecError: it cannot be read, is no OpenAPI 3 document, or refers to a file that may not be read or is not there:
            what changed in such a file would not be seen.
    """
    config = read_config(source.spec, source.config)
    with no_collection():
        document = overlaid(load_document(source.spec, file=source.file), config.overlays)
        documents = resolve_document(document, root=source.within or source.spec.parent)
    missing = [item for item in documents.findings if item.rule == MISSING]
    if missing:
        raise SpecError(missing)
    return normalise_document(documents), config


def read_document(path: Path, file: str | None = None) -> Documents:
    """One document; `file` is its name for people.

    Raises:
        SpecError: it cannot be read, or is no OpenAPI 3 document.
    """
    return read_source(Source(spec=path, file=file or str(path)))[0]


# --- sides ---------------------------------------------------------------------------------------------------------


@contextmanager
def comparisons(old: str, new: str, within: Path | None = None) -> Iterator[list[Comparison]]:
    """Pair what two arguments name: a document, a folder, or `REVISION:PATH`. Folders last as long as the block.

    `within` is the folder that references may not leave: of a revision, that folder as it was.

    Raises:
        UsageError: an argument names nothing that can be compared, or `within` does not hold it.
    """
    with ExitStack() as stack:
        sides = [_sources(argument, stack, within) for argument in (old, new)]
        singles = [next(iter(side.values())) if list(side) == [""] else None for side in sides]
        if all(single is not None for single in singles):
            yield [Comparison(name=singles[1].file if singles[1] else "", old=singles[0], new=singles[1])]
            return
        names = sorted({*sides[0], *sides[1]})
        yield [Comparison(name=name, old=sides[0].get(name), new=sides[1].get(name)) for name in names]


@contextmanager
def since(base: str, root: Path, vendors: tuple[str, ...], head: str | None = None) -> Iterator[list[Comparison]]:
    """The vendors of a project at the revision `base`, and as they are (or at `head`).

    Raises:
        UsageError: no such revision, or no such vendor on either side.
    """
    with ExitStack() as stack:
        before = _project_at(base, root, stack)
        after = _project(root, "") if head is None else _project_at(head, root, stack)
        known = sorted({*before, *after})
        for name in vendors:
            if name not in known:
                raise UsageError(
                    f'expected one of {", ".join(known) or "no vendors"}; got "{name}"',
                    "the folders of specs/ are the vendors",
                )
        names = [name for name in known if not vendors or name in vendors]
        yield [Comparison(name=name, old=before.get(name), new=after.get(name)) for name in names]


def _sources(argument: str, stack: ExitStack, within: Path | None) -> dict[str, Source]:
    """The documents that an argument names, by name; a single document goes by the empty name."""
    path = Path(argument)
    match = None if path.exists() else _REVISION.fullmatch(argument)
    if match is None:
        found = _below(path, argument)
        for source in found.values():
            require_within(source.spec, within)
        return _allow(found, within)
    place = Path(match["path"] or ".")
    if place.is_absolute() or ".." in place.parts:
        raise UsageError(f"expected REVISION:PATH below the working folder; got {argument!r}", "name a path from here")
    # References of a document may lead to files beside it.
    beside = place.parent if place.suffix in (".yaml", ".yml", ".json") else place
    if within is not None:
        beside = _from_here(within, beside, argument)
    folder = Path(stack.enter_context(TemporaryDirectory(prefix="credkit-diff-")))
    checkout(match["revision"], Path.cwd(), [str(beside) + ("/" if str(beside) != "." else "")], folder)
    return _allow(_below(folder / place, argument), folder / beside if within is not None else None)


def _allow(sources: dict[str, Source], within: Path | None) -> dict[str, Source]:
    return {name: replace(source, within=within) for name, source in sources.items()}


def _from_here(within: Path, beside: Path, argument: str) -> Path:
    """The folder `within` as seen from the working folder."""
    here = Path.cwd().resolve()
    folder = within.resolve()
    if not folder.is_relative_to(here) or not (here / beside).is_relative_to(folder):
        raise UsageError(
            f"expected --within to name a folder that holds {argument!r}, here or below; got {within}",
            "name one above it",
        )
    return folder.relative_to(here)


def _below(path: Path, shown: str) -> dict[str, Source]:
    if path.is_file():
        return {"": _source(path, shown, None)}
    if (path / "specs").is_dir():
        return _project(path, f"{shown.rstrip('/')}/" if shown not in (".", "") else "")
    found = sorted(item for name in SPEC_NAMES for item in path.rglob(name)) if path.is_dir() else []
    if not found:
        raise UsageError(
            f"expected a document, or a folder with openapi.yaml files below; got {shown!r}",
            "name two paths, REVISION:PATH, or --base REVISION",
        )
    names = {item.parent.relative_to(path).as_posix(): item for item in found}
    if list(names) == ["."]:
        return {"": _source(found[0], f"{shown.rstrip('/')}/{found[0].name}", None)}
    return {key: _source(item, f"{shown.rstrip('/')}/{key}/{item.name}", None) for key, item in names.items()}


def _project_at(revision: str, root: Path, stack: ExitStack) -> dict[str, Source]:
    folder = Path(stack.enter_context(TemporaryDirectory(prefix="credkit-diff-")))
    checkout(revision, root, ["specs", "generated", "tests/typing"], folder)
    return _project(folder, f"{revision}:") if (folder / "specs").is_dir() else {}


def _project(root: Path, prefix: str) -> dict[str, Source]:
    from ..project import find_vendors

    found = {}
    for vendor in find_vendors(root):
        file = f"{prefix}{vendor.spec.relative_to(root).as_posix()}"
        source = _source(vendor.spec, file, vendor.out if vendor.out.is_dir() else None)
        found[vendor.name] = replace(source, shown=f"{prefix}generated/{vendor.name}")
    return found


def _source(spec: Path, file: str, generated: Path | None) -> Source:
    config = spec.parent / CONFIG
    return Source(spec=spec, file=file, config=config if config.is_file() else None, generated=generated)
