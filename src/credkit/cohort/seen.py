"""Who stands in this file, and where, kept on disk: a million people take no memory.

SQLite's unnamed database lives in a temporary file that it removes itself. Only keyed hashes enter it, with a key that dies with the object.
"""

from __future__ import annotations

import hashlib
import secrets
import sqlite3
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any

from ..model import Organisation, Subject
from .errors import CohortError

_SEEN = "CREATE TABLE seen (what BLOB PRIMARY KEY, line INTEGER NOT NULL) WITHOUT ROWID"
_SUBJECT = """
CREATE TABLE subject (
    what BLOB PRIMARY KEY, line INTEGER NOT NULL, rank INTEGER NOT NULL DEFAULT -1, often INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID
"""


class Seen:
    """The fences and the subjects of one file. Of a subject that stands on several lines it keeps the one that comes first.

    Attributes:
        repeats: whether any subject stands there more than once.
    """

    def __init__(self) -> None:
        self.repeats = False
        self._key = secrets.token_bytes(32)
        with _told():
            self._connection = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        for statement in (_SEEN, _SUBJECT, "BEGIN"):
            self._execute(statement)

    def first(self, fence: bytes, line: int) -> int | None:
        """The earlier line of a fence; None when there is none, and then it is remembered."""
        what = self._hash(fence)
        if self._execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", what, line).rowcount:
            return None
        return int(self._execute("SELECT line FROM seen WHERE what = ?", what).fetchone()[0])

    def meet(self, subject: Subject, line: int) -> None:
        """A subject stands on a line; all of a file are met, in its order, before the others are asked."""
        what = self._hash(identity(subject))
        if not self._execute("INSERT OR IGNORE INTO subject (what, line) VALUES (?, ?)", what, line).rowcount:
            self._execute("UPDATE subject SET often = 1 WHERE what = ?", what)
            self.repeats = True

    def prefer(self, subject: Subject, line: int, rank: int) -> None:
        """Have the line come first, unless an earlier one has the same rank, or another one a higher rank."""
        what = self._hash(identity(subject))
        self._execute("UPDATE subject SET line = ?, rank = ? WHERE what = ? AND rank < ?", line, rank, what, rank)

    def foremost(self, subject: Subject) -> int | None:
        """The line that comes first of a subject's; None when there is only one."""
        if not self.repeats:
            return None
        query = "SELECT line FROM subject WHERE what = ? AND often"
        found = self._execute(query, self._hash(identity(subject))).fetchone()
        return None if found is None else int(found[0])

    def _hash(self, what: bytes) -> bytes:
        return hashlib.blake2b(what, key=self._key, digest_size=16).digest()

    def _execute(self, statement: str, *values: Any) -> sqlite3.Cursor:
        with _told():
            return self._connection.execute(statement, values)

    def __enter__(self) -> Seen:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError:  # there is nothing else that can be wrong with it
        raise CohortError(
            "the folder for temporary files is full or cannot be written; rows that were not reached are not sent",
            help="free some space there, or name another folder with TMPDIR (SQLITE_TMPDIR, where that is set)",
        ) from None


def identity(subject: Subject) -> bytes:
    """What makes two rows the same subject: the identifier, else the entry in a register, else the address, else the name."""
    if subject.id:
        return f"id:{subject.id}".encode()
    if isinstance(subject, Organisation) and subject.registration_number:
        return f"register:{subject.jurisdiction or ''}:{subject.registration_number}".casefold().encode()
    if subject.email:
        return f"email:{subject.email.casefold()}".encode()
    return b"name:" + " ".join(unicodedata.normalize("NFKC", subject.name).casefold().split()).encode()
