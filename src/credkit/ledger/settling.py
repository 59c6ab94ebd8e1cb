"""What came of intents, written down inside of somebody else's transaction: settling, deciding, erasing.

A credential of a vendor belongs to one intent of an account. That is looked at in the transaction that writes, so that of two who take
one credential for theirs at the same time the second is refused; what was erased is known by a keyed hash of its id.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeAlias

from . import many
from .base import Entry, Kept, Outcome, State
from .errors import LedgerError, NotUnsettled
from .moments import in_words
from .rows import NotAll, by_fence, micros

Hashed: TypeAlias = Callable[[str, str], bytes]
"""The keyed hash of an account and the id of a credential in it."""

LATE = "late answer"
"""Who decides, in a `decision` that nobody made: an answer came after its intent had been settled otherwise."""

_NOTHING = (None,) * 7
_micros = lru_cache(maxsize=256)(micros)  # what was issued together has the same times

_SETTLE = """
UPDATE OR FAIL intent SET changed_at = ?2, state = ?3, code = ?4, retryable = ?5, status = ?6, batch = ?7, delivery = ?8,
    credential = column2, url = column3, ticket = column4, issued_at = column5, expires_at = column6
FROM {rows} WHERE fence = column1 AND attempt = ?1 AND (erased_at IS NOT NULL) = ?9
    AND (state IN ('sending', 'unknown') OR (state = 'rejected' AND ?3 = 'issued'))
    AND NOT EXISTS (
        SELECT 1 FROM intent AS other WHERE other.credential = column2 AND other.account = intent.account AND other.row <> intent.row
    )
"""
_TAKEN = """
SELECT 1 FROM intent WHERE credential = ?1 AND account = ?3 AND fence IS NOT ?4
UNION ALL SELECT 1 FROM intent WHERE erased_credential = ?2 AND account = ?3 AND fence IS NOT ?4
"""
_ATTEMPT = """
SELECT id, account, EXISTS (SELECT 1 FROM intent WHERE erased_credential IS NOT NULL) FROM attempt WHERE token = ?
"""
_AMONG_ERASED = "SELECT 1 FROM {rows} CROSS JOIN intent ON erased_credential = column1 AND account = ?1"
_REFRESH = """
UPDATE intent SET changed_at = ?2,
    status = CASE WHEN status IN ('revoked', 'cancelled') THEN status ELSE coalesce(nullif(?4, 'unknown'), status) END,
    batch = coalesce(?5, batch), url = coalesce(?6, url),
    delivery = coalesce(?7, delivery), issued_at = coalesce(?8, issued_at), expires_at = coalesce(?9, expires_at)
WHERE credential = ?3 AND account = ?1 AND state = 'issued'
"""
_DECISION = "INSERT INTO decision (fence, at, who, why, state, credential) VALUES (?, ?, ?, ?, ?, ?)"
_LAST_DECISION = "SELECT at, state FROM decision WHERE fence = ? AND who <> ? ORDER BY id DESC LIMIT 1"
_REOPEN = """
UPDATE intent SET changed_at = ?, state = 'unknown', code = 'answer_lost', retryable = 1, credential = NULL, erased_credential = NULL,
    status = NULL, batch = NULL, url = NULL, delivery = NULL, issued_at = NULL, expires_at = NULL
WHERE fence = ?
"""
_ERASE = """
UPDATE intent SET reference = NULL, credential = NULL, erased_credential = coalesce(?3, erased_credential), batch = NULL, url = NULL,
    delivery = NULL, ticket = CASE WHEN state IN ('sending', 'unknown') THEN ticket END, erased_at = ?2
