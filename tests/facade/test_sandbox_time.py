"""In one's own test, without any class of these tests: a lost answer is settled in the sandbox's time, whichever vendor lost it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

import credkit
from credkit import Issued, Rejected, Unknown, sandbox
from credkit.runtime.testing import FakeClock

from .conformance.cases import CASES, Case


def connected(case: Case, vendor: Any, **settings: Any) -> Any:
    given = {**case.settings(vendor), "transport": vendor, "clock": vendor.client_clock, **settings}
    return credkit.connect(case.name, **given)


@pytest.mark.parametrize("case", [case for case in CASES if case.looks_up], ids=lambda case: case.name)
@pytest.mark.parametrize("committed", [True, False])
def test_a_lost_answer_is_settled(case: Case, committed: bool) -> None:
    vendor = case.simulator()
    issuer = connected(case, vendor)
    vendor.faults.add(sandbox.disconnect(case.operation, committed=committed))
    (lost,) = issuer.issue([case.request(1)])
    assert isinstance(lost, Unknown)
    if not committed:
        assert issuer.reconcile(lost).reason.code == "too_early"
        vendor.advance(600)
    settled = issuer.reconcile(lost)
    assert isinstance(settled, Issued if committed else Rejected)
    assert len(case.truth(vendor, case.request(1))) == committed


def test_waiting_takes_no_time() -> None:
    vendor = sandbox.record()
    vendor.faults.add(sandbox.fail("listPrograms", 503, retry_after=7))
    issuer = credkit.connect("record", token=vendor.key, transport=vendor, clock=vendor.client_clock)
    before = vendor.now()
    assert len(issuer.client.programs.list()) == 2
    assert (vendor.now() - before).total_seconds() >= 7


def test_waiting_takes_no_time_with_asyncio() -> None:
    vendor = sandbox.record()
    vendor.faults.add(sandbox.fail("listPrograms", 503, retry_after=7))

    async def use() -> None:
        async with credkit.connect_async(
            "record", token=vendor.key, transport=vendor, clock=vendor.client_clock
        ) as issuer:
            assert len(await issuer.client.programs.list()) == 2

    before = vendor.now()
    asyncio.run(use())
    assert (vendor.now() - before).total_seconds() >= 7


def test_the_simulators_own_clock_is_refused_with_words() -> None:
    vendor = sandbox.record()
    wrong: Any = vendor.clock
    with pytest.raises(credkit.ConfigurationError, match="client_clock"):
        credkit.connect("record", token=vendor.key, transport=vendor, clock=wrong)
    with pytest.raises(credkit.ConfigurationError, match="client_clock"):
        credkit.connect("record", client=vendor.client, clock=wrong)
    issuer = credkit.connect("record", token=vendor.key, transport=vendor, clock=FakeClock())
    assert issuer.mode == "test"
