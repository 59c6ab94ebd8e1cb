"""All files of a new vendor: proved in a folder of their own first, then written, all or none."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp

from ..config import load_config
from ..coverage import spec_operations
from ..diagnostics import Diagnostic, Severity
from ..frontend import read_api, read_documents
from ..lint import Profile, Settings, lint_document
from ..load import load_document
from ..overlay import overlaid
from ..project import UsageError
from .stubs import stub_files
from .vendor import NewVendor

Files = Mapping[str, str | bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scaffold:
    """Files by path from the project's folder, and what lint says: `errors` at the level minimal, `open` the number at recommended."""

    files: dict[Path, bytes]
    operations: int
    errors: tuple[Diagnostic, ...]
    open: int


def prepare(root: Path, vendor: NewVendor, spec_files: Files) -> Scaffold:
    """Everything that is to be written; the spec is loaded, linted and built to see that it can be used.

    Raises:
        SpecError: it cannot.
    """
    folder = Path("specs") / vendor.name
    files = {folder / name: _bytes(content) for name, content in spec_files.items()}
    with TemporaryDirectory() as temporary:
        for path, content in files.items():
            target = Path(temporary) / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        spec = next(Path(temporary) / path for path in files if path.parent == folder and path.stem == "openapi")
        config = spec.with_name("client.toml")
        api, settings = read_api(spec, config)
        count = len(spec_operations(read_documents(spec, settings)))
        found = {profile: _lint(spec, profile) for profile in (Profile.MINIMAL, Profile.RECOMMENDED)}
    files |= {path: _bytes(text) for path, text in stub_files(root, vendor, spec.name, api, settings).items()}
    return Scaffold(
        files=files,
        operations=count,
        errors=tuple(item for item in found[Profile.MINIMAL] if item.severity is Severity.ERROR),
        open=len(found[Profile.RECOMMENDED]),
    )


def _bytes(content: str | bytes) -> bytes:
    return content.encode("utf-8") if isinstance(content, str) else content


def _lint(spec: Path, profile: Profile) -> tuple[Diagnostic, ...]:
    config = load_config(spec.with_name("client.toml"))
    document = overlaid(load_document(spec, file=spec.name), config.overlays)
    return lint_document(document, Settings(profile=profile), config).diagnostics


def write_all(root: Path, files: Mapping[Path, bytes]) -> None:
    """Write all files, or none of them.

    Raises:
        UsageError: one of them exists, leads out of the project, or cannot be written; what was there stays as it was.
    """
    taken = [str(path) for path in files if (root / path).exists() or (root / path).is_symlink()]
    if taken:
        raise UsageError(f"expected files that are not there yet; there is {', '.join(taken)}", "nothing was written")
    outside = [str(path) for path in files if not (root / path).resolve().is_relative_to(root.resolve())]
    if outside:
        raise UsageError(f"expected files inside {root}; {', '.join(outside)} lead out of it", "nothing was written")
    made: list[Path] = []
    staging: Path | None = None
    try:
        staging = Path(mkdtemp(prefix=".new-", dir=root))
        for number, content in enumerate(files.values()):
            (staging / str(number)).write_bytes(content)
        for number, path in enumerate(files):
            _make_folders((root / path).parent, made)
            made.append(root / path)
            os.replace(staging / str(number), root / path)
    except BaseException as fault:
        _take_back(made)
        if isinstance(fault, OSError):
            raise UsageError(
                f"expected to write into {root}; {fault.strerror or fault}", "nothing was written"
            ) from None
        raise
    finally:
        if staging is not None:
            shutil.rmtree(staging, ignore_errors=True)


def _make_folders(folder: Path, made: list[Path]) -> None:
    if not folder.is_dir():
        _make_folders(folder.parent, made)
        folder.mkdir()
        made.append(folder)


def _take_back(made: list[Path]) -> None:
    for path in reversed(made):
        if path.is_dir():
            path.rmdir()
        else:
            path.unlink(missing_ok=True)
