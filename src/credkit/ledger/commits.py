"""Many threads, few commits.

A commit with full synchronisation waits for the disk, and a waiting disk can write for all who wait. Whoever gets its turn carries out
what everybody has queued until then in one transaction. Each caller returns only when its own work is durable, so that sharing a
commit changes nothing but the time.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from typing import Any, TypeVar

from ..runtime.forks import reset_in_child
from .connection import Connection

T = TypeVar("T")

_AT_ONCE = 256


class _Job:
    __slots__ = ("done", "error", "value", "work")

    def __init__(self, work: Callable[[sqlite3.Connection], Any]) -> None:
        self.work = work
        self.done = False
        self.value: Any = None
        self.error: BaseException | None = None

    def fail(self, error: BaseException) -> None:
        self.done, self.error = True, error


class Commits:
    """The transactions of one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._queue = threading.Lock()
        self._waiting: list[_Job] = []
        reset_in_child(self)

    def after_fork(self) -> None:
        self._queue, self._waiting = threading.Lock(), []

    def write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run `work` inside a transaction; durable when this returns. It may share the transaction, never its errors."""
        job = _Job(work)
        with self._queue:
            self._waiting.append(job)
        try:
            with self._connection.lock:
                while not job.done:
                    with self._queue:
                        jobs = [one for one in self._waiting if not one.done][:_AT_ONCE]
                    self._commit(jobs)
        finally:  # nobody would hear of the work of a caller who was interrupted
            with self._queue:
                self._waiting = [one for one in self._waiting if one is not job]
        if job.error is not None:
            raise job.error
        value: T = job.value
        return value

    def _commit(self, jobs: list[_Job]) -> None:
        try:
            connection = self._connection.get()
            try:  # an interruption may come right after it has begun
                connection.execute("BEGIN IMMEDIATE")
                if len(jobs) == 1:  # nobody else's work to keep when it fails
                    jobs[0].value = jobs[0].work(connection)
                else:
                    for job in jobs:
                        _run(connection, job)
                connection.execute("COMMIT")
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
        except BaseException as error:
            for job in jobs:
                job.fail(error if isinstance(error, Exception) else sqlite3.OperationalError("interrupted"))
            if not isinstance(error, Exception):
                raise
        for job in jobs:
            job.done = True


def _run(connection: sqlite3.Connection, job: _Job) -> None:
    """One job; what it has written is taken back when it fails, and the others go on."""
    connection.execute("SAVEPOINT job")
    try:
        job.value = job.work(connection)
    except sqlite3.OperationalError:
        raise  # the disk is full or does not answer: nobody's work can be kept
    except Exception as error:
        job.error = error
        connection.execute("ROLLBACK TO job")
    connection.execute("RELEASE job")
