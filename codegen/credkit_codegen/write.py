"""GeneratedFile* -> disk. The only stage that changes a file.

Everything is written into a staging folder first and then moved into place, file by file, the lock last: a run that dies half
way leaves a lock that does not fit, so the next run does the work again. Only files that an earlier run made are removed.
Paths that leave the folder, or go through a symbolic link, are refused before anything happens.
"""

from __future__ import annotations

import difflib
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePosixPath

from .diagnostics import Diagnostic, Severity, SpecError
from .files import GeneratedFile, digest

IGNORED_FOLDERS = frozenset(
    {"__pycache__", ".pytest_cache", ".mypy_cache", ".ruff_cache", "dist", "build", ".git", ".venv"}
)


_NAME_BYTES = 255


class ChangeKind(StrEnum):
    """`EDITED`: it is not what the last run wrote, so somebody changed it by hand. `EXTRA`: nothing generates it."""

    MISSING = "missing"
    STALE = "stale"
    EDITED = "edited by hand"
    EXTRA = "not generated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One file that is not as it would be generated; `diff` goes from what is there to what should be."""

    kind: ChangeKind
    path: PurePosixPath
    diff: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteReport:
    """What was done, or with `check` what would have to be done."""

    changes: tuple[Change, ...] = ()
    removed: tuple[PurePosixPath, ...] = ()

    @property
    def is_current(self) -> bool:
        return not self.changes and not self.removed

    @property
    def edited(self) -> tuple[PurePosixPath, ...]:
        """Files that somebody changed by hand."""
        return tuple(item.path for item in self.changes if item.kind is ChangeKind.EDITED)


def write_files(
    files: Iterable[GeneratedFile],
    root: Path,
    *,
    before: Mapping[str, str],
    check: bool = False,
    overwrite: bool = False,
) -> WriteReport:
    """Make `root` hold exactly `files` of what the generator makes.

    Args:
        files: in the order in which they are moved into place; the lock comes last.
        before: path -> digest of what the last run wrote (from its lock).
        check: only report.
        overwrite: write over and remove what was edited by hand, too.

    Raises:
        SpecError: a path that is not safe to write; a file that was edited by hand. Nothing was written then.
    """
    files = tuple(files)
    _refuse_unsafe([file.path for file in files], root)
    wanted = {str(file.path) for file in files}
    changes = (*_changes(files, root, before), *_edited_leftovers(root, before, wanted))
    stale = tuple(PurePosixPath(path) for path in sorted(before) if path not in wanted and (root / path).is_file())
    _refuse_unsafe(stale, root)
    report = WriteReport(changes=changes, removed=stale)
    if check:
        return WriteReport(changes=(*changes, *find_extra(root, wanted | set(before))), removed=stale)
    if report.edited and not overwrite:
        raise SpecError(_edited(path, root) for path in report.edited)
    if not report.is_current:
        changed = {change.path for change in changes}
        _replace([file for file in files if file.path in changed], root)
        _remove(stale, root)
    return report


def _changes(files: Iterable[GeneratedFile], root: Path, before: Mapping[str, str]) -> Iterator[Change]:
    for file in files:
        current = _read(root / file.path)
        if current is None:
            yield Change(kind=ChangeKind.MISSING, path=file.path)
        elif current != file.text:
            known = before.get(str(file.path))
            edited = known is not None and known != digest(current)
            kind = ChangeKind.EDITED if edited else ChangeKind.STALE
            yield Change(kind=kind, path=file.path, diff=_diff(file.path, current, file.text))


def _edited_leftovers(root: Path, before: Mapping[str, str], wanted: set[str]) -> Iterator[Change]:
    """Files that nothing generates any more, and that somebody changed."""
    for path in sorted(set(before) - wanted):
        current = _read(root / path)
        if current is not None and digest(current) != before[path]:
            yield Change(kind=ChangeKind.EDITED, path=PurePosixPath(path))


def _edited(path: PurePosixPath, root: Path) -> Diagnostic:
    return Diagnostic(
        rule="edited-by-hand",
        severity=Severity.ERROR,
        message="expected the file as it was generated; it was edited by hand",
        help="move the edit into the spec, client.toml or templates/; then add --overwrite. `check` shows the difference",
        file=str(root / path),
    )


def _read(path: Path) -> str | None:
    """The text of a file; None when there is none. Bytes that are no UTF-8 are a difference like any other."""
    try:
        return path.read_bytes().decode("utf-8", errors="surrogateescape")
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        return None


def _diff(path: PurePosixPath, current: str, wanted: str) -> str:
    lines = difflib.unified_diff(
        current.splitlines(keepends=True), wanted.splitlines(keepends=True), f"a/{path}", f"b/{path}"
    )
    return "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)


def find_extra(root: Path, known: set[str]) -> Iterator[Change]:
    """Files in the distribution's folder that no run made."""
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if name not in IGNORED_FOLDERS and not name.endswith(".egg-info"))
        for name in sorted(names):
            path = (Path(folder) / name).relative_to(root).as_posix()
            if path not in known and not name.endswith(".pyc"):
                yield Change(kind=ChangeKind.EXTRA, path=PurePosixPath(path))


def _refuse_unsafe(paths: Iterable[PurePosixPath], root: Path) -> None:
    folded: dict[str, PurePosixPath] = {}
    for path in paths:
        if path.is_absolute() or not path.parts or any(part in ("..", ".", "") or "\\" in part for part in path.parts):
            raise _refusal(path, "leaves the folder that is generated")
        other = folded.setdefault(str(path).casefold(), path)
        if other != path:
            raise _refusal(path, f"differs from {other} only in case, which some file systems do not tell apart")
        step = root
        for part in path.parts:
            if len(part.encode()) > _NAME_BYTES:
                raise _refusal(path, "has a longer name than file systems take")
            if step.exists() and not step.is_dir():
                raise _refusal(path, f"goes through {step.name}, which is no folder")
            step = step / part
            if step.is_symlink():
                raise _refusal(path, "goes through a symbolic link")
        if step.is_dir():
            raise _refusal(path, "is a folder")


def _refusal(path: PurePosixPath, why: str) -> SpecError:
    return SpecError(
        [
            Diagnostic(
                rule="path-refused",
                severity=Severity.ERROR,
                message=f"expected a file inside the generated folder; got {path}, which {why}",
                help="remove it, or generate into another folder",
                file=str(path),
            )
        ]
    )


def _replace(files: Iterable[GeneratedFile], root: Path) -> None:
    root.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=".codegen-", dir=root))
    try:
        staged = [(staging / str(number), file) for number, file in enumerate(files)]
        for source, file in staged:
            source.write_bytes(file.text.encode("utf-8"))
        for source, file in staged:
            target = root / file.path
            target.parent.mkdir(parents=True, exist_ok=True)
            os.replace(source, target)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _remove(paths: Iterable[PurePosixPath], root: Path) -> None:
    for path in paths:
        (root / path).unlink()
        for parent in path.parents:
            if parent == PurePosixPath("."):
                break
            remaining = {item.name for item in (root / parent).iterdir()}
            if remaining - {"__pycache__"}:
                break
            shutil.rmtree(root / parent)
