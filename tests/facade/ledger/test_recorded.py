"""Issuing and reconciling through the ledger, as applications meet it: sync and async, decisions, and a ledger that fails."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

import credkit
from credkit import Issued, IssueRequest, Person, Rejected, Unknown, sandbox
from credkit.adapters.beltic import BelticAdapter
from credkit.adapters.protocol import BatchNeeded
from credkit.adapters.record import RecordAdapter
from credkit.driving import arun, run
from credkit.ledger import Outcome, SqliteLedger, State, recorded
from credkit.ledger.errors import LedgerBusy, LedgerError, LedgerFull, NotUnsettled
from credkit.ledger.sends import CALLS, LEASE
from credkit.runtime.errors import InvalidArgument
from credkit.sending import send_all
from credkit.steps import END, Step
from credkit.ticket import Ticket
from tests.faults import canary

from .worlds import VENDORS, World, WorldClock


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(VENDORS["record"], tmp_path / "issuances.db")


@pytest.fixture
def ledger(world: World) -> Iterator[SqliteLedger]:
    with world.open() as one:
        yield one


def issue(world: World, ledger: Any, who: Sequence[int | IssueRequest], **more: Any) -> Any:
    return run(issuing(world, ledger, who, **more), world.client)


def issuing(world: World, ledger: Any, who: Sequence[int | IssueRequest], **more: Any) -> Any:
    requests = [world.vendor.request(one) if isinstance(one, int) else one for one in who]
    return recorded.issue(world.adapter, ledger, world.account(ledger), requests, clock=world.clock, **more)


def reconcile(world: World, ledger: Any, wanted: Sequence[int | IssueRequest | Unknown]) -> Any:
    items = [world.vendor.request(one) if isinstance(one, int) else one for one in wanted]
    account = world.account(ledger)
    return run(recorded.reconcile(world.adapter, ledger, account, items, clock=world.clock), world.client)


def kinds(results: Sequence[Any]) -> list[str]:
    return [type(one).__name__ for one in results]


def loses(world: World, *, committed: bool, **more: Any) -> None:
    world.simulator.faults.add(sandbox.disconnect(world.vendor.issuing, committed=committed, **more))


class TestIssuing:
    def test_a_second_call_sends_nothing(self, world: World, ledger: SqliteLedger) -> None:
        first = issue(world, ledger, [0, 1, 2, 3])
        sent = len(list(world.simulator.log))
        again = issue(world, ledger, [3, 2, 1, 0])
        assert len(list(world.simulator.log)) == sent
        assert [one.credential.id for one in again] == [one.credential.id for one in reversed(first)]
        assert [one.credential.url for one in again] == [one.credential.url for one in reversed(first)]
        assert [one.request for one in again] == [world.vendor.request(number) for number in (3, 2, 1, 0)]

    def test_a_corrected_address_is_no_second_person(self, world: World, ledger: SqliteLedger) -> None:
        [first] = issue(world, ledger, [0])
        corrected = IssueRequest("prog_1779172339924_j3pr93", Person("P. Zero", "p0@example.org"), reference="enrol-0")
        [again] = issue(world, ledger, [corrected])
        assert again.credential.id == first.credential.id

    def test_a_lost_answer_is_not_sent_again(self, world: World, ledger: SqliteLedger) -> None:
        loses(world, committed=True)
        assert kinds(issue(world, ledger, [0])) == ["Unknown"]
        sent = len(list(world.simulator.log))
        [again] = issue(world, ledger, [0])
        assert isinstance(again, Unknown)
        assert again.reason.retryable
        assert len(list(world.simulator.log)) == sent
        [settled] = reconcile(world, ledger, [again])
        assert isinstance(settled, Issued)
        assert issue(world, ledger, [0])[0].credential.id == settled.credential.id

    def test_what_was_refused_may_be_tried_again(self, world: World, ledger: SqliteLedger) -> None:
        world.simulator.faults.add(sandbox.fail(world.vendor.issuing, 400))
        [refused] = issue(world, ledger, [0])
        assert isinstance(refused, Rejected)
        assert kinds(issue(world, ledger, [0])) == ["Issued"]

    def test_two_requests_for_one_credential_are_refused(self, world: World, ledger: SqliteLedger) -> None:
        with pytest.raises(InvalidArgument, match=r"requests 1 and 2 .* same template and reference"):
            issue(world, ledger, [1, 0, 0])
        with pytest.raises(InvalidArgument, match=r"requests 0 and 1 .* give them references"):
            issue(world, ledger, [4, 4])
        assert world.commits() == {}

    def test_a_template_by_another_name_is_the_same_one(self, world: World, ledger: SqliteLedger) -> None:
        from credkit.model import Template

        issue(world, ledger, [0])
        world.adapter = RecordAdapter(templates={"mongo": Template("prog_1779172339924_j3pr93")})
        request = IssueRequest("mongo", Person("Person 000", "person0@example.com"), reference="enrol-0")
        assert kinds(issue(world, ledger, [request])) == ["Issued"]
        assert world.commits() == {"Person 000": 1}

    @pytest.mark.parametrize("claim", [object(), float("nan"), {1: 2}])
    def test_a_claim_that_is_no_json_rejects_its_request_only(self, tmp_path: Path, claim: Any) -> None:
        world = World(VENDORS["beltic"], tmp_path / "b.db")
        spoilt = IssueRequest("user", Person("Spoilt", id="did:example:77"), claims={"kyc_status": claim})
        with world.open() as ledger:
            results = issue(world, ledger, [0, spoilt, 4])
            assert kinds(results) == ["Issued", "Rejected", "Issued"]
            assert results[1].reason.code == "invalid_request"
            assert kinds(reconcile(world, ledger, [spoilt])) == ["Rejected"]

    def test_an_adapter_that_answers_too_few_has_sent(self, world: World, ledger: SqliteLedger) -> None:
        from credkit.sending import send_all

        @dataclass(frozen=True, slots=True, kw_only=True)
        class Short(RecordAdapter):
            def send(self, items: Any, send: Any) -> Any:
                return (yield from RecordAdapter.send(self, items, send))[1:]

        @dataclass(frozen=True, slots=True, kw_only=True)
        class Faulty(RecordAdapter):
            def issue(self, requests: Any, send: Any) -> Any:
                yield from RecordAdapter.issue(self, requests, send)
                raise ValueError("after sending")

        requests = [world.vendor.request(number) for number in range(4)]
        for faulty in (Short(batch_size=2), Faulty(batch_size=2)):
            found = run(send_all(faulty, requests, clock=world.clock), world.client)
            assert kinds(found) == ["Unknown"] * 4
            lost = [one for one in found if isinstance(one, Unknown)]
            assert len({(one.ticket.token, one.ticket.position) for one in lost}) == 4
            settled = run(RecordAdapter().reconcile(lost, world.clock.moment()), world.client)
            assert kinds(settled) == ["Issued"] * 4
        world.adapter = Short(batch_size=2)
        assert kinds(issue(world, ledger, [0, 1])) == ["Unknown"] * 2
        assert kinds(reconcile(world, ledger, [0, 1])) == ["Issued"] * 2

    @pytest.mark.parametrize("end", ["9999-12-31T23:59:59-05:00", "0001-01-01T00:00:00+05:00"])
    def test_a_time_beyond_the_calendar(self, world: World, ledger: SqliteLedger, end: str) -> None:
        @dataclass(frozen=True, slots=True, kw_only=True)
        class Endless(RecordAdapter):
            def send(self, items: Any, send: Any) -> Any:
                found = yield from RecordAdapter.send(self, items, send)
                at = datetime.fromisoformat(end)
                issued = [one for one in found if isinstance(one, Issued)]
                return [Issued(one.request, replace(one.credential, expires_at=at)) for one in issued]

        world.adapter = Endless()
        assert kinds(issue(world, ledger, [0])) == ["Issued"]
        [entry] = ledger.find("enrol-0")
        assert entry.credential is not None
        assert entry.credential.expires_at is not None
        assert entry.credential.expires_at.year == int(end[:4])

    def test_nothing_is_sent_long_after_its_claim(self, world: World, ledger: SqliteLedger) -> None:
        """A process that was suspended between claiming and sending might be taken for dead: somebody else may have sent."""
        slow = Slow(ledger, lambda: world.simulator.advance(LEASE.total_seconds() + 1))
        [result] = issue(world, slow, [0])
        assert isinstance(result, Rejected)
        assert result.reason.code == "not_sent"
        assert world.commits() == {}
        assert kinds(issue(world, ledger, [0])) == ["Issued"]

    def test_a_send_of_a_process_that_died_is_left_alone_until_it_is_due(
        self, world: World, ledger: SqliteLedger
    ) -> None:
        flow = issuing(world, ledger, [0])
        abandoned = flow  # kept: a dead process cleans up nothing
        effect = next(flow)
        while not hasattr(effect, "flows"):
            effect = flow.send(effect.run())
        send = next(iter(effect.flows))
        claim = next(send)
        send.send(claim.run())  # claimed, and about to send
        [entry] = ledger.find("enrol-0")
        assert entry.state is State.SENDING
        [unknown] = reconcile(world, ledger, [0])
        assert isinstance(unknown, Unknown)
        assert unknown.not_before == entry.settles_at
        world.simulator.advance((entry.settles_at - world.clock.moment()).total_seconds() + 1)
        [settled] = reconcile(world, ledger, [0])
        assert isinstance(settled, Rejected)
        assert settled.reason.code == "never_issued"
        assert kinds(issue(world, ledger, [0])) == ["Issued"]
        del abandoned


class TestAsync:
    def test_it_is_the_same_flow(self, world: World, ledger: SqliteLedger) -> None:
        async def work() -> Any:
            async with world.simulator.async_client as client:
                return await arun(issuing(world, ledger, range(11)), client)

        assert kinds(asyncio.run(work())) == ["Issued"] * 11
        assert kinds(issue(world, ledger, range(11))) == ["Issued"] * 11

    @pytest.mark.parametrize("steps", range(0, 40, 3))
    def test_a_cancelled_task_leaves_nothing_unsaid(self, world: World, ledger: SqliteLedger, steps: int) -> None:
        async def work() -> None:
            async with world.simulator.async_client as client:
                task = asyncio.create_task(arun(issuing(world, ledger, range(9)), client))
                for _ in range(steps):
                    await asyncio.sleep(0.0005)
                task.cancel()
                await asyncio.wait([task])

        asyncio.run(work())
        assert max(world.commits().values(), default=0) <= 1
        world.simulator.advance(3600)
        reconcile(world, ledger, range(9))
        assert kinds(issue(world, ledger, range(9))) == ["Issued"] * 9
        assert set(world.commits().values()) == {1}


class TestReconciling:
    def test_what_was_never_sent_is_said_to_be_so(self, world: World, ledger: SqliteLedger) -> None:
        [result] = reconcile(world, ledger, [0])
        assert isinstance(result, Rejected)
        assert (result.reason.code, result.reason.retryable) == ("never_issued", True)

    def test_settled_ones_are_answered_without_asking(self, world: World, ledger: SqliteLedger) -> None:
        issue(world, ledger, [0])
        world.simulator.faults.add(sandbox.fail(world.vendor.issuing, 400))
        issue(world, ledger, [1])
        sent = len(list(world.simulator.log))
        assert kinds(reconcile(world, ledger, [0, 1])) == ["Issued", "Rejected"]
        assert len(list(world.simulator.log)) == sent

    def test_when_the_vendor_cannot_be_asked_nothing_changes(self, world: World, ledger: SqliteLedger) -> None:
        loses(world, committed=True)
        issue(world, ledger, [0])
        world.simulator.faults.add(sandbox.fail(None, 403))
        with pytest.raises(credkit.PermissionDeniedError):
            reconcile(world, ledger, [0])
        assert ledger.find("enrol-0")[0].state is State.UNKNOWN

    def test_a_reconciliation_that_comes_too_late_says_what_holds(self, world: World, ledger: SqliteLedger) -> None:
        """While one process looks, the other one gets its answer."""
        loses(world, committed=True)
        [unknown] = issue(world, ledger, [0])
        flow = recorded.reconcile(world.adapter, ledger, world.account(ledger), [unknown], clock=world.clock)
        outcome = Outcome(fence=ledger.find("enrol-0")[0].fence, state=State.ISSUED, credential=_kept(world))
        value: Any = None
        while True:
            try:
                effect: Any = flow.send(value)
            except StopIteration as stop:
                [result] = stop.value
                break
            value = effect.run(world.client) if type(effect).__name__ == "Step" else effect.run()
            if type(effect).__name__ == "Step" and ledger.find("enrol-0")[0].state is State.UNKNOWN:
                ledger.settle(unknown.ticket.token, [outcome])
        assert isinstance(result, Issued)
        assert ledger.decisions() == []

    def test_without_requests_where_the_ticket_is_enough(self, tmp_path: Path) -> None:
        world = World(VENDORS["nchain"], tmp_path / "n.db")
        with world.open() as ledger:
            loses(world, committed=True)
            loses(world, committed=False)
            assert kinds(issue(world, ledger, range(8))) == ["Unknown"] * 8
            account = world.account(ledger)
            flow = recorded.reconcile_open(world.adapter, ledger, account, clock=world.clock)
            assert run(flow, world.client) == recorded.Settlement(issued=4, later=4)
            world.simulator.advance(3600)
            flow = recorded.reconcile_open(world.adapter, ledger, account, clock=world.clock)
            assert run(flow, world.client) == recorded.Settlement(never_issued=4)
            assert kinds(issue(world, ledger, range(8))) == ["Issued"] * 8
        assert set(world.commits().values()) == {1}

    def test_without_requests_where_it_is_not(self, world: World, ledger: SqliteLedger) -> None:
        with pytest.raises(InvalidArgument, match="needs the requests"):
            run(recorded.reconcile_open(world.adapter, ledger, "record:test:default", clock=world.clock), world.client)


class TestCertainty:
    """Never issued is said from `settles_at` on only; a credential is one intent's."""

    def test_what_is_not_there_may_still_come(self, world: World, ledger: SqliteLedger) -> None:
        world.simulator.faults.add(sandbox.fail(world.vendor.issuing, 429, retry_after=20))  # waits inside of the call
        loses(world, committed=False)
        issue(world, ledger, [0], timeout=60.0)
        [entry] = ledger.find("enrol-0")
        world.simulator.advance(world.adapter.settle_after.total_seconds() + 1)
        assert world.clock.moment() < entry.settles_at
        [early] = reconcile(world, ledger, [0])
        assert isinstance(early, Unknown)
        assert (early.reason.code, early.not_before) == ("too_early", entry.settles_at)
        assert kinds(issue(world, ledger, [0])) == ["Unknown"]
        world.simulator.advance((entry.settles_at - world.clock.moment()).total_seconds())
        [late] = reconcile(world, ledger, [0])
        assert isinstance(late, Rejected)
        assert late.reason.code == "never_issued"

    def test_without_requests_neither(self, tmp_path: Path) -> None:
        world = World(VENDORS["nchain"], tmp_path / "n.db")
        with world.open() as ledger:
            loses(world, committed=False)
            issue(world, ledger, range(4), timeout=600.0)
            world.simulator.advance(world.adapter.settle_after.total_seconds() + 1)
            flow = recorded.reconcile_open(world.adapter, ledger, world.account(ledger), clock=world.clock)
            assert run(flow, world.client) == recorded.Settlement(later=4)

    def test_without_a_ledger_it_counts_from_the_end_of_the_call(self) -> None:
        vendor = sandbox.record()
        clock = WorldClock(vendor)
        with credkit.connect("record", token=vendor.key, transport=vendor, clock=clock, timeout=900.0) as issuer:
            vendor.faults.add(sandbox.fail("issueCredentials", 429, retry_after=100))
            vendor.faults.add(sandbox.disconnect("issueCredentials", committed=False))
            [unknown] = issuer.issue([VENDORS["record"].request(0)]).unknown
            assert unknown.ticket.ended_at is not None
            assert (unknown.ticket.ended_at - unknown.ticket.sent_at).total_seconds() >= 100
            assert Ticket.from_json(unknown.ticket.to_json()) == unknown.ticket
            vendor.advance(issuer.adapter.settle_after.total_seconds() - 50)
            early = issuer.reconcile(unknown)
            assert isinstance(early, Unknown)
            assert early.not_before == unknown.ticket.ended_at + issuer.adapter.settle_after
            vendor.advance(60)
            assert isinstance(issuer.reconcile(early), Rejected)

    def test_two_who_reconcile_at_once_do_not_take_one_credential(self, tmp_path: Path) -> None:
        world = World(VENDORS["beltic"], tmp_path / "b.db")
        world.adapter = BelticAdapter(batch_size=1)
        like = [replace(world.vendor.request(0), reference=name) for name in ("one", "two")]
        with world.open() as ledger:
            loses(world, committed=True)
            issue(world, ledger, like[:1])
            loses(world, committed=False)
            issue(world, ledger, like[1:])
            world.simulator.advance(3600)
            account = world.account(ledger)
            flows = [recorded.reconcile(world.adapter, ledger, account, [one], clock=world.clock) for one in like]
            paused = _Paused(ledger)  # both look, then both write
            results = [paused.until_it_settles(flow, world.client) for flow in flows]
            settled = [finish() for finish in results]
            assert sorted(kinds([one for some in settled for one in some])) == ["Issued", "Unknown"]
            assert kinds(reconcile(world, ledger, like)) == ["Issued", "Rejected"]
        assert world.commits() == {"Person 000": 1}

    def test_an_answer_with_somebody_elses_credential_is_nobodys(
        self, world: World, ledger: SqliteLedger, caplog: pytest.LogCaptureFixture
    ) -> None:
        [first] = issue(world, ledger, [0])
        world.adapter = Naming(named=first.credential.id, batch_size=3)
        results = issue(world, ledger, [1, 2])
        assert kinds(results) == ["Unknown", "Issued"]
        assert "belongs to another intent" in caplog.text
        assert [ledger.find(f"enrol-{at}")[0].state.value for at in range(3)] == ["issued", "sending", "issued"]
        world.adapter = RecordAdapter(batch_size=3)
        world.simulator.advance(3600)
        [found] = reconcile(world, ledger, [1])
        assert found.credential.id == world.ids()["Person 001"]

    def test_an_id_that_settles_nothing_is_not_kept(self, world: World, ledger: SqliteLedger) -> None:
        """One that somebody mistyped must not keep every later look from the list."""
        loses(world, committed=True)
        [unknown] = issue(world, ledger, [0])
        batch = list(world.simulator.state.batches)[-1]
        [typo] = reconcile(world, ledger, [unknown.known_as("rec_typo", batch_id=batch)])
        assert isinstance(typo, Unknown)
        [later] = issue(world, ledger, [0])
        assert later.ticket.credential_id is None
        assert kinds(reconcile(world, ledger, [later])) == ["Issued"]

    def test_an_erased_persons_credential_is_nobody_elses(self, tmp_path: Path) -> None:
        world = World(VENDORS["beltic"], tmp_path / "b.db")
        like = [replace(world.vendor.request(0), reference=name) for name in ("one", "two")]
        with world.open() as ledger:
            issue(world, ledger, like[:1])
            ledger.erase("one")
            loses(world, committed=False)
            issue(world, ledger, like[1:])
            world.simulator.advance(3600)
            [second] = reconcile(world, ledger, like[1:])
            assert isinstance(second, Rejected)
            assert second.reason.code == "never_issued"


