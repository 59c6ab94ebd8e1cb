"""Fixtures for tests of applications: a fresh simulator for each test, without network and port.

In a `conftest.py`:

    pytest_plugins = ["credkit.sandbox.pytest_plugin"]

and in a test:

    def test_a_lost_answer(record_sandbox: RecordSimulator) -> None:
        record_sandbox.faults.add(sandbox.disconnect("issueCredentials", committed=True))
        …
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from . import beltic, didx, nchain, record

if TYPE_CHECKING:
    from .vendors.beltic import BelticSimulator
    from .vendors.didx import DidxSimulator
    from .vendors.nchain import NChainSimulator
    from .vendors.record import RecordSimulator


@pytest.fixture
def record_sandbox() -> RecordSimulator:
    """Record as it is in the beginning."""
    return record()


@pytest.fixture
def beltic_sandbox() -> BelticSimulator:
    """Beltic as it is in the beginning."""
    return beltic()


@pytest.fixture
def didx_sandbox() -> DidxSimulator:
    """DIDX as it is in the beginning."""
    return didx()


@pytest.fixture
def nchain_sandbox() -> NChainSimulator:
    """nChain as it is in the beginning."""
    return nchain()
