"""A process that issues is killed at every step and at random moments; another one takes over. Nobody gets a second credential, nobody
is forgotten. `make soak` kills at every step and hundreds of times at random; `make test` at some of the steps."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from credkit.ledger import SqliteLedger, State
from credkit.sandbox.clock import SandboxClock
from credkit.sandbox.server import Serving, serve

from .worlds import VENDORS, name_of

SOAK = bool(os.environ.get("CREDKIT_SOAK"))
PEOPLE = 5
KILLS = 150
DAY = 86_400.0
SETTINGS: dict[str, dict[str, Any]] = {
    "record": {
        "settings": {"token": "sk_test_sandbox", "batch_size": 2},
        "template": {"id": "prog_1779172339924_j3pr93"},
    },
    "beltic": {
        "settings": {"api_key": "sk_staging_sandbox", "batch_size": 3},
        "template": {"id": "user", "claims": {"kyc_status": "approved"}},
    },
    "didx": {
        "settings": {"token": "didx_token_sandbox"},
        "template": {
            "id": "tpl_6421a8905c17830c188e2e2f",
            "subject": {"name": "fullName"},
            "claims": {"programmeName": "Welding", "completionDate": "2025-06-30"},
        },
    },
    "nchain": {
        "settings": {
            "api_key": "nchain-sandbox-admin",
            "environment_id": "sandbox",
            "correlation_id": "nchain",
            "organisation_profile_id": "123e4567-e89b-12d3-a456-426614174000",
            "batch_size": 3,
        },
        "template": {"id": "exampleCredential", "subject": {"name": "fullName"}},
    },
}


class Nursery:
    """Children to be killed, and the simulators that they call."""

    def __init__(self, serving: Serving, folder: Path) -> None:
        self.serving = serving
        self.folder = folder
        self.count = 0
        program = Path(__file__).with_name("nursery.py")
        environment = {key: value for key, value in os.environ.items() if not key.startswith("CREDKIT_")}
        self.process = subprocess.Popen(
            [sys.executable, str(program)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
        )

    def order(self, vendor: str, ledger: Path, do: str, *, later: float = 0.0, **more: Any) -> dict[str, Any]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        settings = SETTINGS[vendor]["settings"] | {"base_url": self.serving.base_url(vendor), "concurrency": 1}
        simulator = self.serving.hub[vendor]
        order = {
            "vendor": vendor,
            "ledger": str(ledger),
            "do": do,
            "people": PEOPLE,
            "now": simulator.clock.now().timestamp() + later,
            **SETTINGS[vendor],
            **more,
            "settings": settings | more.get("settings", {}),
        }
        self.process.stdin.write(json.dumps(order).encode() + b"\n")
        self.process.stdin.flush()
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        return answer

    def warm_up(self, vendor: str) -> None:
        """Let the parent of the children do it once."""
        assert self.order(vendor, self.new_ledger(), "issue", warm=True)["results"] == ["Issued"] * PEOPLE

    def close(self) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait(timeout=20)

    def new_ledger(self) -> Path:
        self.count += 1
        folder = self.folder / str(self.count)
        folder.mkdir()
        return folder / "issuances.db"


@pytest.fixture(scope="module")
def nursery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    with serve(clock=SandboxClock()) as serving:
        one = Nursery(serving, tmp_path_factory.mktemp("killed"))
        yield one
        one.close()


def wanted() -> set[str]:
    return {name_of(number) for number in range(PEOPLE)}


def credentials(nursery: Nursery, vendor: str) -> Counter[str]:
    return Counter(name for name, _ in VENDORS[vendor].people(nursery.serving.hub[vendor]) if name in wanted())


def check_left_behind(nursery: Nursery, vendor: str, path: Path) -> None:
    """What a killed process leaves: the ledger opens, and knows of every credential that there is."""
    found = credentials(nursery, vendor)
    assert max(found.values(), default=0) <= 1
    with SqliteLedger.open(path) as ledger:
        states: dict[str, State] = {}
        for number in range(PEOPLE):
            for entry in ledger.find(f"enrol-{number}"):
                states[name_of(number)] = entry.state
        assert set(found) <= set(states), "a credential that the ledger knows nothing of"
        for name, state in states.items():
            assert state in (State.SENDING, State.UNKNOWN) or (state is State.ISSUED) == (found[name] == 1)


def killed_and_resumed(nursery: Nursery, vendor: str, **how: Any) -> dict[str, Any]:
    """A child that is killed, then one that is not: afterwards everybody has one credential. Returns what became of the first."""
    simulator = nursery.serving.hub[vendor]
    simulator.reset()
    path = nursery.new_ledger()
    first = nursery.order(vendor, path, "issue", **how)
    assert "error" not in first, first
    check_left_behind(nursery, vendor, path)
    seen = dict(VENDORS[vendor].people(simulator))
    second = nursery.order(vendor, path, "resume", later=DAY, seen=seen)
    assert second.get("results") == ["Issued"] * PEOPLE, second
    assert credentials(nursery, vendor) == {name_of(number): 1 for number in range(PEOPLE)}
    with SqliteLedger.open(path, now=lambda: simulator.clock.now() + timedelta(days=2)) as ledger:
        assert list(ledger.unsettled()) == []
        for name, id_ in VENDORS[vendor].people(simulator):
            kept = [entry.credential for entry in ledger.find(f"enrol-{int(name[-3:])}")] if name in wanted() else []
            assert all(one is not None and one.id == id_ for one in kept), "somebody else's"
    return first


@pytest.mark.timeout(1800 if SOAK else 120)
@pytest.mark.parametrize("vendor", SETTINGS)
def test_a_process_that_is_killed_at_any_step(nursery: Nursery, vendor: str) -> None:
    nursery.warm_up(vendor)
    whole = killed_and_resumed(nursery, vendor)
    assert whole["results"] == ["Issued"] * PEOPLE
    steps = range(1, whole["steps"] + 1)
    if not SOAK:
        steps = range(random.Random(vendor).randint(1, 4), whole["steps"] + 1, 4)
    for step in steps:
        assert killed_and_resumed(nursery, vendor, die_at=step)["status"] == -9, "it ended before"


@pytest.mark.skipif(not SOAK, reason="a long run: make soak")
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("vendor", SETTINGS)
def test_a_process_that_is_killed_at_any_moment(nursery: Nursery, vendor: str) -> None:
    nursery.warm_up(vendor)
    side_by_side = {"settings": {"concurrency": 2}}
    whole = median(killed_and_resumed(nursery, vendor, **side_by_side)["seconds"] for _ in range(7))
    draw = random.Random()
    killed = 0
    for _ in range(KILLS):
        more = side_by_side | {"kill_after": draw.uniform(0.0, 2 * whole)}  # about half of the moments lie within a run
        killed += killed_and_resumed(nursery, vendor, **more)["status"] == -9
    assert KILLS // 5 < killed < KILLS
