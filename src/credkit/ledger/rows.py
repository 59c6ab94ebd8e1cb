"""Between the records of `base` and the rows of `schema`: reading and writing, inside of somebody else's transaction."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from .base import Attempt, Entry, Intent, Kept, Outcome, State
from .errors import LedgerError

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_ISSUED = State.ISSUED  # a member of an enum takes long to look up

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
# Many rows go in as one JSON text and one statement: the interpreter is let go of once, not once a row, so that what runs beside it
# (an event loop) does not wait for each row in turn.
_CLAIM = """
INSERT INTO intent (fence, template, reference, position, account, cohort, attempt, changed_at, state)
SELECT CAST(json_extract(value, '$[0]') AS BLOB), json_extract(value, '$[1]'), json_extract(value, '$[2]'),
    json_extract(value, '$[3]'), ?2, ?3, ?4, ?5, 'sending'
FROM json_each(?1)
"""
_CLAIM_AGAIN = """
UPDATE intent SET reference = json_extract(value, '$[2]'), position = json_extract(value, '$[3]'), account = ?2,
    cohort = coalesce(?3, cohort), attempt = ?4, changed_at = ?5, state = 'sending',
    ticket = NULL, code = NULL, retryable = 0, erased_at = NULL
FROM json_each(?1)
WHERE fence = CAST(json_extract(value, '$[0]') AS BLOB) AND state = 'rejected'
"""
_SETTLE = """
UPDATE intent SET changed_at = ?3, state = json_extract(value, '$[1]'), code = json_extract(value, '$[2]'),
    retryable = json_extract(value, '$[3]'), ticket = json_extract(value, '$[4]'),
    credential = CASE WHEN erased_at IS NULL THEN json_extract(value, '$[5]') END, status = json_extract(value, '$[6]'),
    batch = CASE WHEN erased_at IS NULL THEN json_extract(value, '$[7]') END,
    url = CASE WHEN erased_at IS NULL THEN json_extract(value, '$[8]') END, delivery = json_extract(value, '$[9]'),
    issued_at = json_extract(value, '$[10]'), expires_at = json_extract(value, '$[11]')
FROM json_each(?1)
WHERE fence = CAST(json_extract(value, '$[0]') AS BLOB) AND attempt = ?2
    AND (state IN ('sending', 'unknown') OR (state = 'rejected' AND json_extract(value, '$[1]') = 'issued'))
"""
# The usual answer: all were issued, in one batch at one time, so that only what differs is read out of the text, half of the work.
_SETTLE_ISSUED = """
UPDATE intent SET changed_at = ?3, state = 'issued', code = NULL, retryable = 0, ticket = NULL,
    credential = CASE WHEN erased_at IS NULL THEN json_extract(value, '$[0]') END, status = ?4,
    batch = CASE WHEN erased_at IS NULL THEN ?5 END,
    url = CASE WHEN erased_at IS NULL THEN json_extract(value, '$[1]') END, delivery = ?6,
    issued_at = ?7, expires_at = ?8
FROM json_each(?1)
WHERE fence = CAST(key AS BLOB) AND attempt = ?2 AND state IN ('sending', 'unknown', 'rejected')
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


def claim(connection: sqlite3.Connection, attempt: Attempt, intents: Sequence[Intent], now: int) -> list[Entry | None]:
    """Claim what is free or rejected; see `Ledger.claim`."""
    standing = by_fence(connection, [intent.fence for intent in intents])
    free = [one for one in intents if (entry := standing.get(one.fence)) is None or entry.state is State.REJECTED]
    if not free:
        return [standing[intent.fence] for intent in intents]
    about = (attempt.token, attempt.account, attempt.operation, attempt.label)
    times = (micros(attempt.sent_at), micros(attempt.settles_at))
    started = connection.execute(_INSERT_ATTEMPT, (*about, *times, len(free))).lastrowid
    cohort = None if attempt.cohort is None else cohort_id(connection, attempt.cohort)
    new: list[tuple[Any, ...]] = []
    again: list[tuple[Any, ...]] = []
    for position, intent in enumerate(free):
        row = (intent.fence.decode(), intent.template, _shown(intent.reference), position)
        (again if intent.fence in standing else new).append(row)
    targets = {(attempt.account, intent.template) for intent in free}
    connection.executemany("INSERT INTO target VALUES (?, ?) ON CONFLICT DO NOTHING", targets)
    for statement, some in ((_CLAIM, new), (_CLAIM_AGAIN, again)):
        if some:
            connection.execute(statement, (json.dumps(some), attempt.account, cohort, started, now))
    granted = {intent.fence for intent in free}
    return [None if intent.fence in granted else standing[intent.fence] for intent in intents]