class TestOneAfterTheOther:
    """What came of a send is written down together with the claim of the next."""

    @pytest.fixture
    def world(self, world: World) -> World:
        world.adapter = RecordAdapter(batch_size=1, concurrency=1)
        return world

    def test_it_is_one_commit_more_than_there_are_sends(self, world: World, ledger: SqliteLedger) -> None:
        watched = Watched(ledger)
        assert kinds(issue(world, watched, range(5))) == ["Issued"] * 5
        calls = [watched.calls[name] for name in ("claim", "settle_and_claim", "settle")]
        assert calls == [1, 4, 1]
        assert {entry.state for number in range(4) for entry in ledger.find(f"enrol-{number}")} == {State.ISSUED}

    @pytest.mark.parametrize("fails", ["it cannot", "the disk is full"])
    def test_where_that_cannot_be_each_is_done_by_itself(self, world: World, ledger: SqliteLedger, fails: str) -> None:
        class Full(Watched):
            def settle_and_claim(self, *_: Any) -> bool:
                raise LedgerError(fails)

        watched = Apart(ledger) if fails == "it cannot" else Full(ledger)
        loses(world, committed=True, after=2)
        assert kinds(issue(world, watched, range(5))) == ["Issued", "Issued", "Unknown", "Issued", "Issued"]
        freed = 0 if fails == "it cannot" else 4  # it may have failed after all was written
        assert (watched.calls["claim"], watched.calls["settle"]) == (5, 5 + freed)
        assert set(world.commits().values()) == {1}

    def test_what_stands_in_the_way_of_the_next_leaves_the_last_alone(self, world: World, ledger: SqliteLedger) -> None:
        [second] = issue(world, ledger, [1])
        results = issue(world, ledger, [0, 1, 2])
        assert [one.credential.id for one in results] == [world.ids()[f"Person 00{number}"] for number in range(3)]
        assert results[1].credential.id == second.credential.id
        assert set(world.commits().values()) == {1}

    def test_a_credential_of_another_leaves_the_next_alone(self, world: World, ledger: SqliteLedger) -> None:
        [first] = issue(world, ledger, [0])
        world.adapter = Naming(named=first.credential.id, batch_size=1, concurrency=1)
        assert kinds(issue(world, ledger, [1, 2, 3])) == ["Unknown"] * 3
        world.adapter = RecordAdapter(batch_size=1, concurrency=1)
        assert kinds(issue(world, ledger, [1, 4])) == ["Unknown", "Issued"]

    def test_a_claim_that_fails_leaves_the_last_alone(self, world: World, ledger: SqliteLedger) -> None:
        class Busy(Watched):
            def settle_and_claim(self, *_: Any) -> bool:
                raise LedgerBusy("it is in use elsewhere")

            def claim(self, attempt: Any, intents: Any) -> Any:
                if intents[0].reference == "enrol-1":
                    raise LedgerBusy("it is in use elsewhere")
                return self._ledger.claim(attempt, intents)

        results = issue(world, Busy(ledger), [0, 1, 2])
        assert kinds(results) == ["Issued", "Rejected", "Issued"]
        assert results[1].reason.retryable
        assert ledger.find("enrol-1") == []

    def test_a_process_that_stood_still_does_not_send(self, world: World, ledger: SqliteLedger) -> None:
        slow = Slow(ledger, lambda: world.simulator.advance(LEASE.total_seconds() + 1), method="settle_and_claim")
        results = issue(world, slow, [0, 1])
        assert kinds(results) == ["Issued", "Rejected"]
        assert results[1].reason.code == "not_sent"
        assert world.commits() == {"Person 000": 1}
        assert [ledger.find(f"enrol-{number}")[0].state for number in (0, 1)] == [State.ISSUED, State.REJECTED]

    @pytest.mark.parametrize("deliver", [None, credkit.Channel.EMAIL])
    def test_offers_are_handed_over_before_the_next_is_claimed(
        self, tmp_path: Path, deliver: credkit.Channel | None
    ) -> None:
        """Somebody who is slow to take e-mails must not make a claim wait that is good for a minute."""
        world = World(VENDORS["nchain"], tmp_path / "n.db")
        world.adapter = replace(world.adapter, batch_size=1, concurrency=1)
        with world.open() as ledger:
            watched = Watched(ledger)
            assert kinds(issue(world, watched, range(3), deliver=deliver)) == ["Issued"] * 3
            assert (watched.calls["claim"], watched.calls["settle_and_claim"], watched.calls["settle"]) == (3, 0, 3)

    def test_an_interrupt_begins_nothing_more(self, world: World, ledger: SqliteLedger) -> None:
        @dataclass(frozen=True, slots=True, kw_only=True)
        class Interrupted(RecordAdapter):
            def issue(self, requests: Any, send: Any) -> Any:
                if requests[0].reference == "enrol-2":
                    raise KeyboardInterrupt
                return (yield from RecordAdapter.issue(self, requests, send))

        world.adapter = Interrupted(batch_size=1, concurrency=2)
        everybody = [replace(world.vendor.request(0), reference=f"enrol-{number}") for number in range(100)]
        with pytest.raises(KeyboardInterrupt):
            issue(world, ledger, everybody)
        states = [entry.state for one in everybody for entry in ledger.find(str(one.reference))]
        assert 2 < len(states) < 100
        assert states.count(State.UNKNOWN) == 1, "who was interrupted; what others had begun they have finished"
        assert sum(world.commits().values()) == states.count(State.ISSUED)
        assert states.count(State.REJECTED) <= 1, "claimed in the same moment, and not sent"
        assert len(states) == 1 + states.count(State.ISSUED) + states.count(State.REJECTED)


