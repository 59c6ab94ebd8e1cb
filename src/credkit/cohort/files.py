"""Files that are whole or not there: written beside their place, made durable, then moved over it.

A symbolic link stays one, and what it leads to is replaced. What is no regular file (a pipe, a terminal, /dev/null) is written straight into,
and so is what standard output goes to, under any name: something else is written there as well.
"""

from __future__ import annotations

import os
import stat
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO


def write_whole(path: Path, text: str) -> None:
    """Replace `path` by `text`, as `replacing` does."""
    with replacing(path) as file:
        file.write(text)


@contextmanager
def replacing(path: Path) -> Iterator[TextIO]:
    """A file (UTF-8) that takes the place of `path` in one step when the block ends; readable by its owner alone, as it may tell of people.
    What cannot be replaced is written straight into.

    Raises:
        OSError: the folder cannot be written. After any error the old file is as it was.
    """
    straight = _straight(path)
    if straight is not None:
        try:
            with straight:
                yield straight
        except OSError as error:
            raise _named(error, path) if error.filename is None else error from None
        return
    target = Path(os.path.realpath(path))
    try:
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    except OSError as error:  # it would name the file beside
        raise _named(error, path) from None
    try:
        with _text(handle) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, target)
    except BaseException as error:
        Path(name).unlink(missing_ok=True)
        if isinstance(error, OSError) and error.filename in (None, name):
            raise _named(error, path) from None
        raise


def _named(error: OSError, path: Path) -> OSError:
    return OSError(error.errno, error.strerror, str(path))


@contextmanager
def growing(path: Path) -> Iterator[TextIO]:
    """A file (UTF-8) in place of `path` in which stands what was written so far, also if the block never ends; readable by its owner alone.
    What cannot be replaced is written straight into."""
    with _straight(path) or _private(path) as file:
        yield file


def _private(path: Path) -> TextIO:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    path.chmod(0o600)
    return _text(handle)


def _straight(path: Path) -> TextIO | None:
    """What is not to be replaced, open for writing; None where there is nothing, or a file."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    for standard in (1, 2):
        if _is_open_as(standard, found):
            # Opened once more by its name, a file would be written from its beginning, over what is there already.
            sys.stdout.flush()
            return _text(os.dup(standard))
    return None if stat.S_ISREG(found.st_mode) else _text(os.open(path, os.O_WRONLY))


def _is_open_as(descriptor: int, found: os.stat_result) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), found)
    except OSError:  # it is closed
        return False


def _text(handle: int) -> TextIO:
    return os.fdopen(handle, "w", encoding="utf-8", newline="")
