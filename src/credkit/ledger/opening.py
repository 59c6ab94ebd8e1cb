"""From a path to an open, checked, up-to-date SQLite ledger and its key."""

from __future__ import annotations

import hmac
import os
import sqlite3
import time
from collections.abc import Generator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

from .errors import LedgerBusy, LedgerError, LedgerFull, LedgerKeyMissing, LedgerKeyWrong, LedgerMissing, NotALedger
from .fingerprint import Fingerprints
from .keyfile import has_key_file, load_key, make_private, sync_folder
from .schema import mark, migrate, version_of

_SQLITE = (3, 33, 0)  # UPDATE … FROM; from 3.38 on JSON is always there, before that nearly always
_CACHE_KIB = 1_024  # the system keeps the file in memory, too: 16 MiB here took no time off issuing to 100,000
_CHECKPOINT_PAGES = 8_000  # 32 MiB: pages that change again and again are copied into the file once


def open_ledger(path: Path, patience: float, environ: Mapping[str, str] | None = None) -> bytes:
    """Make a ledger or bring one to this version, and return its key; nothing is changed in a file that is refused.

    Raises:
        NotALedger, LedgerTooNew, LedgerMissing, LedgerKeyMissing, LedgerKeyWrong, LedgerBusy, LedgerError: see
            `credkit.ledger.errors`.
    """
    if sqlite3.sqlite_version_info < _SQLITE:
        raise LedgerError(
            f"the ledger needs SQLite {'.'.join(map(str, _SQLITE))}; this Python has {sqlite3.sqlite_version}"
        )
    with told(path):
        # The key first: a file that is being made has its mark, and so is not empty, before there is a key.
        if has_key_file(path, environ) and (not path.exists() or path.stat().st_size == 0):
            raise LedgerMissing(f"{path.name} is gone or empty, and its key is there")
        _make_file(path)
        connection = connect(path, patience)
        with closing(connection):
            is_new = version_of(connection) == 0
            if is_new:
                mark(connection)
            key = load_key(path, is_new=is_new, environ=environ)
            check = Fingerprints(key).check()
            if not is_new:
                _compare(connection, check)
            _use_wal(connection, patience)
            migrate(connection, check)
            _compare(connection, check)
        return key


def connect(path: Path, patience: float) -> sqlite3.Connection:
    """A connection to a file that is there, set to lose nothing and to leave nothing behind of what was erased."""
    connection = sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True, isolation_level=None, check_same_thread=False)
    connection.execute(f"PRAGMA busy_timeout = {int(patience * 1000)}")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute("PRAGMA temp_store = MEMORY")  # no references of people in temporary files
    connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    connection.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}")
    return connection


@contextmanager
def told(path: Path) -> Generator[None]:
    """SQLite's and the system's errors as the ledger's; none of them shows a value. `path`: the ledger's file."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        name = getattr(error, "sqlite_errorname", None) or type(error).__name__
        if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
            raise LedgerBusy("the ledger is in use elsewhere") from None
        if name.startswith(("SQLITE_NOTADB", "SQLITE_CORRUPT")):
            raise NotALedger(f"the file is no SQLite database, or damaged ({name})") from None
        if name.startswith("SQLITE_FULL"):
            raise LedgerFull(f"the disk that {path.name} is on is full") from None
        if name.startswith("SQLITE_IOERR"):
            raise LedgerFull(f"the disk that {path.name} is on takes nothing more ({name})") from None
        raise LedgerError(f"the ledger cannot be used ({name})") from error
    except OSError as error:
        if not path.parent.is_dir():
            raise LedgerError(f"there is no folder {str(path.parent)!a} for the ledger {path.name!a}") from None
        why = error.strerror or type(error).__name__
        raise LedgerError(f"the ledger {str(path)!a} cannot be used ({why})") from None


def _make_file(path: Path) -> None:
    existed = path.exists()
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    make_private(path)
    if not existed:
        sync_folder(path.parent)


def _compare(connection: sqlite3.Connection, check: bytes) -> None:
    row = connection.execute("SELECT key_check FROM ledger").fetchone()
    if row is None:
        raise LedgerKeyMissing("the ledger was made without a key")
    if not hmac.compare_digest(row[0], check):
        raise LedgerKeyWrong("the ledger was made with another key")


def _use_wal(connection: sqlite3.Connection, patience: float) -> None:
    """Switch to the write-ahead log. SQLite does not wait by itself when two processes open a new file at once."""
    end = time.monotonic() + patience
    while True:
        try:
            mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
        except sqlite3.OperationalError as error:
            if not error.sqlite_errorname.startswith("SQLITE_BUSY") or time.monotonic() > end:
                raise
            time.sleep(0.01)
            continue
        if mode != "wal":
            raise LedgerError(
                "this file system does not allow a write-ahead log; put the ledger on a disk of this machine"
            )
        return