class TestWhatStands:
    """A call in which something fails says of everybody how they stand, and not of those who have a credential that there is none."""

    @pytest.mark.parametrize("size", [1, 3])
    @pytest.mark.parametrize("fault", ["busy", "closed", "full"])
    def test_what_was_issued_before_is_not_rejected(
        self, world: World, ledger: SqliteLedger, size: int, fault: str
    ) -> None:
        @dataclass(frozen=True, slots=True, kw_only=True)
        class Closed(RecordAdapter):
            def issue(self, requests: Any, send: Any) -> Any:
                if fault == "closed" and requests[0].reference == "enrol-2":
                    raise credkit.ClientClosed("the client was closed")
                return (yield from RecordAdapter.issue(self, requests, send))

        class Busy(Apart):
            def claim(self, attempt: Any, intents: Any) -> Any:
                if fault != "closed" and {"enrol-2", "enrol-3"} & {one.reference for one in intents}:
                    raise LedgerBusy("in use elsewhere") if fault == "busy" else LedgerFull("the disk is full")
                return self._ledger.claim(attempt, intents)

        world.adapter = RecordAdapter(batch_size=3)
        [before] = issue(world, ledger, [3])
        world.adapter = Closed(batch_size=size, concurrency=1)
        results = issue(world, Busy(ledger), [0, 1, 6, 2, 3, 7])
        first, third = ["Issued"] * 3, "Issued" if size == 1 else "Rejected"
        assert kinds(results) == [*first, "Rejected", "Issued", third]
        assert results[4].credential.id == before.credential.id
        assert results[3].reason.code == "not_sent"

    def test_where_nothing_can_be_read_nobody_is_rejected(self, world: World, ledger: SqliteLedger) -> None:
        class Gone(Apart):
            def claim(self, attempt: Any, intents: Any) -> Any:
                if intents[0].reference == "enrol-3":
                    raise LedgerBusy("in use elsewhere")
                return self._ledger.claim(attempt, intents)

            def lookup(self, _: Any) -> Any:
                raise LedgerBusy("in use elsewhere")

        world.adapter = RecordAdapter(batch_size=1)
        issue(world, ledger, [3])
        results = issue(world, Gone(ledger), [2, 3])
        assert kinds(results) == ["Issued", "Unknown"]
        assert (results[1].reason.code, results[1].reason.retryable) == ("ledger_unreadable", True)
        assert kinds(reconcile(world, ledger, [results[1]])) == ["Issued"]
        account = world.account(ledger)
        decided = recorded.settle(world.adapter, ledger, account, results[1], issued=None, by="ada", why="seen")
        with pytest.raises(NotUnsettled, match="issue it again"):
            run(decided, world.client)
        stranger = replace(results[1], request=world.vendor.request(7))  # nothing was sent for it
        [never] = reconcile(world, ledger, [stranger])
        assert (type(never), never.reason.code) == (Rejected, "never_issued")

    def test_where_nothing_was_sent_the_error_comes_out(self, world: World, ledger: SqliteLedger) -> None:
        issue(world, ledger, [3])
        with pytest.raises(LedgerBusy):
            issue(world, Failing(ledger, "claim", LedgerBusy("in use elsewhere")), [2, 3])

    def test_a_note_of_another_version_costs_nobody_a_result(self, world: World, ledger: SqliteLedger) -> None:
        loses(world, committed=True)
        [lost] = issue(world, ledger, [1])
        [entry] = ledger.find("enrol-1")
        assert entry.ticket is not None
        newer = Outcome(entry.fence, State.UNKNOWN, code="answer_lost", ticket=entry.ticket.replace('"v":1', '"v":2'))
        assert ledger.settle(entry.token, [newer]) == [True]
        world.adapter = RecordAdapter(batch_size=1)
        results = issue(world, ledger, [0, 1, 2])
        assert kinds(results) == ["Issued", "Unknown", "Issued"]
        assert results[1].ticket.token == lost.ticket.token
        assert kinds(reconcile(world, ledger, [1])) == ["Issued"]

    def test_an_adapter_that_sends_nothing_at_once(self, world: World, ledger: SqliteLedger) -> None:
        world.adapter = replace(world.adapter, batch_size=1)
        object.__setattr__(world.adapter, "concurrency", 0)
        assert kinds(issue(world, ledger, [0, 1])) == ["Issued"] * 2


