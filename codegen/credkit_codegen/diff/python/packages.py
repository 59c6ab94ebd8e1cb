"""Where the packages of a comparison come from: what stands in `generated/`, or generated on the spot into a folder that goes."""

from __future__ import annotations

import shutil
from pathlib import Path

from ...formatters import Formatter
from ...lock import LOCK_NAME, read_lock
from ...pipeline import Target, generate
from ..inputs import Source
from ..read import path_shape
from .compare import Package


def released_package(source: Source, folder: Path) -> Package:
    """The package as it was given out: what stands in `generated/`, else generated into `folder`."""
    if source.generated is not None and read_lock(source.generated).is_intact:
        return _package(source.generated, source)
    # Texts are compared with another generated package only where neither was given out.
    quick = Formatter.RUFF if source.generated is None else None
    return current_package(source, folder, names=None, formatter=quick)


def current_package(source: Source, folder: Path, names: Path | None, formatter: Formatter | None = None) -> Package:
    """The package that the sources give today. `names` is a distribution whose lock keeps the names of inline schemas;
    `formatter` goes before that of the configuration, where nobody compares the texts with those of a release.

    Raises:
        SpecError: the document or the configuration cannot be used.
    """
    out = folder / (source.spec.parent.name or "package")
    out.mkdir(parents=True, exist_ok=True)
    if names is not None and (names / LOCK_NAME).is_file():
        shutil.copy(names / LOCK_NAME, out / LOCK_NAME)
    package = None if source.config is not None else "credkit_compared"
    target = Target(
        spec=source.spec,
        out=out,
        config=source.config,
        package=package,
        formatter=formatter,
        within=source.within,
    )
    generate(target, force=True)
    return _package(out, source)


def _package(out: Path, source: Source) -> Package:
    name = next(path.parent.name for path in sorted(out.glob("*/__init__.py")) if path.parent.name != "tests")
    lock = read_lock(out)
    lines = ((id_, *line.rpartition(" -> ")) for id_, line in lock.operations.items())
    operations = {id_: (path_shape(call), method) for id_, call, _, method in lines}
    return Package(folder=out, name=name, shown=source.shown, operations=operations)


def same_files(old: Package, new: Package) -> bool:
    """Whether what is shipped is the same, the record of how it was made left aside."""
    before, after = read_lock(old.folder), read_lock(new.folder)
    return before.files == after.files
