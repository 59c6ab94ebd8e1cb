"""Which account an API key belongs to. A fence holds for an account, so this decides who counts as issued.

Keys are rotated, and one machine may issue for two organisations. Nobody can tell the two from a new key, so the ledger asks.
"""

from __future__ import annotations

import re
import sqlite3

from .errors import LedgerError, UnknownAccount

DEFAULT = "default"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def account_name(
    connection: sqlite3.Connection, vendor: str, mode: str, fingerprint: bytes, name: str | None, *, learn: bool
) -> str | None:
    """The account of a key; None when it would have to be learnt and `learn` is False.

    Raises:
        UnknownAccount: the key is new, the vendor has an account here already, and no name says which.
        LedgerError: the key is known under another name, or the name is none.
    """
    if name is not None and not _NAME.fullmatch(name):
        raise LedgerError("an account's name has letters, digits, '.', '_' and '-', 64 of them at most")
    known = _of_key(connection, vendor, mode, fingerprint)
    if known is not None:
        if name not in (None, known):
            raise LedgerError(f"this API key belongs to the account {known!r} of the ledger, not to {name!r}")
        return _full(vendor, mode, known)
    others = _of_vendor(connection, vendor, mode)
    if name is None and others:
        raise UnknownAccount(f"the ledger has not seen this API key; its accounts there are: {', '.join(others)}")
    if not learn:
        return None
    _learn(connection, vendor, mode, name or DEFAULT, fingerprint)
    return _full(vendor, mode, name or DEFAULT)


def _of_key(connection: sqlite3.Connection, vendor: str, mode: str, fingerprint: bytes) -> str | None:
    row = connection.execute(
        "SELECT name FROM account_key JOIN account ON account.id = account_key.account"
        " WHERE fingerprint = ? AND vendor = ? AND mode = ?",
        (fingerprint, vendor, mode),
    ).fetchone()
    return None if row is None else str(row[0])


def _of_vendor(connection: sqlite3.Connection, vendor: str, mode: str) -> list[str]:
    query = "SELECT name FROM account WHERE vendor = ? AND mode = ? ORDER BY id"
    return [row[0] for row in connection.execute(query, (vendor, mode))]


def _learn(connection: sqlite3.Connection, vendor: str, mode: str, name: str, fingerprint: bytes) -> None:
    connection.execute(
        "INSERT INTO account (vendor, mode, name) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", (vendor, mode, name)
    )
    query = "INSERT INTO account_key SELECT ?, id FROM account WHERE vendor = ? AND mode = ? AND name = ?"
    connection.execute(query, (fingerprint, vendor, mode, name))


def _full(vendor: str, mode: str, name: str) -> str:
    return f"{vendor}:{mode or 'any'}:{name}"