class TestCancelling:
    """Whoever is cancelled, or interrupted, writes down first that the answer was lost: nobody sends any more, and it can be looked up."""

    @pytest.mark.parametrize("committed", [True, False])
    def test_it_can_be_looked_up_at_once(self, world: World, ledger: SqliteLedger, committed: bool) -> None:
        @dataclass(frozen=True, slots=True, kw_only=True)
        class Hanging(RecordAdapter):
            def issue(self, requests: Any, send: Any) -> Any:
                if committed:
                    yield from RecordAdapter.issue(self, requests, send)
                yield Step(lambda _: hang())

        async def hang() -> None:
            hanging.set()
            await asyncio.sleep(60)

        async def main() -> None:
            task = asyncio.create_task(arun(issuing(world, ledger, [0, 1]), world.client))
            await hanging.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

        hanging = asyncio.Event()
        adapter, world.adapter = world.adapter, Hanging(batch_size=3)
        asyncio.run(main())
        world.adapter = adapter
        entries = [entry for number in (0, 1) for entry in ledger.find(f"enrol-{number}")]
        assert [(entry.state, entry.code) for entry in entries] == [(State.UNKNOWN, "answer_lost")] * 2
        assert kinds(reconcile(world, ledger, [0, 1])) == ["Issued" if committed else "Unknown"] * 2
        assert kinds(issue(world, ledger, [0, 1])) == ["Issued" if committed else "Unknown"] * 2
        world.simulator.advance(3600)
        assert kinds(reconcile(world, ledger, [0, 1])) == ["Issued" if committed else "Rejected"] * 2
        assert kinds(issue(world, ledger, [0, 1])) == ["Issued"] * 2
        assert set(world.commits().values()) == {1}

    def test_a_claim_that_nobody_uses_is_freed(self, world: World, ledger: SqliteLedger) -> None:
        """Cancelled between the claim and the send: in DIDX, a person would have to look for what was never sent."""
        began = threading.Event()

        class Waiting(Watched):
            def claim(self, *args: Any) -> Any:
                began.set()
                time.sleep(0.2)
                return self._ledger.claim(*args)

            def settle_and_claim(self, *args: Any) -> Any:
                began.set()
                time.sleep(0.2)
                return self._ledger.settle_and_claim(*args)

        async def main() -> None:
            world.adapter = RecordAdapter(batch_size=1, concurrency=1)
            for sent in range(2):  # the first is cancelled in its claim, the other in settling with the next claim
                task = asyncio.create_task(arun(issuing(world, Waiting(ledger), [0, 1, 2]), world.client))
                for _ in range(1 + sent):
                    await asyncio.to_thread(began.wait)
                    began.clear()
                task.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await task
                assert sum(world.commits().values()) == sent
                states = [entry.state for number in range(3) for entry in ledger.find(f"enrol-{number}")]
                assert states == [[State.REJECTED], [State.ISSUED, State.REJECTED]][sent]

        asyncio.run(main())
        assert kinds(issue(world, ledger, [0, 1, 2])) == ["Issued"] * 3

    @pytest.mark.parametrize("known", [False, True])
    def test_an_answer_that_was_heard_is_kept(self, world: World, ledger: SqliteLedger, known: bool) -> None:
        """Interrupted while it is written down with the next claim, whether that would be granted or not."""

        class Interrupted(Watched):
            def settle_and_claim(self, *args: Any) -> Any:
                if not known:
                    raise KeyboardInterrupt
                assert not self._ledger.settle_and_claim(*args), "the next one stands already"
                raise KeyboardInterrupt

        world.adapter = RecordAdapter(batch_size=1, concurrency=1)
        if known:
            issue(world, ledger, [1])
        with pytest.raises(KeyboardInterrupt):
            issue(world, Interrupted(ledger), [0, 1, 2])
        [entry] = ledger.find("enrol-0")
        assert entry.state is State.ISSUED
        assert entry.credential is not None
        assert entry.credential.id == world.ids()["Person 000"]
        assert ledger.find("enrol-2") == []

    def test_an_answer_is_written_down_once_more(self, world: World, ledger: SqliteLedger) -> None:
        class Interrupted(Watched):
            def settle(self, *args: Any) -> Any:
                if self.calls["settle"] == 1:
                    raise KeyboardInterrupt
                return self._ledger.settle(*args)

            def __getattribute__(self, name: str) -> Any:
                if name == "settle":
                    self.calls[name] += 1
                return super().__getattribute__(name)

        with pytest.raises(KeyboardInterrupt):
            issue(world, Interrupted(ledger), [0])
        assert ledger.find("enrol-0")[0].state is State.ISSUED

    def test_what_was_claimed_after_ctrl_c_is_not_sent(self, world: World, ledger: SqliteLedger) -> None:
        stop: list[Any] = []

        class Late(Watched):
            def settle_and_claim(self, *args: Any) -> Any:
                stop[0]()
                return self._ledger.settle_and_claim(*args)

        world.adapter = RecordAdapter(batch_size=1, concurrency=1)
        flow = issuing(world, Late(ledger), [0, 1, 2])
        effect = flow.send(next(flow).run())
        stop.append(effect.stop)
        run(next(iter(effect.flows)), world.client)
        assert world.commits() == {"Person 000": 1}
        states = [entry.state for number in range(3) for entry in ledger.find(f"enrol-{number}")]
        assert states == [State.ISSUED, State.REJECTED]

    def test_where_even_that_is_not_written_it_stays_claimed(self, world: World, ledger: SqliteLedger) -> None:
        @dataclass(frozen=True, slots=True, kw_only=True)
        class Interrupted(RecordAdapter):
            def issue(self, requests: Any, send: Any) -> Any:
                yield from RecordAdapter.issue(self, requests, send)
                raise KeyboardInterrupt

        world.adapter = Interrupted(batch_size=3, concurrency=1)
        with pytest.raises(KeyboardInterrupt):
            issue(world, Failing(ledger, "settle", LedgerError("the disk is full")), [0])
        assert ledger.find("enrol-0")[0].state is State.SENDING
        with pytest.raises(KeyboardInterrupt):
            issue(world, ledger, [1])
        assert ledger.find("enrol-1")[0].state is State.UNKNOWN

    def test_what_is_dropped_asks_for_nothing_more(self, world: World, ledger: SqliteLedger) -> None:
        flow = issuing(world, ledger, [0])
        workers = flow.send(next(flow).run())
        [worker] = list(workers.flows)[:1]
        assert isinstance(worker.send(next(worker).run()), Step), "claimed, and about to send"
        worker.close()
        assert ledger.find("enrol-0")[0].state is State.SENDING


