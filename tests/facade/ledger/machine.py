"""The state machine: processes issue, crash, are cancelled and look up through one ledger while the vendor fails in every way;
whatever happens, an intent has one credential at most, and every intent is accounted for."""

from __future__ import annotations

import random
import shutil
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from credkit import sandbox
from credkit.ledger import Entry, Kept, SqliteLedger, State, recorded
from credkit.model import IssueRequest
from credkit.results import Issued, Rejected, Result, Unknown
from credkit.runtime.errors import ApiError
from credkit.sandbox.faults import Fault
from credkit.steps import Flow

from .driving import Crashed, Process, drive
from .worlds import Vendor, World, name_of

PEOPLE = 12
RUNS: Counter[str] = Counter()
"""How many runs there were, and what happened in them."""


def faults(vendor: Vendor) -> st.SearchStrategy[Fault]:
    """A fault at any phase of an exchange."""
    issuing = st.just(vendor.issuing)
    looking = st.sampled_from([*vendor.looking, None])
    after = st.integers(0, 3)
    times = st.sampled_from([1, 1, 1, 2, 6])
    statuses = st.sampled_from([500, 502, 503, 504, 520])
    return st.one_of(
        st.builds(sandbox.disconnect, issuing, committed=st.booleans(), after=after, times=times),
        st.builds(sandbox.fail, issuing, statuses, committed=st.booleans(), after=after, times=times),
        st.builds(sandbox.half_body, issuing, after=after, times=times),
        st.builds(sandbox.wrong_type, issuing, st.sampled_from(vendor.pointers), after=after, times=times),
        st.builds(
            sandbox.fail, issuing, st.just(429), retry_after=st.sampled_from([None, 1, 500]), after=after, times=times
        ),
        st.builds(sandbox.fail, issuing, st.sampled_from([400, 401, 403, 404, 409, 422]), after=after),
        st.builds(sandbox.delay, issuing, st.sampled_from([10.0, 45.0]), after=after, times=times),
        st.builds(sandbox.refuse, issuing | looking, after=after, times=times),
        st.builds(sandbox.disconnect, looking, committed=st.booleans(), after=after, times=times),
        st.builds(sandbox.fail, looking, statuses | st.just(429), after=after, times=times),
        st.builds(sandbox.half_body, looking, after=after, times=times),
        st.builds(
            sandbox.wrong_type, looking, st.sampled_from(["", "/data", "/items", "/data/0"]), after=after, times=times
        ),
    )


PEOPLE_DRAWN = st.lists(st.integers(0, PEOPLE - 1), unique=True, min_size=1, max_size=PEOPLE)
ENDS = st.none() | st.tuples(st.integers(1, 14), st.booleans(), st.booleans())
"""A crash or cancellation: at which step, whether the step is still done, whether it is a cancellation."""


