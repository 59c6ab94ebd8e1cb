"""Which deliveries were handled already: a store in memory for one process, one in SQLite for several."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Generator
from contextlib import contextmanager
from typing import Protocol

from .forks import reset_in_child


class ReplayStore(Protocol):
    """Remembers keys until a moment. Both methods may be called from several threads."""

    def remember(self, key: str, until: float, now: float) -> bool:
        """Store `key` until the Unix time `until`; False when it was there already and its time is not over."""
        ...

    def forget(self, key: str) -> None:
        """Take `key` out again: its handling failed, and the vendor's next try shall be taken."""


class MemoryReplayStore:
    """Keys of one process, gone when it ends.

    Args:
        max_keys: when so many keys are alive, the store refuses more (the delivery is refused, not taken unchecked).
    """

    def __init__(self, max_keys: int = 100_000) -> None:
        self._max_keys = max_keys
        self._lock = threading.Lock()
        self._until: dict[str, float] = {}
        reset_in_child(self)

    def after_fork(self) -> None:
        self._lock = threading.Lock()

    def remember(self, key: str, until: float, now: float) -> bool:
        with self._lock:
            if self._until.get(key, now) > now:
                return False
            if len(self._until) >= self._max_keys:
                self._until = {old: end for old, end in self._until.items() if end > now}
            if len(self._until) >= self._max_keys:
                raise OverflowError("too many keys are alive")
            self._until[key] = until
            return True

    def forget(self, key: str) -> None:
        with self._lock:
            self._until.pop(key, None)


class SQLiteReplayStore:
    """Keys in a SQLite file, shared by threads and processes of one machine.

    Args:
        path: the file; made when it is not there.
        timeout: seconds to wait for another process that writes.
    """

    def __init__(self, path: str | os.PathLike[str], *, timeout: float = 5.0) -> None:
        self._path = os.fspath(path)
        self._timeout = timeout
        with self._connection() as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute(
                "CREATE TABLE IF NOT EXISTS seen (key TEXT PRIMARY KEY, until REAL NOT NULL) WITHOUT ROWID"
            )
            connection.execute("CREATE INDEX IF NOT EXISTS seen_until ON seen (until)")

    def remember(self, key: str, until: float, now: float) -> bool:
        with self._connection() as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("DELETE FROM seen WHERE until <= ?", (now,))
            cursor = connection.execute("INSERT OR IGNORE INTO seen (key, until) VALUES (?, ?)", (key, until))
            new = cursor.rowcount == 1
            connection.execute("COMMIT")
            return new

    def forget(self, key: str) -> None:
        with self._connection() as connection:
            connection.execute("DELETE FROM seen WHERE key = ?", (key,))

    @contextmanager
    def _connection(self) -> Generator[sqlite3.Connection]:
        """One connection for each use: cheap beside the commit, and safe with threads and forks."""
        connection = sqlite3.connect(self._path, timeout=self._timeout, isolation_level=None)
        try:
            connection.execute("PRAGMA synchronous = FULL")
            yield connection
        finally:
            connection.close()