class TestHandingOver:
    @pytest.fixture
    def world(self, tmp_path: Path) -> World:
        return World(VENDORS["nchain"], tmp_path / "n.db")

    def test_nobody_is_told_of_what_is_not_on_disk(self, world: World, ledger: SqliteLedger) -> None:
        failing = Failing(ledger, "settle", LedgerError("the disk is full"))
        results = issue(world, failing, range(4), deliver=credkit.Channel.EMAIL)
        assert kinds(results) == ["Issued"] * 4
        assert world.simulator.outbox.emails == []

    def test_it_is_written_down_at_once_and_only_where_something_changed(
        self, world: World, ledger: SqliteLedger
    ) -> None:
        watched = Watched(ledger)
        assert kinds(issue(world, watched, range(8))) == ["Issued"] * 8
        assert watched.calls["refresh_all"] == watched.calls["refresh"] == 0, "nothing that is kept has changed"
        assert kinds(issue(world, watched, range(8, 16), deliver=credkit.Channel.EMAIL)) == ["Issued"] * 8
        assert (watched.calls["refresh_all"], watched.calls["refresh"]) == (2, 0), "once for a send"
        [entry] = ledger.find("enrol-8")
        assert entry.credential is not None
        assert entry.credential.delivery == "email:sent"

    @pytest.mark.parametrize("fault", ["another request", "another credential", "no delivery", "too few", "raises"])
    @pytest.mark.parametrize("with_ledger", [True, False])
    def test_a_fault_of_the_adapter_changes_no_result(
        self, world: World, ledger: SqliteLedger, caplog: pytest.LogCaptureFixture, fault: str, with_ledger: bool
    ) -> None:
        @dataclass(frozen=True, slots=True, kw_only=True)
        class Faulty(RecordAdapter):
            def hand_over(self, results: Any, send: Any) -> Any:
                yield from ()
                first = results[0]
                match fault:
                    case "another request":
                        return [Issued(world.vendor.request(9), first.credential), *results[1:]]
                    case "another credential":
                        return [Issued(first.request, replace(first.credential, id="x")), *results[1:]]
                    case "no delivery":
                        return [Issued(first.request, replace(first.credential, delivery="sent")), *results[1:]]
                    case "too few":
                        return results[1:]
                    case _:
                        raise AttributeError("CANARY")

        record = World(VENDORS["record"], world.path.with_name("r.db"))
        record.adapter = Faulty(batch_size=3)
        requests = [record.vendor.request(at) for at in range(3)]
        if with_ledger:
            with record.open() as book:
                results = issue(record, book, requests)
                assert {book.find(f"enrol-{at}")[0].state for at in range(3)} == {State.ISSUED}
        else:
            results = run(send_all(record.adapter, requests, clock=record.clock), record.client)
        issued = [one for one in results if isinstance(one, Issued)]
        assert [one.credential.id for one in issued] == [record.ids()[f"Person 00{at}"] for at in range(3)]
        assert [one.request for one in results] == requests
        assert "CANARY" not in caplog.text
        assert ("could not be handed over" in caplog.text) == (fault in ("too few", "raises"))