class LedgerMachine(RuleBasedStateMachine):
    """Two processes on one ledger file. A subclass names the vendor."""

    vendor: ClassVar[Vendor]

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="credkit-"))
        self.world = World(self.vendor, self.folder / "issuances.db")
        self.ledgers = [self.world.open(), self.world.open()]
        self.account = self.world.account(self.ledgers[0])
        self.asked: set[int] = set()
        self.seen: dict[int, str] = {}

    @initialize(skew=st.sampled_from([0.0, 0.0, -240.0, 240.0]))
    def clock_is_wrong(self, skew: float) -> None:
        self.world.clock.skew = skew

    # --- what happens ------------------------------------------------------------------------------------------------

    @rule(data=st.data(), who=PEOPLE_DRAWN, process=st.integers(0, 1), ends=ENDS, seed=st.integers(0, 999))
    def issue(self, data: st.DataObject, who: list[int], process: int, ends: Any, seed: int) -> None:
        self.order_faults(data)
        self.carry_out([self.issuing(who, process, ends)], [who], seed)

    @rule(data=st.data(), first=PEOPLE_DRAWN, second=PEOPLE_DRAWN, ends=ENDS, seed=st.integers(0, 999))
    def issue_side_by_side(
        self, data: st.DataObject, first: list[int], second: list[int], ends: Any, seed: int
    ) -> None:
        self.order_faults(data)
        self.carry_out([self.issuing(first, 0, ends), self.issuing(second, 1, None)], [first, second], seed)

    @rule(data=st.data(), who=PEOPLE_DRAWN, process=st.integers(0, 1), ends=ENDS, seed=st.integers(0, 999))
    def reconcile(self, data: st.DataObject, who: list[int], process: int, ends: Any, seed: int) -> None:
        self.order_faults(data)
        self.carry_out([self.reconciling(who, process, ends)], [who], seed)

    @rule(data=st.data(), first=PEOPLE_DRAWN, second=PEOPLE_DRAWN, seed=st.integers(0, 999))
    def reconcile_beside_issuing(self, data: st.DataObject, first: list[int], second: list[int], seed: int) -> None:
        self.order_faults(data)
        processes = [self.reconciling(first, 0, None), self.issuing(second, 1, None)]
        self.carry_out(processes, [first, second], seed)

    @rule(seconds=st.sampled_from([1.0, 60.0, 600.0, 3600.0, 90_000.0]))
    def time_passes(self, seconds: float) -> None:
        self.world.simulator.advance(seconds)

    @rule(skew=st.sampled_from([-240.0, 0.0, 240.0]))
    def the_clock_is_set(self, skew: float) -> None:
        self.world.clock.skew = skew

    @rule()
    def faults_end(self) -> None:
        self.world.simulator.faults.clear()

    # --- how -----------------------------------------------------------------------------------------------------------

    def order_faults(self, data: st.DataObject) -> None:
        for fault in data.draw(st.lists(faults(self.vendor), max_size=3)):
            self.world.simulator.faults.add(fault)

    def issuing(self, who: Sequence[int], process: int, ends: Any) -> Process:
        self.asked.update(who)
        flow = recorded.issue(
            self.world.adapter,
            self.ledgers[process],
            self.account,
            [self.vendor.request(number) for number in who],
            label="May",
            clock=self.world.clock,
        )
        return self.process(flow, ends)

    def reconciling(self, who: Sequence[int], process: int, ends: Any) -> Process:
        flow = recorded.reconcile(
            self.world.adapter,
            self.ledgers[process],
            self.account,
            [self.vendor.request(number) for number in who],
            clock=self.world.clock,
        )
        return self.process(flow, ends)

    def process(self, flow: Flow[Any], ends: Any) -> Process:
        if ends is None:
            return Process(flow, self.world.client)
        at, after, cancelled = ends
        return Process(flow, self.world.client, ends_at=at, after=after, cancelled=cancelled)

    def carry_out(self, processes: Sequence[Process], who: Sequence[Sequence[int]], seed: int) -> None:
        struck = len(self.world.simulator.faults)
        drive(processes, random.Random(seed))
        ended = any(process.ended for process in processes)
        if struck != len(self.world.simulator.faults) or struck or ended:
            RUNS["faulted"] += 1
        RUNS["runs"] += 1
        for process, numbers in zip(processes, who, strict=True):
            self.check_results(process.result, numbers, alone=len(processes) == 1)

    # --- what holds ------------------------------------------------------------------------------------------------------

    def check_results(self, results: Any, who: Sequence[int], *, alone: bool) -> None:
        if isinstance(results, BaseException):
            RUNS[type(results).__name__] += 1
            assert not isinstance(results, Exception) or isinstance(results, ApiError), repr(results)
            return
        assert len(results) == len(who)
        commits = self.world.commits()
        for number, result in zip(who, results, strict=True):
            assert result.request == self.vendor.request(number)
            RUNS[type(result).__name__] += 1
            self.check_result(number, result, commits[name_of(number)], alone=alone)

    def check_result(self, number: int, result: Result, commits: int, *, alone: bool) -> None:
        match result:
            case Issued(credential=credential):
                assert commits == 1
                assert credential.id == self.world.ids()[name_of(number)], "somebody else's"
                assert self.seen.setdefault(number, credential.id) == credential.id, "not the same credential"
                assert Counter(self.seen.values())[credential.id] == 1, "of two people"
            case Rejected():
                assert not alone or commits == 0, "a credential exists"
            case Unknown(ticket=ticket):
                assert "example.com" not in ticket.to_json()

    @invariant()
    def one_credential_at_most(self) -> None:
        doubles = {name: count for name, count in self.world.commits().items() if count > 1}
        assert not doubles, f"issued twice: {doubles}"

    @invariant()
    def every_intent_is_accounted_for(self) -> None:
        commits = self.world.commits()
        entries = self.entries(self.ledgers[0])
        for number in range(PEOPLE):
            entry, count = entries.get(number), commits[name_of(number)]
            if entry is None:
                assert count == 0, "a credential that the ledger knows nothing of"
            elif entry.state is State.ISSUED:
                assert count == 1, "the ledger says issued"
            elif entry.state is State.REJECTED:
                assert count == 0, f"the ledger says rejected ({entry.code})"
        assert self.ledgers[0].decisions() == []

    def entries(self, ledger: SqliteLedger) -> dict[int, Entry]:
        by_fence = {
            recorded.fence(self.world.adapter, ledger, self.account, self.vendor.request(number)): number
            for number in range(PEOPLE)
        }
        return {by_fence[fence]: entry for fence, entry in ledger.lookup(list(by_fence)).items()}

    def teardown(self) -> None:
        """The faults end, time passes: then everybody who was asked for has one credential."""
        try:
            self.finish()
        finally:
            for ledger in self.ledgers:
                ledger.close()
            shutil.rmtree(self.folder, ignore_errors=True)

    def finish(self) -> None:
        self.world.simulator.faults.clear()
        self.world.clock.skew = 0.0
        self.world.simulator.advance(86_400)
        everybody = [self.vendor.request(number) for number in sorted(self.asked)]
        with self.world.open() as ledger:
            for result in self.drive_alone(self.flow(recorded.reconcile, ledger, everybody)):
                if isinstance(result, Unknown):
                    assert result.needs_person, result
                    self.somebody_looks(ledger, result)
            results = self.drive_alone(self.flow(recorded.issue, ledger, everybody))
            assert all(isinstance(one, Issued) for one in results), results
            assert list(ledger.unsettled()) == []
        assert self.world.commits() == Counter(name_of(number) for number in self.asked)

    def flow(self, function: Any, ledger: SqliteLedger, requests: Sequence[IssueRequest]) -> Any:
        return function(self.world.adapter, ledger, self.account, requests, clock=self.world.clock)

    def drive_alone(self, flow: Flow[Any]) -> list[Result]:
        process = Process(flow, self.world.client)
        drive([process], random.Random(0))
        assert not isinstance(process.result, (BaseException, Crashed)), process.result
        results: list[Result] = process.result
        return results

    def somebody_looks(self, ledger: SqliteLedger, unknown: Unknown) -> None:
        """A person finds out at the vendor what nobody else can."""
        RUNS["decided"] += 1
        key = recorded.fence(self.world.adapter, ledger, self.account, unknown.request)
        found = self.world.ids().get(unknown.request.subject.name)
        ledger.decide(key, issued=None if found is None else Kept(id=found), by="ada", why="seen in the portal")
