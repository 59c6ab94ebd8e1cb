"""The story of a training provider: 10,000 graduates, a network that loses answers, a vendor that fails, a process that is killed.

In the end the vendor has one credential for each of them, the ledger says so, and no request was sent twice.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import credkit.connecting
from credkit import sandbox
from credkit.runtime.clock import SYSTEM_CLOCK, Clock
from credkit.sandbox.server import Serving

from .conftest import PROGRAMME, Shell

PEOPLE = 10_000
ISSUING = "issueCredentials"


class Later(Clock):
    """This machine's clock, `seconds` from now."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def now(self) -> float:
        return SYSTEM_CLOCK.now() + self._seconds

    def monotonic(self) -> float:
        return SYSTEM_CLOCK.monotonic()

    def sleep(self, seconds: float) -> None:
        SYSTEM_CLOCK.sleep(seconds)

    async def async_sleep(self, seconds: float) -> None:
        await SYSTEM_CLOCK.async_sleep(seconds)


FAULTS = (
    sandbox.disconnect(ISSUING, committed=True, after=1),
    sandbox.fail(ISSUING, 500, committed=True, after=2),
    sandbox.fail(ISSUING, 503, after=3),
    sandbox.half_body(ISSUING, after=4),
    sandbox.disconnect(ISSUING, committed=False, after=5),
    sandbox.fail(ISSUING, 429, retry_after=1, times=2, after=6),
    sandbox.delay(ISSUING, 0.3, times=3, after=7),
    sandbox.wrong_type(ISSUING, "/data/recipients", after=10),
    sandbox.fail("listCredentialBatches", 500, times=2),
)


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
@pytest.mark.timeout(180)
def test_ten_thousand_graduates(
    shell: Shell,
    sandboxed: Serving,
    cohort: Callable[[int], Path],
    issued: Callable[[], list[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    record = sandboxed.hub["record"]
    cohort(PEOPLE)
    shell("plan", "cohort.csv", "--vendor", "record", "--template", PROGRAMME, "--label", "Class of 2025")
    for fault in FAULTS:
        record.faults.add(fault)
    command = [sys.executable, "-m", "credkit.cli", "apply", "cohort.csv"]
    with subprocess.Popen(command, cwd=shell.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        limit = time.monotonic() + 60
        while len(issued()) < PEOPLE // 4 and time.monotonic() < limit:
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
    assert 0 < len(issued()) < PEOPLE, "it was killed in the middle"

    soon = shell.json("resume", "cohort.csv", status=1)
    assert soon["rows"] == PEOPLE
    assert soon["issued"] + soon["issued_before"] + soon["unknown"] + sum(soon["rejected"].values()) == PEOPLE
    monkeypatch.setattr(credkit.connecting, "SYSTEM_CLOCK", Later(3600))  # then what is open can be settled
    runs = 0
    while not shell.json("resume", "cohort.csv", status=None)["complete"]:
        runs += 1
        assert runs < 3, shell.printed[-2:]
    assert issued() == sorted(f"person{at}@holder.example" for at in range(PEOPLE)), "nobody lost, nobody twice"
    rows = [json.loads(line) for line in shell("export", "cohort.csv", "--json").splitlines()]
    kept = {one.recipient_id for _, batch in record.state.batches.values() for one in batch.recipients}
    assert len({row["credential_id"] for row in rows}) == PEOPLE
    assert {row["credential_id"] for row in rows} <= kept
    assert len(record.faults) == 0, "every fault struck"