class TestDeciding:
    @pytest.fixture
    def world(self, tmp_path: Path) -> World:
        return World(VENDORS["didx"], tmp_path / "d.db")

    def decide(self, world: World, ledger: SqliteLedger, issued: str | None) -> Any:
        [entry] = ledger.find("enrol-0")
        flow = recorded.decide(world.adapter, ledger, entry, issued=issued, by="ada", why="seen in the portal")
        return run(flow, world.client)

    def test_somebody_names_the_credential(self, world: World, ledger: SqliteLedger) -> None:
        loses(world, committed=True)
        issue(world, ledger, [0])
        [unknown] = reconcile(world, ledger, [0])
        assert unknown.needs_person
        entry = self.decide(world, ledger, world.ids()["Person 000"])
        assert entry.credential is not None
        assert (entry.state, entry.credential.status) == (State.ISSUED, "offered")
        [decision] = ledger.decisions()
        assert (decision.by, decision.why) == ("ada", "seen in the portal")
        assert kinds(issue(world, ledger, [0])) == ["Issued"]
        assert world.commits() == {"Person 000": 1}

    def test_a_webhook_names_it(self, world: World, ledger: SqliteLedger) -> None:
        loses(world, committed=True)
        [unknown] = issue(world, ledger, [0])
        [settled] = reconcile(world, ledger, [unknown.known_as(world.ids()["Person 000"])])
        assert isinstance(settled, Issued)
        assert ledger.find("enrol-0")[0].state is State.ISSUED

    def test_an_id_that_the_vendor_does_not_know_settles_nothing(self, world: World, ledger: SqliteLedger) -> None:
        loses(world, committed=True)
        issue(world, ledger, [0])
        with pytest.raises(InvalidArgument, match="no credential of this id"):
            self.decide(world, ledger, "iss_mistyped")
        assert ledger.find("enrol-0")[0].state is State.UNKNOWN

    def test_nor_does_somebody_elses(self, world: World, ledger: SqliteLedger) -> None:
        [other] = issue(world, ledger, [1])
        loses(world, committed=True)
        issue(world, ledger, [0])
        with pytest.raises(InvalidArgument, match="another intent"):
            self.decide(world, ledger, other.credential.id)

    @pytest.mark.parametrize("id_", ["", " ", "iss_1 ", "iss\x1b[1m", "a\nb"])
    def test_what_is_no_id_settles_nothing(self, world: World, ledger: SqliteLedger, id_: str) -> None:
        loses(world, committed=True)
        issue(world, ledger, [0])
        with pytest.raises(InvalidArgument, match="printable"):
            self.decide(world, ledger, id_)
        assert ledger.find("enrol-0")[0].state is State.UNKNOWN

    def test_an_id_that_cannot_be_asked_for_settles_nothing(self, tmp_path: Path) -> None:
        world = World(VENDORS["nchain"], tmp_path / "n.db")
        with world.open() as ledger:
            loses(world, committed=True)
            issue(world, ledger, [0])
            with pytest.raises(InvalidArgument, match="UUID"):
                self.decide(world, ledger, "seen-it")
            assert ledger.find("enrol-0")[0].state is State.UNKNOWN

    def test_a_batch_to_look_in(self, tmp_path: Path) -> None:
        world = World(VENDORS["record"], tmp_path / "r.db")
        with world.open() as ledger:
            loses(world, committed=True)
            issue(world, ledger, [0])
            [entry] = ledger.find("enrol-0")
            batch = list(world.simulator.state.batches)[-1]

            def decide(id_: str) -> Any:
                seen: Any = {"issued": id_, "batch_id": batch, "by": "ada", "why": "seen"}
                return run(recorded.decide(world.adapter, ledger, entry, **seen), world.client)

            with pytest.raises(InvalidArgument, match="no credential of this id"):
                decide("cred_mistyped")
            with pytest.raises(BatchNeeded, match="batch_id"):
                self.decide(world, ledger, "cred_mistyped")
            assert ledger.find("enrol-0")[0].state is State.UNKNOWN
            assert decide(world.ids()["Person 000"]).credential.status == "issued"

    def test_one_credential_settles_one_intent(self, world: World, ledger: SqliteLedger) -> None:
        [other] = issue(world, ledger, [1])
        loses(world, committed=True, times=2)
        unknown = issue(world, ledger, [0, 2])
        [settled] = reconcile(world, ledger, [unknown[0].known_as(other.credential.id)])
        assert isinstance(settled, Unknown)
        same = world.ids()["Person 000"]
        both = reconcile(world, ledger, [one.known_as(same) for one in unknown])
        assert kinds(both) == ["Unknown", "Unknown"]
        assert kinds(reconcile(world, ledger, [unknown[0].known_as(same)])) == ["Issued"]
        assert kinds(reconcile(world, ledger, [unknown[1].known_as(same)])) == ["Unknown"]

    def test_never_has_to_wait_and_then_it_may_be_sent(self, world: World, ledger: SqliteLedger) -> None:
        loses(world, committed=False)
        issue(world, ledger, [0])
        with pytest.raises(NotUnsettled, match="under way"):
            self.decide(world, ledger, None)
        world.simulator.advance(3600)
        assert self.decide(world, ledger, None).code == "never_issued"
        assert kinds(issue(world, ledger, [0])) == ["Issued"]

    def test_a_decision_is_taken_back_and_the_vendor_asked(self, tmp_path: Path) -> None:
        world = World(VENDORS["record"], tmp_path / "r.db")
        with world.open() as ledger:
            loses(world, committed=True)
            issue(world, ledger, [0])
            world.simulator.advance(3600)
            [entry] = ledger.find("enrol-0")
            ledger.decide(entry.fence, issued=None, by="ada", why="looked in the wrong account")
            ledger.take_back(entry.fence, by="ada", why="it was the wrong account")
            assert kinds(issue(world, ledger, [0])) == ["Unknown"]
            assert kinds(reconcile(world, ledger, [0])) == ["Issued"]
        assert world.commits() == {"Person 000": 1}


