"""The ledger's key: from CREDKIT_LEDGER_KEY, else from the file beside the ledger (`issuances.db.key`, mode 0600).

The key is made once, with the ledger. A ledger whose key is gone is not opened: under another key every person would look new.
"""

from __future__ import annotations

import base64
import os
import secrets
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from .errors import LedgerKeyMissing, LedgerKeyWrong

VARIABLE = "CREDKIT_LEDGER_KEY"
_SIZE = 32


def key_path(ledger: Path) -> Path:
    """Where the key of a ledger is kept."""
    return ledger.with_name(f"{ledger.name}.key")


def has_key_file(ledger: Path, environ: Mapping[str, str] | None = None) -> bool:
    """Whether a ledger was made here: its key lies in a file. A key in the environment says nothing of a file."""
    return (os.environ if environ is None else environ).get(VARIABLE) is None and key_path(ledger).exists()


def load_key(ledger: Path, *, is_new: bool, environ: Mapping[str, str] | None = None) -> bytes:
    """The key; made when the ledger is new and there is none.

    Raises:
        LedgerKeyMissing: the ledger is not new, and there is no key.
        LedgerKeyWrong: what is there is no key.
    """
    given = (os.environ if environ is None else environ).get(VARIABLE)
    if given is not None:
        return _decode(given, VARIABLE)
    path = key_path(ledger)
    if not path.exists():
        if not is_new:
            raise LedgerKeyMissing(f"{path.name} is not beside the ledger")
        _create(path)
    return _read(path)


def _read(path: Path) -> bytes:
    try:
        make_private(path)
        return _decode(path.read_text("ascii"), path.name)
    except (OSError, UnicodeDecodeError) as error:
        raise LedgerKeyMissing(f"{path.name} cannot be read ({type(error).__name__})") from None


def _decode(text: str, source: str) -> bytes:
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except ValueError:
        key = b""
    if len(key) < _SIZE:
        raise LedgerKeyWrong(f"{source} does not hold the base64 of {_SIZE} bytes or more")
    return key


def _create(path: Path) -> None:
    """Write a new key under its name in one step; when another process was faster, its key stays."""
    text = base64.b64encode(secrets.token_bytes(_SIZE)).decode() + "\n"
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # mode 0600
    try:
        _write(descriptor, text)
        with suppress(FileExistsError):
            try:
                os.link(name, path)
            except FileExistsError:
                raise
            except OSError:  # no links here: in two steps, and who reads between them is told that it is no key
                _write(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), text)
    finally:
        os.unlink(name)
    sync_folder(path.parent)


def _write(descriptor: int, text: str) -> None:
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Make names in a folder durable, where the system can."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def make_private(path: Path) -> None:
    """Take everybody else's rights away from a file of ours (mode 0600)."""
    status = path.stat()
    if os.name == "posix" and status.st_mode & 0o077 and status.st_uid == os.getuid():
        path.chmod(0o600)
