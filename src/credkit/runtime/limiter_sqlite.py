"""Rate limits shared between processes through a small SQLite file."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
import weakref
from collections.abc import Generator
from contextlib import contextmanager, suppress

from .clock import Clock
from .errors import NotSent
from .forks import reset_in_child
from .limiter import Reservation, next_free, window
from .operation import RateLimit

_SCHEMA = "CREATE TABLE IF NOT EXISTS reservation (key TEXT NOT NULL, at REAL NOT NULL, until REAL NOT NULL)"
_RELEASE = "DELETE FROM reservation WHERE rowid = (SELECT rowid FROM reservation WHERE key = ? AND at = ? LIMIT 1)"
_INDEX = "CREATE INDEX IF NOT EXISTS reservation_by_key ON reservation (key, at)"

_PATIENCE = 5.0  # seconds, at most, for other threads and processes that use the file

_inherited: list[sqlite3.Connection] = []
"""Connections of a parent process; SQLite wants them neither used nor closed in a child."""


class SqliteStore:
    """Reservations of all processes that open the same file. Keys are hashes; the file holds no credential.

    Processes share the machine's wall clock here. Reservations that lie further ahead than any caller waits (the clock was set
    back) are ignored.
    """

    blocking = True
    _FURTHEST = 3600.0

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = os.fspath(path)
        self._connection: sqlite3.Connection | None = None
        self._closing: weakref.finalize[[], SqliteStore] | None = None
        self._lock = threading.Lock()
        reset_in_child(self)

    def after_fork(self) -> None:
        if self._connection is not None and self._closing is not None:
            self._closing.detach()
            _inherited.append(self._connection)
        self._connection, self._lock = None, threading.Lock()

    def reserve(self, key: str, limit: RateLimit, clock: Clock, within: float) -> Reservation:
        patience = max(0.0, min(within, _PATIENCE))
        began = time.monotonic()
        problem = "other calls of this process use it"
        if self._lock.acquire(timeout=patience):
            try:
                with self._transaction(patience - (time.monotonic() - began)) as connection:
                    return self._reserve(connection, key, limit, clock.now(), within)
            except (sqlite3.Error, OSError) as error:
                problem = getattr(error, "sqlite_errorname", type(error).__name__)
            finally:
                self._lock.release()
        raise NotSent(f"the rate limit file cannot be used ({problem})")

    @contextmanager
    def _transaction(self, patience: float) -> Generator[sqlite3.Connection]:
        """A transaction that never stays open: where it cannot be ended it is taken back, else it would lock everybody out."""
        connection = self._open(patience)
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
            connection.execute("COMMIT")
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")

    def _reserve(
        self, connection: sqlite3.Connection, key: str, limit: RateLimit, now: float, within: float
    ) -> Reservation:
        connection.execute("DELETE FROM reservation WHERE until <= ? OR at > ?", (now, now + self._FURTHEST))
        rows = connection.execute(
            "SELECT at FROM reservation WHERE key = ? ORDER BY at DESC LIMIT ?", (key, limit.calls)
        ).fetchall()
        at = next_free([row[0] for row in reversed(rows)], limit, now)
        granted = at - now <= within
        if granted:
            connection.execute("INSERT INTO reservation VALUES (?, ?, ?)", (key, at, at + window(limit)))
        return Reservation(at - now, granted, at)

    def release(self, key: str, reservation: Reservation) -> None:
        with self._lock, suppress(sqlite3.Error, OSError):
            self._open(1.0).execute(_RELEASE, (key, reservation.at))

    def _open(self, patience: float) -> sqlite3.Connection:
        if self._connection is None:
            descriptor = os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600)
            os.close(descriptor)
            connection = sqlite3.connect(self.path, isolation_level=None, check_same_thread=False)
            try:
                _wait_at_most(connection, patience)
                connection.execute(_SCHEMA)
                connection.execute(_INDEX)
            except sqlite3.Error:
                connection.close()
                raise
            self._connection, self._closing = connection, weakref.finalize(self, connection.close)
        _wait_at_most(self._connection, patience)
        return self._connection

    def close(self) -> None:
        with self._lock:
            self._connection = None
            if self._closing is not None:
                self._closing()


def _wait_at_most(connection: sqlite3.Connection, seconds: float) -> None:
    connection.execute(f"PRAGMA busy_timeout = {max(1, int(min(seconds, _PATIENCE) * 1000))}")
