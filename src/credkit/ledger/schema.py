"""The tables of a SQLite ledger, and the way from each version to the next.

    ledger        one row: the check value of the key
    account       (vendor, mode, name); account_key: keyed hashes of its API keys
    target        account and template of the intents: with them and a reference, a fence can be found
    attempt       one send: token, when, until when an answer may come
    intent        one credential for one subject: the fence, its state, the attempt that it belongs to, what is kept of the result;
                  where that was erased, a keyed hash of the credential's id (version 3)
    cohort        a file of people that is issued to together (version 2)
    decision      what a person settled, and answers that came late (version 2)

`PRAGMA user_version` is the version, `PRAGMA application_id` says that the file is a ledger. A migration is never changed once it was
released: the next one is added behind it. Times are microseconds since 1970 (UTC).
"""

from __future__ import annotations

import sqlite3

from .errors import LedgerTooNew, NotALedger

APPLICATION_ID = 0x436B4C67  # "CkLg"

_FIRST = """
CREATE TABLE ledger (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    key_check BLOB NOT NULL
);
CREATE TABLE account (
    id INTEGER PRIMARY KEY,
    vendor TEXT NOT NULL,
    mode TEXT NOT NULL,
    name TEXT NOT NULL,
    UNIQUE (vendor, mode, name)
);
CREATE TABLE account_key (
    fingerprint BLOB NOT NULL,
    account INTEGER NOT NULL REFERENCES account,
    PRIMARY KEY (fingerprint, account)
) WITHOUT ROWID;
CREATE TABLE target (
    account TEXT NOT NULL,
    template TEXT NOT NULL,
    PRIMARY KEY (account, template)
) WITHOUT ROWID;
CREATE TABLE attempt (
    id INTEGER PRIMARY KEY,
    token TEXT NOT NULL UNIQUE,
    account TEXT NOT NULL,
    operation TEXT NOT NULL,
    label TEXT NOT NULL,
    sent_at INTEGER NOT NULL,
    settles_at INTEGER NOT NULL,
    count INTEGER NOT NULL
);
CREATE TABLE intent (
    row INTEGER PRIMARY KEY,
    fence BLOB NOT NULL UNIQUE,
    account TEXT NOT NULL,
    template TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('sending', 'unknown', 'issued', 'rejected')),
    attempt INTEGER NOT NULL REFERENCES attempt,
    position INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    reference TEXT,
    ticket TEXT,
    code TEXT,
    retryable INTEGER NOT NULL DEFAULT 0,
    credential TEXT,
    status TEXT,
    batch TEXT,
    url TEXT,
    delivery TEXT,
    issued_at INTEGER,
    expires_at INTEGER,
    erased_at INTEGER
);
CREATE INDEX intent_of_credential ON intent (credential) WHERE credential IS NOT NULL;
CREATE INDEX intent_unsettled ON intent (row) WHERE state IN ('sending', 'unknown');
"""

_COHORTS_AND_DECISIONS = """
CREATE TABLE cohort (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    account TEXT NOT NULL,
    template TEXT NOT NULL,
    label TEXT NOT NULL,
    source TEXT NOT NULL,
    columns TEXT NOT NULL,
    created_at INTEGER NOT NULL
);
ALTER TABLE intent ADD COLUMN cohort INTEGER REFERENCES cohort;
CREATE INDEX intent_of_cohort ON intent (cohort, row) WHERE cohort IS NOT NULL;
CREATE TABLE decision (
    id INTEGER PRIMARY KEY,
    fence BLOB NOT NULL,
    at INTEGER NOT NULL,
    who TEXT NOT NULL,
    why TEXT NOT NULL,
    state TEXT NOT NULL,
    credential TEXT
);
CREATE INDEX decision_of_intent ON decision (fence);
"""

_ERASED_CREDENTIALS = """
ALTER TABLE intent ADD COLUMN erased_credential BLOB;
CREATE INDEX intent_of_erased_credential ON intent (erased_credential) WHERE erased_credential IS NOT NULL
"""

MIGRATIONS: tuple[str, ...] = (_FIRST, _COHORTS_AND_DECISIONS, _ERASED_CREDENTIALS)
"""What leads from version n to n + 1."""

VERSION = len(MIGRATIONS)


def version_of(connection: sqlite3.Connection) -> int:
    """The version of an open file; 0 for an empty one. Changes nothing.

    Raises:
        NotALedger: the file is another program's.
        LedgerTooNew: the version is one that this code does not know.
    """
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    application = int(connection.execute("PRAGMA application_id").fetchone()[0])
    tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if application != APPLICATION_ID and (application or version or tables):
        raise NotALedger("the file is another program's database")
    if version > VERSION:
        raise LedgerTooNew(f"the ledger has version {version}, and this Credkit knows {VERSION}")
    return version


def mark(connection: sqlite3.Connection) -> None:
    """Say in a new file that it is going to be a ledger; it is on the disk when this returns."""
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")


def migrate(connection: sqlite3.Connection, key_check: bytes) -> None:
    """Bring an open file to the newest version in one transaction: all of it or nothing. A new ledger gets `key_check`."""
    if version_of(connection) == VERSION:
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        version = version_of(connection)  # another process may have been faster
        for script in MIGRATIONS[version:]:
            for statement in script.split(";"):
                connection.execute(statement)
        if version == 0:
            connection.execute("INSERT INTO ledger VALUES (1, ?)", (key_check,))
            mark(connection)
        connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