class TestALedgerThatFails:
    def test_nothing_is_sent_when_nothing_can_be_written(self, world: World, ledger: SqliteLedger) -> None:
        with pytest.raises(LedgerBusy):
            issue(world, Failing(ledger, "claim", LedgerBusy("held")), [0, 1, 2, 3])
        assert world.commits() == {}
        assert kinds(issue(world, ledger, [0, 1, 2, 3])) == ["Issued"] * 4

    def test_some_were_sent_before(self, world: World, ledger: SqliteLedger) -> None:
        failing = Failing(ledger, "claim", LedgerError("the disk is full"), after=1)
        results = issue(world, failing, range(4))
        assert sorted(kinds(results)) == ["Issued"] * len(world.commits()) + ["Rejected"] * (4 - len(world.commits()))
        assert kinds(issue(world, ledger, range(4))) == ["Issued"] * 4
        assert set(world.commits().values()) == {1}

    def test_what_the_vendor_said_is_true_even_if_it_cannot_be_written(
        self, world: World, ledger: SqliteLedger, caplog: pytest.LogCaptureFixture
    ) -> None:
        with caplog.at_level(logging.ERROR, "credkit.ledger"):
            [result] = issue(world, Failing(ledger, "settle", LedgerError("the disk is full")), [0])
        assert isinstance(result, Issued)
        assert "could not be written down" in caplog.text
        assert kinds(issue(world, ledger, [0])) == ["Unknown"], "not sent again"
        world.simulator.advance(3600)
        assert kinds(reconcile(world, ledger, [0])) == ["Issued"]
        assert world.commits() == {"Person 000": 1}

    def test_what_cannot_be_read_after_a_send_is_not_taken_for_one_that_was_not_made(
        self, world: World, ledger: SqliteLedger, caplog: pytest.LogCaptureFixture
    ) -> None:
        """One answer names somebody else's credential, so that the ledger is asked how all of them stand, and does not answer."""
        [first] = issue(world, ledger, [0])
        world.adapter = Naming(named=first.credential.id, batch_size=3)
        results = issue(world, Failing(ledger, "lookup", LedgerBusy("it is in use elsewhere")), [1, 2, 3])
        assert kinds(results) == ["Unknown", "Issued", "Issued"]
        assert "could not be read: LedgerBusy" in caplog.text
        world.adapter = RecordAdapter(batch_size=3)
        world.simulator.advance(3600)
        [found] = reconcile(world, ledger, [results[0]])
        assert found.credential.id == world.ids()["Person 001"]
        assert set(world.commits().values()) == {1}

    def test_an_adapter_that_breaks_leaves_it_open(self, world: World, ledger: SqliteLedger) -> None:
        world.adapter = Broken(world.adapter)
        [result] = issue(world, ledger, [0])
        assert isinstance(result, Unknown)
        assert ledger.find("enrol-0")[0].state is State.UNKNOWN

    def test_a_client_that_cannot_be_used_frees_the_intents(self, world: World, ledger: SqliteLedger) -> None:
        world.client.close()
        with pytest.raises(credkit.ClientClosed):
            issue(world, ledger, [0, 1, 2, 3])
        assert {entry.state for number in range(4) for entry in ledger.find(f"enrol-{number}")} <= {State.REJECTED}


