"""Many rows at once are kept as each by itself would be: however many, whatever stands there already, wherever it fails."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from credkit.ledger import Attempt, Entry, Intent, Kept, Outcome, SqliteLedger, State, many
from credkit.ledger.errors import LedgerError

NOW = datetime(2025, 6, 1, 12, tzinfo=UTC)
ACCOUNT = "record:test:default"
KEY = {"CREDKIT_LEDGER_KEY": "a2V5a2V5a2V5a2V5a2V5a2V5a2V5a2V5a2V5a2V5a2U="}


@pytest.fixture
def ledger(tmp_path: Path) -> Any:
    with SqliteLedger.open(tmp_path / "issuances.db", now=lambda: NOW) as one:
        yield one


def attempt(token: str) -> Attempt:
    until = NOW + timedelta(minutes=5)
    return Attempt(token=token, account=ACCOUNT, operation="issue", sent_at=NOW, settles_at=until)


def intents(ledger: SqliteLedger, count: int) -> list[Intent]:
    references = [f"enrol-{at}" for at in range(count)]
    return [Intent(ledger.fence(ACCOUNT, "prog_1", one, None), "prog_1", one) for one in references]


def outcome(fence: bytes, kind: str, at: int) -> Outcome:
    """What came of the intent at a place; the kinds of a batch share more or less with each other."""
    match kind:
        case "issued":
            return Outcome(
                fence, State.ISSUED, Kept(f"cred_{at}", "issued", "batch_1", f"https://v.example/{at}", None, NOW)
            )
        case "later":
            return Outcome(fence, State.ISSUED, Kept(f"cred_{at}", "offered", None, None, "email:sent", None, NOW))
        case "unknown":
            return Outcome(fence, State.UNKNOWN, code="answer_lost", retryable=True, ticket=f'{{"position":{at}}}')
        case _:
            return Outcome(fence, State.REJECTED, code=kind, retryable=kind == "not_sent")


KINDS = st.sampled_from(["issued", "later", "unknown", "refused", "not_sent"])


@pytest.mark.parametrize("count", [1, 2, 3, 1023, 1024, 1025, 2100])
def test_any_number_of_rows(ledger: SqliteLedger, count: int) -> None:
    some = intents(ledger, count)
    assert ledger.claim(attempt("t1"), some) == [None] * count
    kinds = ["issued", "later", "unknown", "refused", "not_sent"]
    outcomes = [outcome(one.fence, kinds[at % 5], at) for at, one in enumerate(some)]
    assert ledger.settle("t1", outcomes) == [True] * count
    found = ledger.lookup([one.fence for one in some])
    for at, (one, told) in enumerate(zip(some, outcomes, strict=True)):
        entry = found[one.fence]
        assert (entry.reference, entry.position, entry.count) == (f"enrol-{at}", at, count)
        assert (entry.state, entry.credential, entry.code) == (told.state, told.credential, told.code)
        assert (entry.retryable, entry.ticket) == (told.retryable, told.ticket)


def test_statements_are_few_and_rows_in_one_are_bounded() -> None:
    connection = sqlite3.connect(":memory:")
    seen: set[str] = set()
    connection.set_trace_callback(lambda text: seen.add(text[:20] + str(text.count("(")).zfill(6)))
    for count in [*range(1, 200), 1000, 1024, 1025, 5000]:
        rows = [(at, "x") for at in range(count)]
        found = [row for cursor in many.execute(connection, "SELECT * FROM {rows}", (), rows) for row in cursor]
        assert [row for row in found if row != (None, None)] == rows
    assert len(seen) <= 11
    connection.close()


def test_one_that_stands_there_already_keeps_no_others_from_being_claimed(ledger: SqliteLedger) -> None:
    some = intents(ledger, 1500)
    ledger.claim(attempt("t1"), some[1200:1201])
    claimed = ledger.claim(attempt("t2"), some)
    assert [at for at, entry in enumerate(claimed) if entry is not None] == [1200]
    found = ledger.lookup([one.fence for one in some])
    assert found[some[1200].fence].token == "t1"
    granted = [found[one.fence] for at, one in enumerate(some) if at != 1200]
    assert [(entry.token, entry.position, entry.count) for entry in granted] == [("t2", at, 1499) for at in range(1499)]
    assert ledger.settle("t1", [outcome(some[1200].fence, "issued", 1)]) == [True]


def test_what_cannot_be_written_is_not_granted(ledger: SqliteLedger) -> None:
    good, bad = intents(ledger, 2)
    with pytest.raises(LedgerError):
        ledger.claim(attempt("t1"), [good, bad._replace(template=None)])  # type: ignore[arg-type]  # the mistake
    assert not ledger.lookup([good.fence, bad.fence])


@dataclass(frozen=True)
class History:
    """What happened to an intent before the outcomes of its attempt come."""

    before: str | None
    """Settled so already."""
    erased: bool
    again: bool
    """Claimed by another attempt, if it was rejected."""


HISTORIES = st.builds(History, before=st.one_of(st.none(), KINDS), erased=st.booleans(), again=st.booleans())


def prepare(ledger: SqliteLedger, histories: Sequence[History]) -> list[Intent]:
    some = intents(ledger, len(histories))
    ledger.claim(attempt("t1"), some)
    for at, (one, history) in enumerate(zip(some, histories, strict=True)):
        if history.before is not None:
            ledger.settle("t1", [outcome(one.fence, history.before, at + (at % 2) * 100)])
        if history.erased:
            ledger.erase_fences([one.fence])
        if history.again and history.before in ("refused", "not_sent"):
            ledger.claim(attempt(f"again-{at}"), [one])
    return some


def state(ledger: SqliteLedger, some: Sequence[Intent]) -> tuple[list[Entry], list[Any]]:
    found = ledger.lookup([one.fence for one in some])
    return [found[one.fence] for one in some], sorted(ledger.decisions(), key=repr)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows=st.lists(st.tuples(HISTORIES, KINDS), min_size=1, max_size=6))
def test_a_send_is_settled_as_each_of_it_by_itself(rows: list[tuple[History, str]]) -> None:
    histories = [history for history, _ in rows]
    with TemporaryDirectory() as folder, ExitStack() as stack:
        ledgers = [
            stack.enter_context(SqliteLedger.open(Path(folder, name), now=lambda: NOW, environ=KEY))
            for name in ("together.db", "alone.db")
        ]
        together, alone = ledgers
        some = prepare(together, histories)
        assert prepare(alone, histories) == some
        outcomes = [outcome(one.fence, kind, at) for at, (one, (_, kind)) in enumerate(zip(some, rows, strict=True))]
        assert together.settle("t1", outcomes) == [done for one in outcomes for done in alone.settle("t1", [one])]
        assert state(together, some) == state(alone, some)


@pytest.mark.parametrize("which", [1, 2])
def test_when_a_statement_fails_nothing_of_the_send_is_written(
    ledger: SqliteLedger, monkeypatch: pytest.MonkeyPatch, which: int
) -> None:
    some = intents(ledger, 4)
    ledger.claim(attempt("t1"), some)
    usual, calls = many.changed, iter(range(1, 100))

    def failing(*arguments: Any) -> int:
        done = usual(*arguments)
        if next(calls) == which:
            raise sqlite3.OperationalError("disk I/O error")
        return done

    monkeypatch.setattr(many, "changed", failing)
    kinds = ["issued", "refused", "issued", "refused"]  # two statements
    with pytest.raises(LedgerError):
        ledger.settle(
            "t1", [outcome(one.fence, kind, at) for at, (one, kind) in enumerate(zip(some, kinds, strict=True))]
        )
    calls = iter([which])
    new = Intent(ledger.fence(ACCOUNT, "prog_1", "new", None), "prog_1", "new")
    with pytest.raises(LedgerError):
        ledger.claim(attempt("t2"), [new])
    monkeypatch.undo()
    entries, decisions = state(ledger, some)
    assert {entry.state for entry in entries} == {State.SENDING}
    assert not decisions
    assert not ledger.find("new")