WHERE fence = ?1
"""


def settle_all(
    connection: sqlite3.Connection, token: str, outcomes: Sequence[Outcome], now: int, hashed: Hashed
) -> None:
    """Write what came of an attempt of which nothing was settled otherwise; raises NotAll when something was."""
    attempt, account, any_erased = _attempt_of(connection, token)
    ids = [one.credential.id for one in outcomes if one.credential is not None]
    if len({*ids}) < len(ids) or (any_erased and _is_among_erased(connection, account, ids, hashed)):
        raise NotAll
    if _settle(connection, attempt, outcomes, now) < len(outcomes):
        raise NotAll


def settle(
    connection: sqlite3.Connection, token: str, outcomes: Sequence[Outcome], now: int, hashed: Hashed
) -> list[bool]:
    """Write what came of an attempt; see `Ledger.settle`."""
    attempt, account, _ = _attempt_of(connection, token)
    named = Counter(one.credential.id for one in outcomes if one.credential is not None)

    def settled(one: Outcome) -> bool:
        kept = one.credential
        if kept is not None and (named[kept.id] > 1 or is_taken(connection, account, kept.id, hashed, but=one.fence)):
            return False  # it is certainly not known whose it is
        if _settle(connection, attempt, [one], now):
            return True
        if _settle_erased(connection, attempt, account, one, now, hashed):
            return True
        return _was_late(connection, one, now)

    return [settled(one) for one in outcomes]


def is_taken(
    connection: sqlite3.Connection, account: str, id_: str, hashed: Hashed, *, but: bytes | None = None
) -> bool:
    """Whether a credential belongs to an intent of the account, another one than `but`; also to one that was erased."""
    return connection.execute(_TAKEN, (id_, hashed(account, id_), account, but)).fetchone() is not None


def _is_among_erased(connection: sqlite3.Connection, account: str, ids: Sequence[str], hashed: Hashed) -> bool:
    """Whether one of these credentials is that of an intent that was erased."""
    rows = [(hashed(account, id_),) for id_ in ids]
    return any(cursor.fetchone() for cursor in many.execute(connection, _AMONG_ERASED, (account,), rows))


def _attempt_of(connection: sqlite3.Connection, token: str) -> tuple[int, str, bool]:
    """Id and account of an attempt; whether there is a credential that was erased, which there usually is not."""
    found = connection.execute(_ATTEMPT, (token,)).fetchone()
    if found is None:
        raise LedgerError("nothing was claimed with this token")
    return int(found[0]), str(found[1]), bool(found[2])


def _settle(
    connection: sqlite3.Connection, attempt: int, outcomes: Sequence[Outcome], now: int, *, erased: bool = False
) -> int:
    """Settle what is still open; returns how many it was. Outcomes of one send have most in common: they are written together."""
    alike: dict[tuple[Any, ...], list[tuple[Any, ...]]] = {}
    rows: list[tuple[Any, ...]] = []
    last: tuple[Any, ...] | None = None
    for fence, state, kept, code, retryable, ticket in outcomes:
        id_, status, batch, url, delivery, issued_at, expires_at = kept or _NOTHING
        # `state.value` is the same as `_value_`, and ten times as slow.
        shared = (state._value_, code, retryable, status, batch, delivery, erased)
        if shared != last:
            rows, last = alike.setdefault(shared, []), shared
        own = (fence, id_ or None, url, ticket, issued_at and _micros(issued_at), expires_at and _micros(expires_at))
        rows.append(own)
    return sum(many.changed(connection, _SETTLE, (attempt, now, *shared), rows) for shared, rows in alike.items())


def _settle_erased(
    connection: sqlite3.Connection, attempt: int, account: str, outcome: Outcome, now: int, hashed: Hashed
) -> bool:
    """The same for an intent that was erased while it was open: of a credential, status, times and a hash are kept."""
    kept = outcome.credential
    bare = None if kept is None else Kept("", kept.status, issued_at=kept.issued_at, expires_at=kept.expires_at)
    if not _settle(connection, attempt, [outcome._replace(credential=bare)], now, erased=True):
        return False
    if kept is not None:
        query = "UPDATE intent SET erased_credential = ? WHERE fence = ?"
        connection.execute(query, (hashed(account, kept.id), outcome.fence))
    return True


def _was_late(connection: sqlite3.Connection, outcome: Outcome, now: int) -> bool:
    """An answer to an intent that was settled otherwise: True when it says what is known already. A credential that is not the known
    one is noted, so that somebody can look at it."""
    if outcome.state is not State.ISSUED or outcome.credential is None:
        return False
    row = connection.execute("SELECT credential, erased_at FROM intent WHERE fence = ?", (outcome.fence,)).fetchone()
    if row is not None and row[0] == outcome.credential.id:
        return True
    id_ = None if row is not None and row[1] is not None else outcome.credential.id
    _note(connection, outcome.fence, now, LATE, "the intent had been settled otherwise", State.ISSUED, id_)
    return False


def _note(
    connection: sqlite3.Connection, fence: bytes, now: int, by: str, why: str, state: State, credential: str | None
) -> None:
    """Note who settled what."""
    connection.execute(_DECISION, (fence, now, by, why, state.value, credential))


def decide(
    connection: sqlite3.Connection, fence: bytes, issued: Kept | None, by: str, why: str, now: datetime, hashed: Hashed
) -> Entry:
    """Settle an intent by what a person has seen; see `Ledger.decide`."""
    entry = by_fence(connection, [fence]).get(fence)
    if entry is None:
        raise NotUnsettled("the ledger has no such intent")
    if entry.state.settled:
        raise NotUnsettled(f"it is {entry.state.value} already")
    if issued is None and now < entry.settles_at:
        raise NotUnsettled(f"it may still be under way until {in_words(entry.settles_at)}")
    if issued is not None and is_taken(connection, entry.account, issued.id, hashed):
        raise NotUnsettled("this credential belongs to another intent")
    state, code = (State.ISSUED, None) if issued else (State.REJECTED, "never_issued")
    outcome = Outcome(fence=fence, state=state, credential=issued, code=code, retryable=issued is None)
    if settle(connection, entry.token, [outcome], micros(now), hashed) != [True]:
        raise LedgerError("the decision cannot be written as it is")
    seen = (why, issued.id if issued else None) if entry.erased_at is None else ("", None)
    _note(connection, fence, micros(now), by, seen[0], state, seen[1])
    return by_fence(connection, [fence])[fence]


def take_back(connection: sqlite3.Connection, fence: bytes, by: str, why: str, now: datetime) -> Entry:
    """Make unknown again what a person has decided; see `Ledger.take_back`."""
    entry = by_fence(connection, [fence]).get(fence)
    if entry is None:
        raise NotUnsettled("the ledger has no such intent")
    last = connection.execute(_LAST_DECISION, (fence, LATE)).fetchone()
    if last is None or last[1] != entry.state.value or not entry.state.settled:
        raise NotUnsettled("how it stands is nobody's decision")
    if entry.state is State.REJECTED and micros(entry.changed_at) != last[0]:
        raise NotUnsettled("it was sent again since that was decided")
    connection.execute(_REOPEN, (micros(now), fence))
    _note(connection, fence, micros(now), by, why if entry.erased_at is None else "", State.UNKNOWN, None)
    return by_fence(connection, [fence])[fence]


def refresh(connection: sqlite3.Connection, account: str, kept: Kept, now: int) -> bool:
    """Write what is new of a credential; see `Ledger.refresh`."""
    times = [None if at is None else micros(at) for at in (kept.issued_at, kept.expires_at)]
    values = (account, now, kept.id, kept.status, kept.batch_id, kept.url, kept.delivery, *times)
    return connection.execute(_REFRESH, values).rowcount > 0


def erase(connection: sqlite3.Connection, fences: Iterable[bytes], now: int, hashed: Hashed) -> int:
    """Remove what is kept of these people; the fence, the state, the times and a hash of the credential's id stay."""
    count = 0
    for fence in fences:
        row = connection.execute("SELECT account, credential FROM intent WHERE fence = ?", (fence,)).fetchone()
        hash_ = hashed(row[0], row[1]) if row is not None and row[1] else None
        count += connection.execute(_ERASE, (fence, now, hash_)).rowcount
        connection.execute("UPDATE decision SET why = '', credential = NULL WHERE fence = ?", (fence,))
    return count
