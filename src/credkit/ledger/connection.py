"""A connection to a ledger's file that one thread uses at a time."""

from __future__ import annotations

import sqlite3
import threading
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from ..runtime.forks import reset_in_child
from .errors import LedgerClosed
from .opening import connect

T = TypeVar("T")

_inherited: list[sqlite3.Connection] = []
"""Connections of a parent process; SQLite wants them neither used nor closed in a child."""


class Connection:
    """Opened on first use, anew after a fork, and closed with its owner. `lock` is held while `get()` is used."""

    def __init__(self, path: Path, patience: float) -> None:
        self._path = path
        self._patience = patience
        self._open: sqlite3.Connection | None = None
        self._closing: weakref.finalize[[], Connection] | None = None
        self._closed = False
        self.lock = threading.Lock()
        reset_in_child(self)

    def get(self) -> sqlite3.Connection:
        if self._closed:
            raise LedgerClosed("this issuer, or its ledger, was closed")
        if self._open is None:
            self._open = connect(self._path, self._patience)
            self._closing = weakref.finalize(self, self._open.close)
        return self._open

    def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run `work` outside of any transaction."""
        with self.lock:
            return work(self.get())

    def close(self) -> None:
        """Idempotent."""
        with self.lock:
            self._closed, self._open = True, None
            if self._closing is not None:
                self._closing()

    def after_fork(self) -> None:
        if self._open is not None and self._closing is not None:
            self._closing.detach()
            _inherited.append(self._open)
        self._open, self.lock = None, threading.Lock()