def _shown(reference: str | None) -> str | None:
    """A reference as people read it. One that may be an address, or that a terminal would not show as it is, has its fence only."""
    return reference if reference is not None and reference.isprintable() and "@" not in reference else None


def settle(connection: sqlite3.Connection, token: str, outcomes: Sequence[Outcome], now: int) -> list[bool]:
    """Write what came of an attempt; see `Ledger.settle`."""
    found = connection.execute("SELECT id FROM attempt WHERE token = ?", (token,)).fetchone()
    if found is None:
        raise LedgerError("nothing was claimed with this token")
    alike = _issued_alike(outcomes)
    if alike is not None and _all_written(connection, _SETTLE_ISSUED, (alike[0], found[0], now, *alike[1]), outcomes):
        return [True] * len(outcomes)
    values = [_settled(outcome) for outcome in outcomes]
    if _all_written(connection, _SETTLE, (json.dumps(values), found[0], now), outcomes):
        return [True] * len(outcomes)
    return [  # somebody was faster with some of them: which?
        connection.execute(_SETTLE, (json.dumps([one]), found[0], now)).rowcount > 0
        or _was_late(connection, outcome, now)
        for outcome, one in zip(outcomes, values, strict=True)
    ]


def _all_written(
    connection: sqlite3.Connection, statement: str, values: Sequence[Any], outcomes: Sequence[Outcome]
) -> bool:
    """Write all outcomes with one statement; False: it did not fit every one of them, and nothing was written."""
    connection.execute("SAVEPOINT settling")
    written = connection.execute(statement, values).rowcount == len(outcomes)
    if not written:
        connection.execute("ROLLBACK TO settling")
    connection.execute("RELEASE settling")
    return written


def _issued_alike(outcomes: Sequence[Outcome]) -> tuple[str, tuple[Any, ...]] | None:
    """Of outcomes that are all `issued` and differ in their ids and addresses only: these as JSON by fence, and what they share. None
    where anything else is among them."""
    own: dict[str, tuple[str, str | None]] = {}
    shared: tuple[Any, ...] | None = None
    for one in outcomes:
        kept = one.credential
        if kept is None or one.state is not _ISSUED or one.code is not None or one.retryable or one.ticket is not None:
            return None
        others = (kept.status, kept.batch_id, kept.delivery, kept.issued_at, kept.expires_at)
        if shared is None:
            shared = others
        elif others != shared:
            return None
        own[one.fence.decode()] = (kept.id, kept.url)
    if shared is None:
        return None
    status, batch_id, delivery, issued_at, expires_at = shared
    times = [None if at is None else micros(at) for at in (issued_at, expires_at)]
    return json.dumps(own), (status, batch_id, delivery, *times)


def _settled(outcome: Outcome) -> tuple[Any, ...]:
    about = (outcome.fence.decode(), outcome.state.value, outcome.code, int(outcome.retryable), outcome.ticket)
    return about if outcome.credential is None else about + _kept(outcome.credential)  # what is not there is NULL


def _kept(kept: Kept) -> tuple[Any, ...]:
    issued_at = None if kept.issued_at is None else micros(kept.issued_at)
    expires_at = None if kept.expires_at is None else micros(kept.expires_at)
    return kept.id, kept.status, kept.batch_id, kept.url, kept.delivery, issued_at, expires_at


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
    return connection.execute(_REFRESH, (fence, now, *_kept(kept))).rowcount > 0


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
