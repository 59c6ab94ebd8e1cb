"""Between the records of `base` and the rows of `schema`: reading and writing, inside of somebody else's transaction."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from ..secret import may_be_address
from . import many
from .base import Attempt, Entry, Intent, Kept, State
from .errors import CohortConflict, LedgerError

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

_ENTRY = """
SELECT intent.row, fence, intent.account, intent.template, state, token, operation, sent_at, settles_at, position,
    attempt.count,
    reference, credential, status, batch, url, delivery, issued_at, expires_at, code, retryable, ticket, cohort.name,
    changed_at, erased_at, attempt.label
FROM intent JOIN attempt ON attempt.id = intent.attempt LEFT JOIN cohort ON cohort.id = intent.cohort
"""
_INSERT_ATTEMPT = (
    "INSERT INTO attempt (token, account, operation, label, sent_at, settles_at, count) VALUES (?, ?, ?, ?, ?, ?, ?)"
)
# `OR IGNORE` and, here and in `settling`, `OR FAIL`: SQLite need not be able to take back half of a statement, for which it would copy every page before it
# changes it. What does not fit every row takes back the whole transaction (`NotAll`).
_CLAIM = """
INSERT OR IGNORE INTO intent (account, cohort, attempt, changed_at, state, fence, template, reference, position)
SELECT ?1, ?2, ?3, ?4, 'sending', column1, column2, column3, column4 FROM {rows} WHERE column1 IS NOT NULL
"""
_CLAIM_AGAIN = """
UPDATE OR FAIL intent SET account = ?1, cohort = coalesce(?2, cohort), attempt = ?3, changed_at = ?4, state = 'sending',
    reference = column3, position = column4, ticket = NULL, code = NULL, retryable = 0, erased_at = NULL,
    erased_credential = NULL
FROM {rows} WHERE fence = column1 AND state = 'rejected'
"""


def micros(moment: datetime) -> int:
    """Microseconds since 1970."""
    return (moment - _EPOCH) // _MICROSECOND


def moment(value: int) -> datetime:
    """The moment of `micros`, in UTC."""
    return _EPOCH + timedelta(microseconds=value)


def _maybe(value: int | None) -> datetime | None:
    return None if value is None else moment(value)


def entries(connection: sqlite3.Connection, rest: str, values: Sequence[Any] = ()) -> list[Entry]:
    """The entries of `SELECT … <rest>`."""
    return [_entry(row) for row in connection.execute(_ENTRY + rest, values)]


def _entry(row: tuple[Any, ...]) -> Entry:
    state = State(row[4])
    kept = None
    if state is State.ISSUED:
        kept = Kept(
            id=row[12] or "",
            status=row[13] or "unknown",
            batch_id=row[14],
            url=row[15],
            delivery=row[16],
            issued_at=_maybe(row[17]),
            expires_at=_maybe(row[18]),
        )
    return Entry(
        row=row[0],
        fence=row[1],
        account=row[2],
        template=row[3],
        state=state,
        token=row[5],
        operation=row[6],
        sent_at=moment(row[7]),
        settles_at=moment(row[8]),
        position=row[9],
        count=row[10],
        reference=row[11],
        credential=kept,
        code=row[19],
        retryable=bool(row[20]),
        ticket=row[21],
        cohort=row[22],
        changed_at=moment(row[23]),
        erased_at=_maybe(row[24]),
        label=row[25],
    )


def by_fence(connection: sqlite3.Connection, fences: Sequence[bytes]) -> dict[bytes, Entry]:
    """How these intents stand."""
    text = json.dumps([fence.decode() for fence in fences])
    where = "WHERE fence IN (SELECT CAST(value AS BLOB) FROM json_each(?))"
    return {entry.fence: entry for entry in entries(connection, where, (text,))}


class NotAll(Exception):
    """Something stands differently than it usually does: the transaction is to be taken back, and done with care."""


def claim_new(connection: sqlite3.Connection, attempt: Attempt, intents: Sequence[Intent], now: int) -> None:
    """Claim intents of which none is in the ledger; raises NotAll when one is."""
    if many.changed(connection, _CLAIM, *_begin(connection, attempt, intents, now)) < len(intents):
        raise NotAll


def claim(connection: sqlite3.Connection, attempt: Attempt, intents: Sequence[Intent], now: int) -> list[Entry | None]:
    """Claim what is free or rejected; see `Ledger.claim`."""
    standing = by_fence(connection, [intent.fence for intent in intents])
    free = [one for one in intents if (entry := standing.get(one.fence)) is None or entry.state is State.REJECTED]
    if not free:
        return [standing[intent.fence] for intent in intents]
    about, rows = _begin(connection, attempt, free, now)
    written = many.changed(connection, _CLAIM, about, [row for row in rows if row[0] not in standing])
    written += many.changed(connection, _CLAIM_AGAIN, about, [row for row in rows if row[0] in standing])
    if written < len(rows):
        raise LedgerError("an intent cannot be written as it is")  # granted is what is on the disk, and nothing else
    granted = {intent.fence for intent in free}
    return [None if intent.fence in granted else standing[intent.fence] for intent in intents]


def _begin(
    connection: sqlite3.Connection, attempt: Attempt, intents: Sequence[Intent], now: int
) -> tuple[tuple[Any, ...], list[tuple[Any, ...]]]:
    """Write down an attempt; what the rows of its intents share, and the rows."""
    about = (attempt.token, attempt.account, attempt.operation, attempt.label)
    times = (micros(attempt.sent_at), micros(attempt.settles_at))
    started = connection.execute(_INSERT_ATTEMPT, (*about, *times, len(intents))).lastrowid
    targets = {(attempt.account, intent.template) for intent in intents}
    connection.executemany("INSERT INTO target VALUES (?, ?) ON CONFLICT DO NOTHING", targets)
    cohort = None if attempt.cohort is None else _cohort_of(connection, attempt.cohort, targets)
    rows = [(fence, template, _shown(ref), position) for position, (fence, template, ref) in enumerate(intents)]
    return (attempt.account, cohort, started, now), rows


def _shown(reference: str | None) -> str | None:
    """A reference as people read it. One that may be an address, or that a terminal would not show as it is, has its fence only."""
    if reference is None or not reference.isprintable() or may_be_address(reference):
        return None
    return reference


def targets(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    """Account and template of all intents."""
    return [(account, template) for account, template in connection.execute("SELECT account, template FROM target")]


def cohort_id(connection: sqlite3.Connection, name: str) -> int:
    return _cohort(connection, name)[0]


def _cohort_of(connection: sqlite3.Connection, name: str, targets: set[tuple[str, str]]) -> int:
    """The cohort that intents of these accounts and templates belong to. One that was only planned may have been replaced by another of its name
    since somebody looked, whose rows these are not."""
    found, *about = _cohort(connection, name)
    if targets != {tuple(about)}:
        raise CohortConflict(
            f"the cohort {name!a} is of another account or template than these rows",
            advice="Plan again: nothing of these was sent",
        )
    return found


def _cohort(connection: sqlite3.Connection, name: str) -> tuple[int, str, str]:
    row: tuple[int, str, str] | None
    row = connection.execute("SELECT id, account, template FROM cohort WHERE name = ?", (name,)).fetchone()
    if row is None:
        raise LedgerError("there is no cohort of this name")
    return row
