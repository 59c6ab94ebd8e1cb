"""Who was already seen in this file, kept on disk: a million people take no memory.

SQLite's unnamed database lives in a temporary file that it removes itself. Only keyed hashes enter it, with a key that dies with the object.
"""

from __future__ import annotations

import hashlib
import secrets
import sqlite3
import unicodedata
from types import TracebackType

from ..model import Organisation, Subject


class Seen:
    """`first(what, line)` answers the line on which the same stood before, or None and remembers it."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._connection = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._connection.execute("CREATE TABLE seen (what BLOB PRIMARY KEY, line INTEGER NOT NULL) WITHOUT ROWID")
        self._connection.execute("BEGIN")

    def first(self, what: bytes, line: int) -> int | None:
        """The earlier line of `what`, if there is one."""
        what = hashlib.blake2b(what, key=self._key, digest_size=16).digest()
        try:
            self._connection.execute("INSERT INTO seen VALUES (?, ?)", (what, line))
        except sqlite3.IntegrityError:
            return int(self._connection.execute("SELECT line FROM seen WHERE what = ?", (what,)).fetchone()[0])
        return None

    def __enter__(self) -> Seen:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()


def identity(subject: Subject) -> bytes:
    """What makes two rows the same subject: the identifier, else the entry in a register, else the address, else the name."""
    if subject.id:
        return f"id:{subject.id}".encode()
    if isinstance(subject, Organisation) and subject.registration_number:
        return f"register:{subject.jurisdiction or ''}:{subject.registration_number}".casefold().encode()
    if subject.email:
        return f"email:{subject.email.casefold()}".encode()
    return b"name:" + " ".join(unicodedata.normalize("NFKC", subject.name).casefold().split()).encode()