class TestPrivacy:
    def test_the_file_holds_what_the_page_says_and_nothing_else(self, tmp_path: Path) -> None:
        """docs/privacy.md: id, URL, batch, status and reference; no name, no address, no claim, no offer, no API key."""
        for vendor in VENDORS.values():
            world = World(vendor, tmp_path / f"{vendor.name}.db")
            with world.open() as ledger, canary.trapped_logs() as trap:
                world.simulator.faults.add(sandbox.disconnect(vendor.issuing, committed=True, after=1))
                results = issue(world, ledger, range(9))
                text = repr(results) + repr(list(ledger.unsettled())) + repr(ledger)
                assert {"Issued", "Unknown"} <= set(kinds(results))
                offers = [
                    one.credential.offer.uri.reveal()
                    for one in results
                    if isinstance(one, Issued) and one.credential.offer is not None
                ]
                stored = b"".join(file.read_bytes() for file in tmp_path.iterdir() if file.suffix != ".key")
            needles = ["@example.com", "Person 00", "Welding", "approved", world.simulator.key, *offers]
            assert [needle for needle in needles if needle.encode() in stored] == []
            assert [needle for needle in needles if needle in text + "".join(trap.lines)] == []
            assert b"enrol-3" in stored


class Slow:
    """A ledger whose claims are followed by a long pause."""

    def __init__(self, ledger: SqliteLedger, pause: Any, method: str = "claim") -> None:
        self._ledger, self._pause, self._method = ledger, pause, method

    def __getattr__(self, name: str) -> Any:
        return self._slowly if name == self._method else getattr(self._ledger, name)

    def _slowly(self, *args: Any) -> Any:
        granted = getattr(self._ledger, self._method)(*args)
        self._pause()
        return granted


class Failing:
    """A ledger in which one method fails, after some calls that do not."""

    def __init__(self, ledger: SqliteLedger, method: str, error: Exception, after: int = 0) -> None:
        self._ledger, self._method, self._error, self._after = ledger, method, error, after

    def __getattr__(self, name: str) -> Any:
        if name == self._method:
            self._after -= 1
            if self._after < 0:
                return self._fail
        return getattr(self._ledger, name)

    def _fail(self, *_: Any) -> Any:
        raise self._error


class Watched:
    """A ledger that counts its calls."""

    def __init__(self, ledger: SqliteLedger) -> None:
        self._ledger, self.calls = ledger, Counter[str]()

    def __getattr__(self, name: str) -> Any:
        self.calls[name] += 1
        return getattr(self._ledger, name)


class Apart(Watched):
    """A ledger that cannot settle and claim together."""

    def settle_and_claim(self, *_: Any) -> bool:
        return False


class _Paused:
    """Flows that stand still right before they settle."""

    def __init__(self, ledger: SqliteLedger) -> None:
        self._ledger = ledger

    def until_it_settles(self, flow: Any, client: Any) -> Any:
        value: Any = None
        looked = False
        while True:
            effect: Any = flow.send(value)
            kind = type(effect).__name__
            if kind == "Blocking" and looked:
                return lambda: self._finish(flow, effect, client)
            if kind == "Together":
                value, looked = [run(one, client) for one in effect.flows], True
            elif kind == "Step":
                value = effect.run(client)
            elif kind == "Next":
                value, looked = next(effect.iterator, END), True
            else:
                value = effect.run()

    def _finish(self, flow: Any, effect: Any, client: Any) -> Any:
        def rest() -> Any:
            value = effect.run()
            while True:
                try:
                    value = yield flow.send(value)
                except StopIteration as stop:
                    return stop.value

        return run(rest(), client)


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming(RecordAdapter):
    """An adapter whose vendor names one credential as the first of every answer."""

    named: str

    def send(self, items: Any, send: Any) -> Any:
        found = yield from RecordAdapter.send(self, items, send)
        assert isinstance(found[0], Issued)
        return [Issued(found[0].request, replace(found[0].credential, id=self.named)), *found[1:]]


class Broken:
    """An adapter that breaks after its vendor has acted."""

    def __init__(self, adapter: Any) -> None:
        self._adapter = adapter

    def __getattr__(self, name: str) -> Any:
        return getattr(self._adapter, name)

    def issue(self, requests: Any, send: Any) -> Any:
        yield from self._adapter.issue(requests, send)
        raise AttributeError("a fault of the adapter")


def _kept(world: World) -> Any:
    from credkit.ledger import Kept

    return Kept(id=world.ids()["Person 000"])


def test_fences_that_were_looked_up_before_are_claimed_all_the_same(world: World, ledger: SqliteLedger) -> None:
    """Between the look and the claim somebody else has issued one of them."""
    account, who = world.account(ledger), [world.vendor.request(at) for at in range(3)]
    fences = [recorded.fence(world.adapter, ledger, account, one) for one in who]
    [before] = issue(world, ledger, [1])
    results = issue(world, ledger, who, fences=fences)
    assert kinds(results) == ["Issued"] * 3
    assert results[1].credential.id == before.credential.id == world.ids()["Person 001"]
    assert sorted(name for name in world.ids() if name.startswith("Person ")) == [
        "Person 000",
        "Person 001",
        "Person 002",
    ]


def test_a_client_that_waits_longer_is_given_longer(tmp_path: Path) -> None:
    """`settles_at` follows the client's own timeout: before that, nobody takes its sends for dead."""
    vendor = sandbox.record()
    request = IssueRequest("prog_1779172339924_j3pr93", Person("Alice Johnson", "alice@example.com"), reference="a")
    for name, timeout in (("short", 10.0), ("long", 100.0)):
        path = tmp_path / f"{name}.db"
        with credkit.connect("record", token=vendor.key, transport=vendor, ledger=path, timeout=timeout) as issuer:
            issuer.issue([request])
        with SqliteLedger.open(path) as ledger:
            [entry] = ledger.find("a")
            whole = LEASE.total_seconds() + CALLS * timeout + issuer.adapter.settle_after.total_seconds()
            assert (entry.settles_at - entry.sent_at).total_seconds() == whole
