"""Git revisions: the part of a project that a comparison needs, as it was, in a folder of its own."""

from __future__ import annotations

import io
import subprocess
import tarfile
from collections.abc import Sequence
from pathlib import Path

from ..project import UsageError

_SECONDS = 60


def checkout(revision: str, repository: Path, paths: Sequence[str], folder: Path) -> Path:
    """Write what stood at `paths` (relative to `repository`) into `folder`; the folder.

    Paths that the revision does not have are left out.

    Raises:
        UsageError: `repository` is in no git repository, or there is no such revision.
    """
    commit = commit_of(revision, repository)
    known = _git(repository, "ls-tree", "--name-only", "-z", commit, "--", *paths).split(b"\0")
    wanted = [name.decode("utf-8", "surrogateescape") for name in known if name]
    if wanted:
        data = _git(repository, "archive", "--format=tar", commit, "--", *wanted)
        try:
            with tarfile.open(fileobj=io.BytesIO(data)) as archive:
                archive.extractall(folder, filter="data")
        except tarfile.FilterError as error:
            raise UsageError(f"cannot read {revision}: {error}", "compare two folders instead") from None
    return folder


def commit_of(revision: str, repository: Path) -> str:
    """The full name of a commit.

    Raises:
        UsageError: there is none of that name, or no repository.
    """
    try:
        found = _git(repository, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    except subprocess.CalledProcessError:
        _git_folder(repository)
        raise UsageError(
            f"expected a git revision; got {revision!r}, which names no commit",
            "fetch it first, or name a tag or branch",
        ) from None
    return found.decode("ascii").strip()


def has_changes(repository: Path, paths: Sequence[str]) -> tuple[str, ...]:
    """Files below `paths` that are not as they were committed, untracked ones included.

    Raises:
        UsageError: no repository.
    """
    _git_folder(repository)
    lines = _git(repository, "status", "--porcelain", "-z", "--untracked-files=all", "--", *paths).split(b"\0")
    return tuple(line[3:].decode("utf-8", "replace") for line in lines if line)


def tags(repository: Path, pattern: str) -> tuple[str, ...]:
    """Tags that match a pattern, the newest version first."""
    return tuple(_git(repository, "tag", "--list", "--sort=-version:refname", pattern).decode("utf-8").split())


def _git_folder(repository: Path) -> None:
    try:
        _git(repository, "rev-parse", "--git-dir")
    except subprocess.CalledProcessError:
        raise UsageError(
            f"expected a git repository; {repository} is in none", "compare two files or folders instead"
        ) from None


def _git(repository: Path, *arguments: str) -> bytes:
    """The output of git, run in `repository` so that paths are relative to it."""
    command = ["git", "-C", str(repository), *arguments]
    try:
        done = subprocess.run(command, capture_output=True, check=True, timeout=_SECONDS)  # noqa: S603
    except FileNotFoundError:
        raise UsageError("expected the program git; it was not found", "install git, or compare two folders") from None
    return done.stdout
