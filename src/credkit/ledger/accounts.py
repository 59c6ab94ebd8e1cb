"""Which account an API key belongs to. A fence holds for an account, so this decides who counts as issued.

Keys are rotated, and one machine may issue for two organisations. Nobody can tell the two from a new key, so the ledger asks.
"""

from __future__ import annotations

import re
import sqlite3

from .errors import LedgerError, UnknownAccount, unseen

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
        if name not in (None, known[1]):
            raise LedgerError(f"this API key belongs to the account {known[1]!r} of the ledger, not to {name!r}")
        return _full(vendor, *known)
    others = _of_vendor(connection, vendor, mode)
    if name is None and others:
        raise unseen(vendor, list(dict.fromkeys(one for _, one in others)))
    modes = [one for one, named in others if named == name]
    if mode not in modes and len(modes) > 1:
        raise UnknownAccount(f"the ledger has accounts of several modes that are called {name!r}; which is this key's?")
    target = mode if mode in modes or not modes else modes[0]
    if not learn:
        return None
    _learn(connection, vendor, target, name or DEFAULT, fingerprint)
    return _full(vendor, target, name or DEFAULT)


def _of_key(connection: sqlite3.Connection, vendor: str, mode: str, fingerprint: bytes) -> tuple[str, str] | None:
    row = connection.execute(
        "SELECT mode, name FROM account_key JOIN account ON account.id = account_key.account"
        " WHERE vendor = ?1 AND (mode = ?2 OR mode = '' OR ?2 = '') AND fingerprint = ?3 ORDER BY mode = ?2 DESC",
        (vendor, mode, fingerprint),
    ).fetchone()
    return None if row is None else (str(row[0]), str(row[1]))


def _of_vendor(connection: sqlite3.Connection, vendor: str, mode: str) -> list[tuple[str, str]]:
    """Mode and name of the accounts that a key of this mode may belong to; a mode that is not known ("") may be any."""
    query = "SELECT mode, name FROM account WHERE vendor = ?1 AND (mode = ?2 OR mode = '' OR ?2 = '') ORDER BY id"
    return list(connection.execute(query, (vendor, mode)))


def _learn(connection: sqlite3.Connection, vendor: str, mode: str, name: str, fingerprint: bytes) -> None:
    connection.execute(
        "INSERT INTO account (vendor, mode, name) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", (vendor, mode, name)
    )
    query = "INSERT INTO account_key SELECT ?, id FROM account WHERE vendor = ? AND mode = ? AND name = ?"
    connection.execute(query, (fingerprint, vendor, mode, name))


def _full(vendor: str, mode: str, name: str) -> str:
    return f"{vendor}:{mode or 'any'}:{name}"
