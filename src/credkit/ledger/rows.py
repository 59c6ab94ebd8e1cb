"""Between the records of `base` and the rows of `schema`: reading and writing, inside of somebody else's transaction."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from . import many
from .base import Attempt, Entry, Intent, Kept, Outcome, State
from .errors import LedgerError

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_NOTHING = (None,) * 7

LATE = "late answer"
"""Who decides, in a `decision` that nobody made: an answer came after its intent had been settled otherwise."""

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
# `OR IGNORE` and `OR FAIL`: SQLite need not be able to take back half of a statement, for which it would copy every page before it
# changes it. What does not fit every row takes back the whole transaction (`NotAll`).
_CLAIM = """
INSERT OR IGNORE INTO intent (account, cohort, attempt, changed_at, state, fence, template, reference, position)
SELECT ?1, ?2, ?3, ?4, 'sending', column1, column2, column3, column4 FROM {rows} WHERE column1 IS NOT NULL
"""
_CLAIM_AGAIN = """
UPDATE OR FAIL intent SET account = ?1, cohort = coalesce(?2, cohort), attempt = ?3, changed_at = ?4, state = 'sending',
    reference = column3, position = column4, ticket = NULL, code = NULL, retryable = 0, erased_at = NULL
FROM {rows} WHERE fence = column1 AND state = 'rejected'
"""
_SETTLE = """
UPDATE OR FAIL intent SET changed_at = ?2, state = ?3, code = ?4, retryable = ?5, status = ?6, delivery = ?8,
    batch = CASE WHEN erased_at IS NULL THEN ?7 END, credential = CASE WHEN erased_at IS NULL THEN column2 END,
    url = CASE WHEN erased_at IS NULL THEN column3 END, ticket = column4, issued_at = column5, expires_at = column6
FROM {rows} WHERE fence = column1 AND attempt = ?1
    AND (state IN ('sending', 'unknown') OR (state = 'rejected' AND ?3 = 'issued'))
"""
_REFRESH = """
UPDATE intent SET changed_at = ?2, status = ?4, batch = coalesce(?5, batch), url = coalesce(?6, url),
    delivery = coalesce(?7, delivery), issued_at = coalesce(?8, issued_at), expires_at = coalesce(?9, expires_at)
WHERE fence = ?1 AND state = 'issued' AND credential = ?3
"""
_DECISION = "INSERT INTO decision (fence, at, who, why, state, credential) VALUES (?, ?, ?, ?, ?, ?)"
_ERASE = """
UPDATE intent SET reference = NULL, credential = NULL, batch = NULL, url = NULL, delivery = NULL,
    ticket = CASE WHEN state IN ('sending', 'unknown') THEN ticket END, erased_at = ?
WHERE fence = ?
"""


def micros(moment: datetime) -> int:
    """Microseconds since 1970."""
    return (moment - _EPOCH) // _MICROSECOND


_micros = lru_cache(maxsize=256)(micros)  # what was issued together has the same times


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
    cohort = None if attempt.cohort is None else cohort_id(connection, attempt.cohort)
    rows = [(fence, template, _shown(ref), position) for position, (fence, template, ref) in enumerate(intents)]
    return (attempt.account, cohort, started, now), rows


def _shown(reference: str | None) -> str | None:
    """A reference as people read it. One that may be an address, or that a terminal would not show as it is, has its fence only."""
    return reference if reference is not None and reference.isprintable() and "@" not in reference else None


def settle_all(connection: sqlite3.Connection, token: str, outcomes: Sequence[Outcome], now: int) -> None:
    """Write what came of an attempt of which nothing was settled otherwise; raises NotAll when something was."""
    if _settle(connection, _attempt_of(connection, token), outcomes, now) < len(outcomes):
        raise NotAll


def settle(connection: sqlite3.Connection, token: str, outcomes: Sequence[Outcome], now: int) -> list[bool]:
    """Write what came of an attempt; see `Ledger.settle`."""
    attempt = _attempt_of(connection, token)
    return [_settle(connection, attempt, [one], now) > 0 or _was_late(connection, one, now) for one in outcomes]


def _attempt_of(connection: sqlite3.Connection, token: str) -> int:
    found = connection.execute("SELECT id FROM attempt WHERE token = ?", (token,)).fetchone()
    if found is None:
        raise LedgerError("nothing was claimed with this token")
    return int(found[0])


def _settle(connection: sqlite3.Connection, attempt: int, outcomes: Sequence[Outcome], now: int) -> int:
    """Settle what is still open; returns how many it was. Outcomes of one send have most in common: they are written together."""
    alike: dict[tuple[Any, ...], list[tuple[Any, ...]]] = {}
    for fence, state, kept, code, retryable, ticket in outcomes:
        id_, status, batch, url, delivery, issued_at, expires_at = kept or _NOTHING
        shared = (state._value_, code, retryable, status, batch, delivery)  # `value` is the same, and ten times as slow
        own = (fence, id_, url, ticket, issued_at and _micros(issued_at), expires_at and _micros(expires_at))
        alike.setdefault(shared, []).append(own)
    return sum(many.changed(connection, _SETTLE, (attempt, now, *shared), rows) for shared, rows in alike.items())


def _was_late(connection: sqlite3.Connection, outcome: Outcome, now: int) -> bool:
    """An answer to an intent that was settled otherwise: True when it says what is known already. A credential that is not the known
    one is noted, so that somebody can look at it."""
    if outcome.state is not State.ISSUED or outcome.credential is None:
        return False
    row = connection.execute("SELECT credential, erased_at FROM intent WHERE fence = ?", (outcome.fence,)).fetchone()
    if row is not None and row[0] == outcome.credential.id:
        return True
    id_ = None if row is not None and row[1] is not None else outcome.credential.id
    decide(connection, outcome.fence, now, LATE, "the intent had been settled otherwise", State.ISSUED, id_)
    return False


def decide(
    connection: sqlite3.Connection, fence: bytes, now: int, by: str, why: str, state: State, credential: str | None
) -> None:
    """Note who settled what."""
    connection.execute(_DECISION, (fence, now, by, why, state.value, credential))


def refresh(connection: sqlite3.Connection, fence: bytes, kept: Kept, now: int) -> bool:
    times = [None if at is None else micros(at) for at in (kept.issued_at, kept.expires_at)]
    values = (fence, now, kept.id, kept.status, kept.batch_id, kept.url, kept.delivery, *times)
    return connection.execute(_REFRESH, values).rowcount > 0


def erase(connection: sqlite3.Connection, fences: Iterable[bytes], now: int) -> int:
    """Remove what is kept of these people; the fence, the state and the times stay."""
    count = 0
    for fence in fences:
        count += connection.execute(_ERASE, (now, fence)).rowcount
        connection.execute("UPDATE decision SET why = '', credential = NULL WHERE fence = ?", (fence,))
    return count


def targets(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    """Account and template of all intents."""
    return [(account, template) for account, template in connection.execute("SELECT account, template FROM target")]


def cohort_id(connection: sqlite3.Connection, name: str) -> int:
    row = connection.execute("SELECT id FROM cohort WHERE name = ?", (name,)).fetchone()
    if row is None:
        raise LedgerError("there is no cohort of this name")
    return int(row[0])
