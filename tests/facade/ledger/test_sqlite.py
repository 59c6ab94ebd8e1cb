"""The SQLite ledger by itself: claims, settlements, decisions, erasing, cohorts, and many who use one file."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from credkit.ledger import Attempt, Intent, Kept, Outcome, SqliteLedger, State, settling
from credkit.ledger.errors import CohortConflict, LedgerBusy, LedgerError, NotUnsettled, UnknownAccount
from credkit.ledger.settling import LATE

NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
ACCOUNT = "record:test:default"
ALICE = "alice@example.com"


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[SqliteLedger]:
    with SqliteLedger.open(tmp_path / "issuances.db", now=lambda: NOW) as one:
        yield one


def attempt(token: str = "t1", *, minutes: float = 0, cohort: str | None = None) -> Attempt:
    sent = NOW + timedelta(minutes=minutes)
    return Attempt(
        token=token,
        account=ACCOUNT,
        operation="issueCredentials",
        sent_at=sent,
        settles_at=sent + timedelta(minutes=5),
        label="May",
        cohort=cohort,
    )


def intents(ledger: SqliteLedger, *references: str) -> list[Intent]:
    return [Intent(ledger.fence(ACCOUNT, "prog_1", one, None), "prog_1", one) for one in references]


def issued(fence: bytes, id_: str = "cred_1") -> Outcome:
    kept = Kept(id=id_, status="issued", batch_id="batch_1", url=f"https://vendor.example/{id_}", issued_at=NOW)
    return Outcome(fence=fence, state=State.ISSUED, credential=kept)


def rejected(fence: bytes, *, retryable: bool = True) -> Outcome:
    return Outcome(fence=fence, state=State.REJECTED, code="never_issued", retryable=retryable)


def unknown(fence: bytes) -> Outcome:
    return Outcome(fence=fence, state=State.UNKNOWN, ticket='{"v":1}')


class TestClaims:
    def test_a_free_intent_is_granted_once(self, ledger: SqliteLedger) -> None:
        [one] = intents(ledger, "enrol-1")
        assert ledger.claim(attempt(), [one]) == [None]
        [standing] = ledger.claim(attempt("t2"), [one])
        assert standing is not None
        assert (standing.state, standing.token, standing.reference) == (State.SENDING, "t1", "enrol-1")
        assert (standing.sent_at, standing.settles_at) == (NOW, NOW + timedelta(minutes=5))
        assert (standing.label, standing.operation, standing.changed_at) == ("May", "issueCredentials", NOW)

    def test_positions_count_what_is_granted(self, ledger: SqliteLedger) -> None:
        first, second, third = intents(ledger, "a", "b", "c")
        ledger.claim(attempt(), [second])
        granted = ledger.claim(attempt("t2"), [first, second, third])
        assert [entry is None for entry in granted] == [True, False, True]
        found = ledger.lookup([first.fence, third.fence])
        assert [(found[one.fence].position, found[one.fence].count) for one in (first, third)] == [(0, 2), (1, 2)]

    def test_nothing_granted_leaves_no_attempt(self, ledger: SqliteLedger) -> None:
        [one] = intents(ledger, "a")
        ledger.claim(attempt(), [one])
        ledger.claim(attempt("t2"), [one])
        with pytest.raises(LedgerError, match="nothing was claimed"):
            ledger.settle("t2", [issued(one.fence)])

    @pytest.mark.parametrize("retryable", [True, False])
    def test_what_was_rejected_can_be_claimed_again(self, ledger: SqliteLedger, retryable: bool) -> None:
        [one] = intents(ledger, "a")
        ledger.claim(attempt(), [one])
        assert ledger.settle("t1", [rejected(one.fence, retryable=retryable)]) == [True]
        assert ledger.claim(attempt("t2"), [one]) == [None]
        assert ledger.lookup([one.fence])[one.fence].code is None

    @pytest.mark.parametrize("outcome", [issued, unknown])
    def test_what_is_issued_or_unknown_cannot(self, ledger: SqliteLedger, outcome: Callable[[bytes], Outcome]) -> None:
        [one] = intents(ledger, "a")
        ledger.claim(attempt(), [one])
        ledger.settle("t1", [outcome(one.fence)])
        assert ledger.claim(attempt("t2"), [one]) != [None]

    def test_one_intent_twice_in_a_claim_is_refused(self, ledger: SqliteLedger) -> None:
        [one] = intents(ledger, "a")
        with pytest.raises(LedgerError, match="twice"):
            ledger.claim(attempt(), [one, one])
        assert ledger.lookup([one.fence]) == {}

    def test_more_than_a_statement_holds(self, ledger: SqliteLedger) -> None:
        many = intents(ledger, *(f"enrol-{number}" for number in range(1234)))
        assert ledger.claim(attempt(), many) == [None] * 1234
        outcomes = [issued(one.fence, f"cred_{at}") for at, one in enumerate(many)]
        assert ledger.settle("t1", outcomes) == [True] * 1234
        assert len(ledger.lookup([one.fence for one in many])) == 1234


class TestSettlements:
    def test_what_is_kept_comes_back(self, ledger: SqliteLedger) -> None:
        [one] = intents(ledger, "a")
        ledger.claim(attempt(), [one])
        kept = Kept(
            id="c",
            status="offered",
            batch_id="b",
            url="https://vendor.example/c",
            delivery="failed",
            issued_at=NOW + timedelta(microseconds=1),
            expires_at=NOW + timedelta(days=400),
        )
        ledger.settle("t1", [Outcome(fence=one.fence, state=State.ISSUED, credential=kept)])
        entry = ledger.lookup([one.fence])[one.fence]
        assert (entry.state, entry.credential) == (State.ISSUED, kept)

    def test_an_unknown_keeps_its_ticket_until_it_is_settled(self, ledger: SqliteLedger) -> None:
        [one] = intents(ledger, "a")
        ledger.claim(attempt(), [one])
        ledger.settle("t1", [unknown(one.fence)])
        assert ledger.lookup([one.fence])[one.fence].ticket == '{"v":1}'
        ledger.settle("t1", [issued(one.fence)])
        assert ledger.lookup([one.fence])[one.fence].ticket is None

    def test_a_late_answer_wins_over_never_issued(self, ledger: SqliteLedger) -> None:
        [one] = intents(ledger, "a")
        ledger.claim(attempt(), [one])
        ledger.settle("t1", [rejected(one.fence)])
        assert ledger.settle("t1", [issued(one.fence)]) == [True]
        assert ledger.lookup([one.fence])[one.fence].state is State.ISSUED
        assert ledger.decisions() == []

    def test_issued_is_never_taken_back(self, ledger: SqliteLedger) -> None:
        [one] = intents(ledger, "a")
        ledger.claim(attempt(), [one])
        ledger.settle("t1", [issued(one.fence)])
        assert ledger.settle("t1", [rejected(one.fence)]) == [False]
        assert ledger.settle("t1", [unknown(one.fence)]) == [False]
        assert ledger.settle("t1", [issued(one.fence)]) == [True], "the same news twice is no conflict"
        assert ledger.lookup([one.fence])[one.fence].state is State.ISSUED

    def test_a_credential_of_an_attempt_that_was_given_up_is_noted(self, ledger: SqliteLedger) -> None:
        [one] = intents(ledger, "a")
        ledger.claim(attempt(), [one])
        ledger.settle("t1", [rejected(one.fence)])
        ledger.claim(attempt("t2"), [one])
        assert ledger.settle("t1", [issued(one.fence, "surplus")]) == [False]
        assert ledger.lookup([one.fence])[one.fence].state is State.SENDING
        ledger.settle("t2", [issued(one.fence, "cred_2")])
        [decision] = ledger.decisions(one.fence)
        assert (decision.by, decision.credential_id, decision.at) == (LATE, "surplus", NOW)

    def test_a_credential_is_one_intents_only(self, ledger: SqliteLedger) -> None:
        """Looked at where it is written: of two who reconcile at once, the second finds it taken, and its row stands as it did."""
        one, two = intents(ledger, "a", "b")
        ledger.claim(attempt(), [one, two])
        ledger.settle("t1", [unknown(one.fence), unknown(two.fence)])
        assert ledger.settle("t1", [issued(one.fence)]) == [True]
        assert ledger.settle("t1", [issued(two.fence)]) == [False]
        entry = ledger.lookup([two.fence])[two.fence]
        assert (entry.state, entry.ticket, ledger.decisions()) == (State.UNKNOWN, '{"v":1}', [])

    def test_one_credential_for_two_of_a_send_is_nobodys(self, ledger: SqliteLedger) -> None:
        some = intents(ledger, "a", "b", "c")
        ledger.claim(attempt(), some)
        outcomes = [issued(one.fence, id_) for one, id_ in zip(some, ("same", "other", "same"), strict=True)]
        assert ledger.settle("t1", outcomes) == [False, True, False]
        found = ledger.lookup([one.fence for one in some])
        assert [found[one.fence].state.value for one in some] == ["sending", "issued", "sending"]

    def test_the_newest_of_an_account(self, ledger: SqliteLedger) -> None:
        assert ledger.newest(ACCOUNT) is None
        wanted = intents(ledger, "a", "b", "c", "d")
        ledger.claim(attempt(), wanted)
        kept = [Kept(f"cred_{at}", batch_id=None if at == 2 else f"batch_{at}") for at in range(3)]
        outcomes = [Outcome(one.fence, State.ISSUED, two) for one, two in zip(wanted, kept, strict=False)]
        ledger.settle("t1", [*outcomes, unknown(wanted[3].fence)])
        assert ledger.newest(ACCOUNT) == kept[1]
        assert ledger.newest("record:live:default") is None
        ledger.erase("b")
        assert ledger.newest(ACCOUNT) == kept[0]

    def test_accounts_may_have_the_same_ids(self, ledger: SqliteLedger) -> None:
        [one] = intents(ledger, "a")
        other = Intent(ledger.fence("record:live:default", "prog_1", "a", None), "prog_1", "a")
        ledger.claim(attempt(), [one])
        ledger.claim(replace(attempt("t2"), account="record:live:default"), [other])
        assert ledger.settle("t1", [issued(one.fence)]) == ledger.settle("t2", [issued(other.fence)]) == [True]

    def test_a_credential_is_looked_for_by_an_index(self, ledger: SqliteLedger) -> None:
        connection = ledger._reader.get()
        plan = connection.execute("EXPLAIN QUERY PLAN " + settling._TAKEN, ("id", b"h", "a", None)).fetchall()
        rows = "(VALUES (?10, ?11, ?12, ?13, ?14, ?15))"
        plan += connection.execute("EXPLAIN QUERY PLAN " + settling._SETTLE.format(rows=rows), (None,) * 15).fetchall()
        plan += connection.execute(
            "EXPLAIN QUERY PLAN " + settling._AMONG_ERASED.format(rows="(VALUES (?2))"), ("a", b"h")
        ).fetchall()
        steps = [str(step[3]) for step in plan]
        assert not [one for one in steps if one.startswith(("SCAN intent", "SCAN other"))], steps
        assert sum("intent_of_credential" in one for one in steps) == 2
        assert sum("intent_of_erased_credential" in one for one in steps) == 2

    @pytest.mark.parametrize("other", ["b", "c"])
    def test_a_batch_is_kept_as_each_by_itself_would_be(self, ledger: SqliteLedger, other: str) -> None:
        """Whether all of it is in one batch or not, which are written in two ways."""
        some = intents(ledger, "1", "2", "3")
        ledger.claim(attempt(), some)
        kept = [
            Kept(id=id_, batch_id=batch, url=url, issued_at=NOW, expires_at=NOW + timedelta(days=9))
            for id_, batch, url in [("c1", "b", None), ("c2", "b", 'https://v.example/"2"'), ("c\u00fc3", other, None)]
        ]
        outcomes = [
            Outcome(fence=one.fence, state=State.ISSUED, credential=k) for one, k in zip(some, kept, strict=True)
        ]
        assert ledger.settle("t1", outcomes) == [True, True, True]
        found = ledger.lookup([one.fence for one in some])
        assert [found[one.fence].credential for one in some] == kept
        assert {(one.state, one.code, one.retryable, one.ticket) for one in found.values()} == {
            (State.ISSUED, None, False, None)
        }

    def test_one_that_was_settled_otherwise_holds_up_no_others(self, ledger: SqliteLedger) -> None:
        some = intents(ledger, "1", "2", "3")
        ledger.claim(attempt(), some)
        ledger.settle("t1", [issued(some[1].fence, "mine")])
        outcomes = [issued(one.fence, f"c{at}") for at, one in enumerate(some)]
        assert ledger.settle("t1", outcomes) == [True, False, True]
        found = ledger.lookup([one.fence for one in some])
        ids = [kept.id for one in some if (kept := found[one.fence].credential) is not None]
        assert ids == ["c0", "mine", "c2"]
        assert [one.credential_id for one in ledger.decisions()] == ["c1"]

    def test_an_attempt_settles_only_its_own(self, ledger: SqliteLedger) -> None:
        mine, other = intents(ledger, "a", "b")
        ledger.claim(attempt(), [mine])
        ledger.claim(attempt("t2"), [other])
        assert ledger.settle("t1", [rejected(other.fence)]) == [False]
        assert ledger.lookup([other.fence])[other.fence].state is State.SENDING

    def test_refresh(self, ledger: SqliteLedger) -> None:
        [one] = intents(ledger, "a")
        ledger.claim(attempt(), [one])
        assert not ledger.refresh(ACCOUNT, Kept(id="cred_1", status="revoked"))
        ledger.settle("t1", [issued(one.fence)])
        assert ledger.refresh(ACCOUNT, Kept(id="cred_1", status="revoked"))
        assert ledger.refresh_all(ACCOUNT, [Kept(id="cred_2"), Kept(id="cred_1", status="unknown")]) == [False, True]
        assert not ledger.refresh("record:live:default", Kept(id="cred_1", status="issued"))
        assert ledger.refresh(ACCOUNT, Kept(id="cred_1", status="offered")), "somebody still had it as it was"
        kept = ledger.lookup([one.fence])[one.fence].credential
        assert kept is not None
        assert (kept.status, kept.url) == ("revoked", "https://vendor.example/cred_1")


class TestDecisions:
    def test_a_person_says_issued(self, ledger: SqliteLedger) -> None:
        [one] = intents(ledger, "a")
        ledger.claim(attempt(), [one])
        entry = ledger.decide(one.fence, issued=Kept(id="iss_7"), by="ada", why="seen in the portal")
        assert entry.state is State.ISSUED
        assert entry.credential is not None
        assert entry.credential.id == "iss_7"
        [decision] = ledger.decisions()
        assert (decision.by, decision.why, decision.state, decision.at) == (
            "ada",
            "seen in the portal",
            State.ISSUED,
            NOW,
        )

    def test_a_person_says_never_and_it_may_be_sent_again(self, ledger: SqliteLedger) -> None:
        [one] = intents(ledger, "a")
        ledger.claim(attempt(minutes=-6), [one])
        entry = ledger.decide(one.fence, issued=None, by="ada", why="not in the portal")
        assert (entry.state, entry.code, entry.retryable) == (State.REJECTED, "never_issued", True)
        assert ledger.claim(attempt("t2"), [one]) == [None]

    def test_never_is_refused_while_it_may_be_under_way(self, ledger: SqliteLedger) -> None:
        [one] = intents(ledger, "a")
        ledger.claim(attempt(), [one])
        with pytest.raises(NotUnsettled, match="under way until 2026-05-01 12:05:00 UTC"):
            ledger.decide(one.fence, issued=None, by="ada", why="")
        assert ledger.decisions() == []

    def test_what_is_settled_is_not_decided(self, ledger: SqliteLedger) -> None:
        [one, absent] = intents(ledger, "a", "b")
        ledger.claim(attempt(), [one])
        ledger.settle("t1", [issued(one.fence)])
        for fence, words in ((one.fence, "issued already"), (absent.fence, "no such intent")):
            with pytest.raises(NotUnsettled, match=words):
                ledger.decide(fence, issued=Kept(id="x"), by="ada", why="")

    def test_a_credential_is_decided_to_be_one_intents_only(self, ledger: SqliteLedger) -> None:
        """Whoever is second is refused inside of the transaction, however the two come together."""
        many = intents(ledger, *map(str, range(8)))
        ledger.claim(attempt(), many)
        outcomes: list[str] = []

        def decide(fence: bytes) -> None:
            try:
                outcomes.append(ledger.decide(fence, issued=Kept(id="iss_7"), by="ada", why="").state.value)
            except NotUnsettled as error:
                outcomes.append(error.reason)

        threads = [threading.Thread(target=decide, args=(one.fence,)) for one in many]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(outcomes) == ["issued", *["this credential belongs to another intent"] * 7]
        assert len(ledger.decisions()) == 1


class TestTakingBack:
    def decided(self, ledger: SqliteLedger, *, issued: bool) -> Intent:
        [one] = intents(ledger, "a")
        ledger.claim(attempt(minutes=-6), [one])
        ledger.decide(one.fence, issued=Kept(id="typo") if issued else None, by="ada", why="seen")
        return one

    @pytest.mark.parametrize("issued_", [True, False])
    def test_what_a_person_decided_is_unknown_again(self, ledger: SqliteLedger, issued_: bool) -> None:
        one = self.decided(ledger, issued=issued_)
        entry = ledger.take_back(one.fence, by="bob", why="the wrong row")
        assert (entry.state, entry.credential, entry.code, entry.retryable) == (
            State.UNKNOWN,
            None,
            "answer_lost",
            True,
        )
        assert ledger.claim(attempt("t2"), [one]) != [None]
        assert not ledger.has_credential(ACCOUNT, "typo")
        assert [(two.by, two.state, two.why) for two in ledger.decisions()][1:] == [
            ("bob", State.UNKNOWN, "the wrong row")
        ]
        assert ledger.settle("t1", [issued(one.fence, "right")]) == [True]
        with pytest.raises(NotUnsettled, match="nobody's decision"):
            ledger.take_back(one.fence, by="bob", why="")

    def test_also_after_a_late_answer_said_otherwise(self, ledger: SqliteLedger) -> None:
        one = self.decided(ledger, issued=True)
        assert ledger.settle("t1", [issued(one.fence, "right")]) == [False]
        assert ledger.take_back(one.fence, by="bob", why="").state is State.UNKNOWN

    def test_what_nobody_decided_is_not(self, ledger: SqliteLedger) -> None:
        one, absent = intents(ledger, "a", "b")
        ledger.claim(attempt(), [one])
        for fence in (one.fence, absent.fence):
            with pytest.raises(NotUnsettled):
                ledger.take_back(fence, by="bob", why="")
        ledger.settle("t1", [issued(one.fence)])
        with pytest.raises(NotUnsettled, match="nobody's decision"):
            ledger.take_back(one.fence, by="bob", why="")
        assert ledger.lookup([one.fence])[one.fence].state is State.ISSUED

    def test_what_was_sent_again_since_is_not(self, ledger: SqliteLedger) -> None:
        clock = [NOW]
        ledger._now = lambda: clock[0]
        one = self.decided(ledger, issued=False)
        clock[0] += timedelta(seconds=1)
        ledger.claim(attempt("t2"), [one])
        with pytest.raises(NotUnsettled):
            ledger.take_back(one.fence, by="bob", why="")
        ledger.settle("t2", [rejected(one.fence)])
        with pytest.raises(NotUnsettled, match="sent again"):
            ledger.take_back(one.fence, by="bob", why="")


class TestErasing:
    def test_an_erased_credential_stays_one_intents(self, ledger: SqliteLedger) -> None:
        one, two = intents(ledger, "a", "b")
        ledger.claim(attempt(), [one, two])
        ledger.settle("t1", [issued(one.fence, "CANARY")])
        ledger.erase("a")
        assert ledger.has_credential(ACCOUNT, "CANARY")
        assert not ledger.has_credential("record:live:default", "CANARY")
        assert ledger.settle("t1", [issued(two.fence, "CANARY")]) == [False]
        with pytest.raises(NotUnsettled, match="another intent"):
            ledger.decide(two.fence, issued=Kept(id="CANARY"), by="ada", why="")
        assert ledger.lookup([two.fence])[two.fence].state is State.SENDING
        assert ledger.settle("t1", [issued(two.fence, "other")]) == [True]
        assert ledger.erase("a") == 1, "again"
        assert ledger.has_credential(ACCOUNT, "CANARY")
        assert all(b"CANARY" not in file.read_bytes() for file in ledger.path.parent.iterdir())

    def test_so_does_one_that_came_after_erasing(self, ledger: SqliteLedger) -> None:
        one, two = intents(ledger, "a", "b")
        ledger.claim(attempt(), [one, two])
        ledger.erase("a")
        assert ledger.settle("t1", [issued(one.fence, "CANARY")]) == [True]
        assert ledger.settle("t1", [issued(two.fence, "CANARY")]) == [False]
        assert all(b"CANARY" not in file.read_bytes() for file in ledger.path.parent.iterdir())

    def test_a_decision_about_somebody_erased_keeps_a_state_only(self, ledger: SqliteLedger) -> None:
        [one] = intents(ledger, "a")
        ledger.claim(attempt(), [one])
        ledger.erase("a")
        entry = ledger.decide(one.fence, issued=Kept(id="iss_CANARY"), by="ada", why="Bob CANARY has it")
        assert entry.state is State.ISSUED
        [decision] = ledger.decisions()
        assert (decision.by, decision.why, decision.credential_id) == ("ada", "", None)
        assert all(b"CANARY" not in file.read_bytes() for file in ledger.path.parent.iterdir())
        assert ledger.has_credential(ACCOUNT, "iss_CANARY")

    def test_the_person_goes_and_the_fence_stays(self, ledger: SqliteLedger) -> None:
        [one] = intents(ledger, "enrol-CANARY")
        ledger.claim(attempt(), [one])
        ledger.settle("t1", [issued(one.fence, "cred_CANARY")])
        assert [entry.fence for entry in ledger.find("enrol-CANARY")] == [one.fence]
        assert ledger.erase("enrol-CANARY") == 1
        [erased] = ledger.find("enrol-CANARY")
        assert (erased.erased_at, erased.reference) == (NOW, None)
        [standing] = ledger.claim(attempt("t2"), [one])
        assert standing is not None
        assert standing.state is State.ISSUED
        assert standing.credential is not None
        assert (standing.credential.id, standing.credential.url, standing.reference) == ("", None, None)
        assert standing.erased_at == NOW
        for file in ledger.path.parent.iterdir():
            content = file.read_bytes()
            assert b"CANARY" not in content
            assert one.fence in content or file.name != ledger.path.name

    def test_what_is_settled_after_erasing_keeps_nothing(self, ledger: SqliteLedger) -> None:
        [one] = intents(ledger, "a")
        ledger.claim(attempt(), [one])
        ledger.erase("a")
        assert ledger.settle("t1", [issued(one.fence, "CANARY")]) == [True]
        assert ledger.settle("t1", [issued(one.fence, "CANARY")]) == [False]
        assert ledger.decisions()[0].credential_id is None
        kept = ledger.lookup([one.fence])[one.fence].credential
        assert kept == Kept(id="", status="issued", issued_at=NOW)

    def test_a_decision_forgets_too(self, ledger: SqliteLedger) -> None:
        [one] = intents(ledger, "a")
        ledger.claim(attempt(), [one])
        ledger.decide(one.fence, issued=Kept(id="iss_CANARY"), by="ada", why="Bob CANARY has it")
        assert ledger.erase("a") == 1
        assert "CANARY" not in repr(ledger.decisions())
        assert ledger.decisions()[0].by == "ada"

    @pytest.mark.parametrize(
        "odd",
        [
            ALICE,
            "alice%40example.com",
            "alice\uff20example.com",
            "alice\ufe6bx.org",
            "a\0b",
            "a\x1b[2J",
            "\ud800",
            "line\nbreak",
        ],
    )
    def test_a_reference_that_is_not_shown_has_its_fence_only(self, ledger: SqliteLedger, odd: str) -> None:
        [one] = intents(ledger, odd)
        assert ledger.claim(attempt(), [one]) == [None]
        [entry] = ledger.find(odd)
        assert (entry.fence, entry.reference) == (one.fence, None)
        shown = odd.encode(errors="surrogatepass")
        assert all(shown not in file.read_bytes() for file in ledger.path.parent.iterdir())
        assert ledger.erase(odd) == 1

    def test_someone_without_a_reference(self, ledger: SqliteLedger) -> None:
        fence = ledger.fence(ACCOUNT, "prog_1", None, {"name": "Alice", "email": ALICE})
        ledger.claim(attempt(), [Intent(fence, "prog_1")])
        ledger.settle("t1", [issued(fence)])
        assert ledger.erase_fences([fence]) == 1
        assert ledger.lookup([fence])[fence].erased_at == NOW

    def test_unknown_references_erase_nothing(self, ledger: SqliteLedger) -> None:
        assert ledger.erase("nobody") == 0

    def test_a_reader_in_the_way_is_told(self, tmp_path: Path) -> None:
        with (
            SqliteLedger.open(tmp_path / "l.db", patience=0.05) as ledger,
            SqliteLedger.open(tmp_path / "l.db") as other,
        ):
            [one] = intents(ledger, "a")
            ledger.claim(attempt(), [one])
            connection = other._writer.get()
            connection.execute("BEGIN")
            connection.execute("SELECT * FROM intent").fetchone()
            with pytest.raises(LedgerBusy, match="erase it again"):
                ledger.erase_fences([one.fence])
            connection.execute("COMMIT")
            assert ledger.erase_fences([one.fence]) == 1


class TestAccounts:
    def test_the_first_key_is_the_default(self, ledger: SqliteLedger) -> None:
        assert ledger.account("record", "test", "key-1") == "record:test:default"
        assert ledger.account("record", "test", "key-1") == "record:test:default"
        assert ledger.account("beltic", None, "key-1") == "beltic:any:default"
        assert ledger.account("record", "live", "key-1") == "record:live:default"

    def test_a_new_key_has_to_be_explained(self, ledger: SqliteLedger) -> None:
        ledger.account("record", "test", "key-1")
        with pytest.raises(UnknownAccount, match="default"):
            ledger.account("record", "test", "key-2")
        assert ledger.account("record", "test", "key-2", "default") == "record:test:default", "rotated"
        assert ledger.account("record", "test", "key-3", "acme") == "record:test:acme", "another organisation"
        assert ledger.account("record", "test", "key-3") == "record:test:acme"
        assert ledger.account("record", "test", "key-2") == "record:test:default"

    def test_a_key_of_no_known_mode_may_be_of_any_account(self, ledger: SqliteLedger) -> None:
        assert ledger.account("record", None, "token") == "record:any:default"
        with pytest.raises(UnknownAccount, match="default"):
            ledger.account("record", "test", "sk_test_1")
        assert ledger.account("record", "test", "sk_test_1", "default") == "record:any:default", "the same fences"
        assert ledger.account("record", "test", "sk_test_1") == "record:any:default"
        assert ledger.account("record", "test", "sk_test_2", "acme") == "record:test:acme"
        with pytest.raises(UnknownAccount, match="default, acme"):
            ledger.account("record", None, "token-2")
        assert ledger.account("record", None, "token-2", "acme") == "record:test:acme"
        assert ledger.account("record", None, "token-2") == "record:test:acme"

    def test_a_key_of_no_known_mode_is_not_guessed(self, ledger: SqliteLedger) -> None:
        ledger.account("record", "test", "key-1")
        ledger.account("record", "live", "key-2")
        with pytest.raises(UnknownAccount, match="several modes"):
            ledger.account("record", None, "token", "default")

    def test_a_key_has_one_account(self, ledger: SqliteLedger) -> None:
        ledger.account("record", "test", "key-1")
        with pytest.raises(LedgerError, match="belongs to the account 'default'"):
            ledger.account("record", "test", "key-1", "acme")

    @pytest.mark.parametrize("name", ["", "a:b", "a b", "-a", "x" * 65, "a\n"])
    def test_names(self, ledger: SqliteLedger, name: str) -> None:
        with pytest.raises(LedgerError, match="letters"):
            ledger.account("record", "test", "key-1", name)

    def test_no_key_is_kept(self, ledger: SqliteLedger) -> None:
        ledger.account("record", "test", "sk_live_CANARY")
        assert all(b"CANARY" not in file.read_bytes() for file in ledger.path.parent.iterdir())


class TestCohorts:
    def make(self, ledger: SqliteLedger, **changes: str) -> None:
        values = {"account": ACCOUNT, "template": "prog_1", "label": "May", "source": "ab12"} | changes
        ledger.create_cohort("may", **values)

    def test_a_cohort_is_made_once(self, ledger: SqliteLedger) -> None:
        self.make(ledger)
        self.make(ledger, label="another label is no other cohort")
        [cohort] = ledger.cohorts()
        assert (cohort.name, cohort.label, cohort.created_at) == ("may", "May", NOW)

    @pytest.mark.parametrize("change", ["account", "template", "source"])
    def test_another_one_of_its_name_is_refused(self, ledger: SqliteLedger, change: str) -> None:
        self.make(ledger)
        with pytest.raises(CohortConflict):
            self.make(ledger, **{change: "other"})

    def test_one_that_was_only_planned_is_forgotten(self, ledger: SqliteLedger) -> None:
        self.make(ledger)
        assert ledger.drop_cohort("may")
        assert not ledger.drop_cohort("may")
        assert ledger.cohorts() == []
        with pytest.raises(LedgerError, match="no cohort of this name"):
            ledger.claim(attempt(cohort="may"), intents(ledger, "a"))
        self.make(ledger, source="other")
        ledger.claim(attempt("t2", cohort="may"), intents(ledger, "a"))
        assert not ledger.drop_cohort("may"), "something was sent of it"
        assert [one.name for one in ledger.cohorts()] == ["may"]

    @pytest.mark.parametrize("change", ["account", "template"])
    def test_the_one_that_took_its_place_gets_none_of_its_rows(self, ledger: SqliteLedger, change: str) -> None:
        self.make(ledger)
        ledger.claim(attempt("t1"), intents(ledger, "earlier"))
        assert ledger.drop_cohort("may")
        self.make(ledger, **{change: "other"})
        with pytest.raises(CohortConflict, match="is of another account or template"):
            ledger.claim(attempt("t2", cohort="may"), intents(ledger, "a", "b"))
        with pytest.raises(CohortConflict):  # what stands in the ledger already is claimed in another way
            ledger.claim(attempt("t3", cohort="may"), intents(ledger, "earlier", "b"))
        assert (ledger.find("a"), ledger.find("b")) == ([], [])
        assert not any(ledger.cohort_counts("may").values())
        assert ledger.drop_cohort("may"), "nothing of it was sent"

    def test_counts_and_pages(self, ledger: SqliteLedger) -> None:
        self.make(ledger)
        some = intents(ledger, *"abcde")
        ledger.claim(attempt(cohort="may"), some)
        ledger.claim(attempt("t2"), intents(ledger, "not of the cohort"))
        ledger.settle("t1", [issued(some[0].fence), rejected(some[1].fence), unknown(some[2].fence)])
        assert ledger.cohort_counts("may") == {
            State.ISSUED: 1,
            State.REJECTED: 1,
            State.UNKNOWN: 1,
            State.SENDING: 2,
        }
        found = ledger.lookup([one.fence for one in some]).values()
        assert sorted((entry.row, entry.reference) for entry in found) == list(enumerate("abcde", start=1))
        assert {entry.cohort for entry in found} == {"may"}
        assert [entry.reference for entry in ledger.unsettled(cohort="may")] == ["c", "d", "e"]
        assert len(list(ledger.unsettled(ACCOUNT))) == 4
        assert list(ledger.unsettled("record:live:default")) == []

    def test_no_such_cohort(self, ledger: SqliteLedger) -> None:
        with pytest.raises(LedgerError, match="no cohort"):
            ledger.cohort_counts("june")
        with pytest.raises(LedgerError, match="no cohort"):
            ledger.claim(attempt(cohort="june"), intents(ledger, "a"))
        assert ledger.find("a") == []

    def test_unsettled_is_read_in_pages(self, ledger: SqliteLedger) -> None:
        many = intents(ledger, *(str(number) for number in range(2500)))
        ledger.claim(attempt(), many)
        assert [entry.reference for entry in ledger.unsettled()] == [str(number) for number in range(2500)]


class Interrupted:
    """A connection that is interrupted right after its first statement of a kind."""

    def __init__(self, connection: sqlite3.Connection, statement: str) -> None:
        self._connection, self._statement = connection, statement

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def execute(self, statement: str, *values: Any) -> Any:
        done = self._connection.execute(statement, *values)
        if statement.startswith(self._statement):
            raise KeyboardInterrupt
        return done


class TestManyAtOnce:
    def test_threads_claim_each_intent_once(self, ledger: SqliteLedger) -> None:
        wanted = intents(ledger, *(str(number) for number in range(60)))
        granted: list[bytes] = []

        def work(name: int) -> None:
            for number, intent in enumerate(wanted):
                if ledger.claim(attempt(f"{name}-{number}"), [intent]) == [None]:
                    granted.append(intent.fence)
                    assert ledger.settle(f"{name}-{number}", [issued(intent.fence, f"cred_{number}")]) == [True]

        threads = [threading.Thread(target=work, args=(name,)) for name in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(granted) == sorted(intent.fence for intent in wanted)

    def test_commits_are_shared(self, ledger: SqliteLedger, monkeypatch: pytest.MonkeyPatch) -> None:
        """While one commits, the others queue; the next turn writes for all of them."""
        wanted = intents(ledger, *"abcdefgh")
        statements: list[str] = []
        ledger._writer.get().set_trace_callback(statements.append)
        with ledger._writer.lock:
            threads = [
                threading.Thread(target=ledger.claim, args=(attempt(f"t-{number}"), [one]))
                for number, one in enumerate(wanted)
            ]
            for thread in threads:
                thread.start()
            while len(ledger._commits._waiting) < len(wanted):
                pass
        for thread in threads:
            thread.join()
        assert statements.count("COMMIT") == 1
        assert len(ledger.lookup([one.fence for one in wanted])) == 8

    @pytest.mark.parametrize("statement", ["BEGIN IMMEDIATE", "INSERT", "COMMIT"])
    def test_an_interruption_leaves_nothing_begun(
        self, ledger: SqliteLedger, monkeypatch: pytest.MonkeyPatch, statement: str
    ) -> None:
        """Ctrl-C right after a statement: the file is not held any more, and what nobody waits for is not done later."""
        one, other = intents(ledger, "a", "b")
        real = ledger._writer.get()
        monkeypatch.setattr(ledger._writer, "get", lambda: Interrupted(real, statement))
        with pytest.raises(KeyboardInterrupt):
            ledger.claim(attempt("t-1"), [one])
        monkeypatch.setattr(ledger._writer, "get", lambda: real)
        with SqliteLedger.open(ledger.path, patience=0.0) as elsewhere:
            assert elsewhere.claim(attempt("t-2"), [other]) == [None]
        assert ledger.claim(attempt("t-3"), [other]) != [None]
        assert (one.fence in ledger.lookup([one.fence])) is (statement == "COMMIT")

    def test_one_that_fails_does_not_spoil_the_others(self, ledger: SqliteLedger) -> None:
        [one] = intents(ledger, "a")
        errors: list[BaseException] = []

        def fail() -> None:
            try:
                ledger.settle("no such token", [issued(one.fence)])
            except LedgerError as error:
                errors.append(error)

        with ledger._writer.lock:
            threads = [threading.Thread(target=fail), threading.Thread(target=ledger.claim, args=(attempt(), [one]))]
            for thread in threads:
                thread.start()
            while len(ledger._commits._waiting) < 2:
                pass
        for thread in threads:
            thread.join()
        assert len(errors) == 1
        assert ledger.lookup([one.fence])[one.fence].state is State.SENDING

    def test_processes_claim_each_intent_once(self, tmp_path: Path) -> None:
        path = tmp_path / "shared.db"
        command = [sys.executable, "-c", _PROGRAM, str(path)]  # nobody has made the file before: all four may try
        running = [subprocess.Popen([*command, str(name)], stdout=subprocess.PIPE) for name in range(4)]
        granted = [bytes.fromhex(line) for one in running for line in one.communicate(timeout=60)[0].decode().split()]
        assert [one.returncode for one in running] == [0] * 4
        with SqliteLedger.open(path) as ledger:
            assert sorted(granted) == sorted(one.fence for one in intents(ledger, *(str(n) for n in range(40))))
            assert {entry.state for entry in ledger.lookup(granted).values()} == {State.ISSUED}

    @pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
    def test_a_forked_child_opens_its_own(self, ledger: SqliteLedger) -> None:
        first, second = intents(ledger, "a", "b")
        ledger.claim(attempt(), [first])
        pid = os.fork()
        if pid == 0:
            try:
                done = ledger.claim(attempt("t2"), [second]) == [None]
                os._exit(0 if done else 1)
            except BaseException:
                os._exit(2)
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
        assert ledger.lookup([second.fence])[second.fence].state is State.SENDING

    def test_a_ledger_that_is_held_for_too_long(self, tmp_path: Path) -> None:
        with (
            SqliteLedger.open(tmp_path / "l.db", patience=0.05) as ledger,
            SqliteLedger.open(tmp_path / "l.db") as other,
        ):
            connection = other._writer.get()
            connection.execute("BEGIN IMMEDIATE")
            with pytest.raises(LedgerBusy):
                ledger.claim(attempt(), intents(ledger, "a"))
            connection.execute("ROLLBACK")
            assert ledger.claim(attempt(), intents(ledger, "a")) == [None]

    def test_a_closed_ledger_says_so(self, ledger: SqliteLedger) -> None:
        ledger.close()
        ledger.close()
        with pytest.raises(Exception, match="closed"):
            ledger.find("a")


_PROGRAM = """
import sys
from datetime import UTC, datetime
from credkit.ledger import Attempt, Intent, Kept, Outcome, SqliteLedger, State

with SqliteLedger.open(sys.argv[1]) as ledger:
    for number in range(40):
        fence = ledger.fence("record:test:default", "prog_1", str(number), None)
        token, now = f"{sys.argv[2]}-{number}", datetime.now(UTC)
        attempt = Attempt(token=token, account="record:test:default", operation="o", sent_at=now, settles_at=now)
        if ledger.claim(attempt, [Intent(fence, "prog_1", str(number))]) == [None]:
            print(fence.hex())
            ledger.settle(token, [Outcome(fence=fence, state=State.ISSUED, credential=Kept(id=token))])
"""
