"""The ledger in one SQLite file: many threads and processes of one machine may use it at the same time.

WAL with `synchronous=FULL`: what was committed survives a crash of the process and of the machine. The file lies on a disk of this
machine; on a network's file system SQLite cannot keep that promise.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from . import rows, settling
from .accounts import account_name
from .base import Attempt, Cohort, Decision, Entry, Intent, Kept, Outcome, State
from .commits import Commits
from .connection import Connection
from .errors import CohortConflict, LedgerBusy, LedgerError
from .fingerprint import Fingerprints
from .opening import open_ledger, told

T = TypeVar("T")

_PAGE = 1000
_COHORT = "SELECT name, account, template, label, source, columns, created_at FROM cohort"


class SqliteLedger:
    """A `Ledger` in a file. Made with `open`; close it, or use it in a `with` block.

    Attributes:
        path: the file. Its key lies beside it as `<name>.key`, unless CREDKIT_LEDGER_KEY holds it.
    """

    def __init__(self, path: Path, key: bytes, *, patience: float, now: Callable[[], datetime]) -> None:
        self.path = path
        self._fingerprints = Fingerprints(key)
        self._now = now
        self._reader = Connection(path, patience)  # one that looks never waits for one that writes
        self._writer = Connection(path, patience)
        self._commits = Commits(self._writer)

    @classmethod
    def open(
        cls,
        path: str | os.PathLike[str],
        *,
        patience: float = 30.0,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        environ: Mapping[str, str] | None = None,
    ) -> SqliteLedger:
        """Open a ledger, make it when there is none, bring an older one to this version.

        Args:
            patience: seconds to wait for other threads and processes.
            now: the clock, for tests.
            environ: instead of the process's environment.

        Raises:
            NotALedger, LedgerTooNew, LedgerKeyMissing, LedgerKeyWrong: the file cannot be used.
            LedgerBusy: another process holds it.
        """
        place = Path(path).absolute()
        key = open_ledger(place, patience, environ)
        return cls(place, key, patience=patience, now=now)

    @property
    def id(self) -> str:
        return hashlib.sha256(self._fingerprints.check()).hexdigest()[:12]

    # --- hashes and accounts -------------------------------------------------------------------------------------

    def account(self, vendor: str, mode: str | None, identity: str, name: str | None = None) -> str:
        fingerprint = self._fingerprints.api_key(identity)
        known = self._read(lambda c: account_name(c, vendor, mode or "", fingerprint, name, learn=False))
        if known is not None:
            return known
        learnt = self._write(lambda c: account_name(c, vendor, mode or "", fingerprint, name, learn=True))
        assert learnt is not None
        return learnt

    def fence(self, account: str, template: str, reference: str | None, subject: object) -> bytes:
        return self._fingerprints.fence(account, template, reference, subject)

    # --- intents -------------------------------------------------------------------------------------------------

    def claim(self, attempt: Attempt, intents: Sequence[Intent]) -> list[Entry | None]:
        if len({intent.fence for intent in intents}) < len(intents):
            raise LedgerError("an intent stands twice in one claim")
        if not intents:
            return []
        try:
            self._write(lambda c: rows.claim_new(c, attempt, intents, self._time()))
        except rows.NotAll:
            return self._write(lambda c: rows.claim(c, attempt, intents, self._time()))
        return [None] * len(intents)

    def settle(self, token: str, outcomes: Sequence[Outcome]) -> list[bool]:
        try:
            self._write(lambda c: settling.settle_all(c, token, outcomes, self._time(), self._hashed))
        except rows.NotAll:
            return self._write(lambda c: settling.settle(c, token, outcomes, self._time(), self._hashed))
        return [True] * len(outcomes)

    def settle_and_claim(
        self, token: str, outcomes: Sequence[Outcome], attempt: Attempt, intents: Sequence[Intent]
    ) -> bool:
        def work(connection: sqlite3.Connection) -> None:
            settling.settle_all(connection, token, outcomes, self._time(), self._hashed)
            rows.claim_new(connection, attempt, intents, self._time())

        try:
            self._write(work)
        except rows.NotAll:
            return False
        return True

    def decide(self, fence: bytes, *, issued: Kept | None, by: str, why: str) -> Entry:
        return self._write(lambda c: settling.decide(c, fence, issued, by, why, self._now(), self._hashed))

    def take_back(self, fence: bytes, *, by: str, why: str) -> Entry:
        return self._write(lambda c: settling.take_back(c, fence, by, why, self._now()))

    def refresh(self, account: str, credential: Kept) -> bool:
        return self.refresh_all(account, [credential])[0]

    def refresh_all(self, account: str, credentials: Sequence[Kept]) -> list[bool]:
        return self._write(lambda c: [settling.refresh(c, account, kept, self._time()) for kept in credentials])

    def lookup(self, fences: Sequence[bytes]) -> Mapping[bytes, Entry]:
        return self._read(lambda c: rows.by_fence(c, fences))

    def has_credential(self, account: str, credential_id: str) -> bool:
        return self._read(lambda c: settling.is_taken(c, account, credential_id, self._hashed))

    def newest(self, account: str) -> Kept | None:
        where = "WHERE intent.account = ? AND state = 'issued' AND batch IS NOT NULL ORDER BY intent.row DESC LIMIT 1"
        found = self._read(lambda c: rows.entries(c, where, (account,)))
        return found[0].credential if found else None

    def find(self, reference: str) -> list[Entry]:
        fences = [self.fence(account, template, reference, None) for account, template in self._read(rows.targets)]
        return sorted(self.lookup(fences).values(), key=lambda entry: entry.row)

    def unsettled(self, account: str | None = None, cohort: str | None = None) -> Iterator[Entry]:
        where = "WHERE state IN ('sending', 'unknown') AND intent.row > ?"
        where += " AND (?2 IS NULL OR intent.account = ?2) AND (?3 IS NULL OR cohort.name = ?3)"
        return self._pages(lambda after: (f"{where} ORDER BY intent.row LIMIT {_PAGE}", (after, account, cohort)))

    def decisions(self, fence: bytes | None = None) -> list[Decision]:
        query = "SELECT fence, at, who, why, state, credential FROM decision WHERE ?1 IS NULL OR fence = ?1 ORDER BY id"
        found = self._read(lambda c: c.execute(query, (fence,)).fetchall())
        return [
            Decision(fence=f, at=rows.moment(at), by=by, why=why, state=State(state), credential_id=id_)
            for f, at, by, why, state, id_ in found
        ]

    def erase(self, reference: str) -> int:
        return self.erase_fences([entry.fence for entry in self.find(reference)])

    def erase_fences(self, fences: Sequence[bytes]) -> int:
        count = self._write(lambda c: settling.erase(c, fences, self._time(), self._hashed))
        self._forget()
        return count

    # --- cohorts -------------------------------------------------------------------------------------------------

    def create_cohort(
        self, name: str, *, account: str, template: str, label: str, source: str, columns: str = "{}"
    ) -> Cohort:
        wanted = (name, account, template, label, source, columns)

        def work(connection: sqlite3.Connection) -> Cohort:
            connection.execute(
                "INSERT INTO cohort (name, account, template, label, source, columns, created_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO NOTHING",
                (*wanted, self._time()),
            )
            return _cohort(connection.execute(f"{_COHORT} WHERE name = ?", (name,)).fetchone())

        cohort = self._write(work)
        if (cohort.account, cohort.template, cohort.source) != (account, template, source):
            raise CohortConflict("a cohort of this name was made from another file, template or account")
        return cohort

    def drop_cohort(self, name: str) -> bool:
        query = (
            "DELETE FROM cohort WHERE name = ? AND NOT EXISTS (SELECT 1 FROM intent WHERE intent.cohort = cohort.id)"
        )
        return self._write(lambda c: c.execute(query, (name,)).rowcount > 0)

    def cohorts(self) -> list[Cohort]:
        return [_cohort(row) for row in self._read(lambda c: c.execute(f"{_COHORT} ORDER BY id").fetchall())]

    def cohort_counts(self, name: str) -> Mapping[State, int]:
        def work(connection: sqlite3.Connection) -> dict[State, int]:
            query = "SELECT state, count(*) FROM intent WHERE cohort = ? GROUP BY state"
            found = connection.execute(query, (rows.cohort_id(connection, name),))
            return dict.fromkeys(State, 0) | {State(state): count for state, count in found}

        return self._read(work)

    def cohort_revoked(self, name: str) -> int:
        query = (
            "SELECT count(*) FROM intent WHERE cohort = ? AND state = 'issued' AND status IN ('revoked', 'cancelled')"
        )
        return self._read(lambda c: int(c.execute(query, (rows.cohort_id(c, name),)).fetchone()[0]))

    # --- the file ------------------------------------------------------------------------------------------------

    def close(self) -> None:
        """Close the file. Idempotent."""
        self._writer.close()
        self._reader.close()

    def __enter__(self) -> SqliteLedger:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"SqliteLedger({str(self.path)!r})"

    def _read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        with told(self.path):
            return self._reader.run(work)

    def _write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        with told(self.path):
            return self._commits.write(work)

    def _pages(self, page: Callable[[int], tuple[str, tuple[Any, ...]]]) -> Iterator[Entry]:
        """Entries page by page, so that no read stands in the way of writers while the caller works."""
        after = 0
        while found := self._read(lambda c, at=after: rows.entries(c, *page(at))):  # type: ignore[misc]
            yield from found
            after = found[-1].row

    def _forget(self) -> None:
        """Write the log into the file and empty it: what was erased would else stand there until it is overwritten."""
        with told(self.path):
            busy = self._writer.run(lambda c: c.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0])
        if busy:
            raise LedgerBusy(
                "erased, but another process still reads the log that holds what was erased; erase it again later"
            )

    def _hashed(self, account: str, credential_id: str) -> bytes:
        return self._fingerprints.credential(account, credential_id)

    def _time(self) -> int:
        return rows.micros(self._now())


def _cohort(row: tuple[Any, ...]) -> Cohort:
    name, account, template, label, source, columns, created_at = row
    return Cohort(
        name=name,
        account=account,
        template=template,
        label=label,
        source=source,
        columns=columns,
        created_at=rows.moment(created_at),
    )
