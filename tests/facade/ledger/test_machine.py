"""The state machine against each vendor. `make soak` plays ten thousand runs and more."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from .machine import RUNS, LedgerMachine
from .worlds import VENDORS

SOAK = bool(os.environ.get("CREDKIT_SOAK"))


@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.timeout(1800 if SOAK else 120)
def test_every_intent_is_issued_once_or_accounted_for(vendor: str) -> None:
    machine = type(f"{vendor.title()}Machine", (LedgerMachine,), {"vendor": VENDORS[vendor]})
    before = RUNS.copy()
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=int(os.environ.get("CREDKIT_EXAMPLES", 400 if SOAK else 40)),
            stateful_step_count=20 if SOAK else 12,
        ),
    )
    counted = RUNS - before
    print(vendor, dict(counted))
    assert counted["faulted"] >= (2_500 if SOAK else 60)
