"""Writing a release: client.toml, the changelog and what is generated from them, all or nothing.

Everything is made in a copy first. Then each file is put in place by a rename; if one fails, those before it are put back.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from ..pipeline import Target, generate
from ..project import UsageError, Vendor

Contents = Mapping[Path, bytes]


def prepare(vendor: Vendor, root: Path, config: str, changelog_name: str, changelog: str) -> dict[Path, bytes]:
    """Every file that the release changes, with its new content. Nothing is written.

    Raises:
        SpecError: the package cannot be generated.
    """
    assert vendor.config is not None
    with TemporaryDirectory(prefix="credkit-release-") as name:
        copy = Path(name)
        shutil.copytree(root / "specs", copy / "specs")
        spec = copy / vendor.spec.relative_to(root)
        out = copy / vendor.out.relative_to(root)
        if vendor.out.is_dir():
            shutil.copytree(vendor.out, out, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info", "dist"))
        copied = copy / vendor.config.relative_to(root)
        copied.write_text(config, encoding="utf-8")
        (spec.parent / changelog_name).write_text(changelog, encoding="utf-8")
        generate(Target(spec=spec, out=out, config=copied))
        folders = [spec.parent, out]
        made = {path: path.read_bytes() for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()}
        found = {root / path.relative_to(copy): data for path, data in made.items()}
    return {path: data for path, data in found.items() if not path.is_file() or path.read_bytes() != data}


def put(contents: Contents) -> None:
    """Write all files, or none.

    Raises:
        UsageError: one cannot be written; the others are as they were.
    """
    before = {path: path.read_bytes() if path.is_file() else None for path in contents}
    staged = {path: path.with_name(f".{path.name}.release") for path in contents}
    done: list[Path] = []
    try:
        for path, data in contents.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            staged[path].write_bytes(data)
        for path in contents:
            os.replace(staged[path], path)
            done.append(path)
    except OSError as error:
        for path in done:
            _restore(path, before[path])
        raise UsageError(
            f"cannot write {error.filename or 'a file'}: {error.strerror}; nothing was changed", "mend it and run again"
        ) from None
    finally:
        for path in staged.values():
            path.unlink(missing_ok=True)


def _restore(path: Path, data: bytes | None) -> None:
    if data is None:
        path.unlink(missing_ok=True)
    else:
        path.write_bytes(data)
