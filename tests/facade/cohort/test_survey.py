"""Rows beside the ledger: of one person at most one row is sent, and none beside a credential that there is or may be."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from credkit import IssueRequest, Person
from credkit.cohort.errors import CohortError
from credkit.cohort.requests import Recipient
from credkit.cohort.rows import BadRow
from credkit.cohort.survey import Standing, SurveyedRow, survey
from credkit.ledger import Attempt, Intent, Kept, Outcome, SqliteLedger, State
from credkit.model import Reason

NOW = datetime(2026, 1, 1, tzinfo=UTC)
KNOWN = {
    "issued": Standing.ISSUED,
    "sending": Standing.OPEN,
    "unknown": Standing.OPEN,
    "again": Standing.AGAIN,
    "refused": Standing.REFUSED,
}
STATES = ("new", *KNOWN)
THERE = ("issued", "sending", "unknown")
"""Where a credential exists, or may."""


def fence(ledger: SqliteLedger, reference: str) -> bytes:
    return ledger.fence("acme:test:default", "t", reference, None)


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqliteLedger]:
    """A ledger with references in every state: `issued-0`, `issued-1`, …"""
    with SqliteLedger.open(tmp_path_factory.mktemp("survey") / "issuances.db") as one:
        names = [f"{state}-{at}" for state in KNOWN for at in range(3)]
        attempt = Attempt(
            token="ck-1",
            account="acme:test:default",
            operation="issue",
            sent_at=NOW,
            settles_at=NOW + timedelta(hours=1),
        )
        one.claim(attempt, [Intent(fence(one, name), "t", name) for name in names])
        one.settle("ck-1", [outcome for name in names if (outcome := _outcome(name, fence(one, name)))])
        yield one


def _outcome(name: str, key: bytes) -> Outcome | None:
    match name.partition("-")[0]:
        case "issued":
            return Outcome(key, State.ISSUED, Kept(f"id-{name}"))
        case "unknown":
            return Outcome(key, State.UNKNOWN, code="answer_lost")
        case "again":
            return Outcome(key, State.REJECTED, code="never_issued", retryable=True)
        case "refused":
            return Outcome(key, State.REJECTED, code="no")
        case _:
            return None


def row(line: int, reference: str, email: str = "ann@holder.example", *, sound: bool = True) -> Recipient:
    name = "Ann" if sound else "not sound"
    return Recipient(line, IssueRequest("t", Person(name, email), reference=reference))


def surveyed(ledger: SqliteLedger, rows: Sequence[Recipient | BadRow]) -> list[SurveyedRow]:
    def check(request: IssueRequest) -> Reason | None:
        return Reason("invalid_request", "not sound") if request.subject.name == "not sound" else None

    def known(request: IssueRequest) -> bytes:
        return fence(ledger, request.reference or "")

    return list(survey(lambda: iter(rows), ledger=ledger, fence=known, check=check))


def sent(found: Sequence[SurveyedRow]) -> list[str]:
    """References that a run sends, also one with --refused-too."""
    return [one.reference or "" for one in found if one.standing.sendable or one.standing is Standing.REFUSED]


@pytest.mark.parametrize("size", [1, 2, 3])
def test_one_person_on_several_lines(ledger: SqliteLedger, size: int) -> None:
    """Every order of every state, each row sound or not."""
    for states in product(STATES, repeat=size):
        for sound in product((True, False), repeat=size) if size < 3 else [(True,) * size]:
            rows = [row(at, f"{state}-{at}", sound=sound[at]) for at, state in enumerate(states)]
            found = surveyed(ledger, rows)
            assert [one.line for one in found] == list(range(size))
            could = [at for at, state in enumerate(states) if sound[at] and state not in THERE]
            there = any(state in THERE for state in states)
            assert len(sent(found)) == (0 if there else min(len(could), 1)), (states, sound)
            for one, state in zip(found, states, strict=True):
                if state in THERE:  # it is reconciled, delivered, revoked and exported like any other
                    assert one.standing is KNOWN[state]
                    assert one.entry is not None
                elif not sound[one.line]:
                    assert one.standing is Standing.INVALID
            if not there and any(states[at] != "new" for at in could):
                assert not sent(found)[0].startswith("new"), "what the ledger knows comes first"


def test_a_repeat_says_which_line_counts(ledger: SqliteLedger) -> None:
    found = surveyed(ledger, [row(2, "new-0"), row(3, "new-1"), row(4, "issued-0"), row(5, "issued-0")])
    assert [(one.standing.value, one.reason) for one in found] == [
        ("repeat", "the same person as on line 4"),
        ("repeat", "the same person as on line 4"),
        ("issued", ""),
        ("repeat", "the same person as on line 4"),
    ]
    assert [one.entry is not None for one in found] == [False, False, True, False], "revoked and delivered once"


def test_a_person_behind_somebody_elses_reference(ledger: SqliteLedger) -> None:
    """Whose the credential of `issued-0` is cannot be seen: Bo, who is said to have that reference too, gets no other one."""
    ann, bo = "ann@holder.example", "bo@holder.example"
    found = surveyed(ledger, [row(2, "new-0", bo), row(3, "issued-0", ann), row(4, "issued-0", bo)])
    assert [one.standing for one in found] == [Standing.REPEAT, Standing.ISSUED, Standing.REPEAT]
    assert found[2].reason == "the same reference as on line 3"


def test_many_rows_with_repeats_far_apart(ledger: SqliteLedger) -> None:
    rows: list[Recipient | BadRow] = [row(at, f"n-{at}", f"p{at % 900}@holder.example") for at in range(1700)]
    rows += [BadRow(1700, "no name"), row(1701, "again-1", "p3@holder.example")]
    found = surveyed(ledger, rows)
    assert sum(one.standing is Standing.NEW for one in found) == 899
    assert found[3].reason == "the same person as on line 1701"
    assert found[903].reason == "the same person as on line 1701"
    assert found[901].reason == "the same person as on line 1"
    assert found[1701].standing is Standing.AGAIN


def test_no_room_for_temporary_files(ledger: SqliteLedger, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full(sqlite3.Connection):
        def execute(self, *args: object) -> sqlite3.Cursor:
            raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr("credkit.cohort.seen.sqlite3.connect", lambda *_, **__: Full(":memory:"))
    with pytest.raises(CohortError, match="the folder for temporary files is full"):
        surveyed(ledger, [row(2, "new-0")])
