"""An API key that the vendor does not take: the run stops, nothing is lost, and the way on is said."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from credkit import sandbox
from credkit.sandbox.server import Serving

from .conftest import PROGRAMME, Shell

Cohort = Callable[[int], Path]


def test_a_mistyped_key_is_no_trap(
    shell: Shell, sandboxed: Serving, cohort: Cohort, issued: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    cohort(5_000)
    monkeypatch.setenv("CREDKIT_RECORD_TOKEN", "sk_test_canary")
    shell("plan", "cohort.csv", "--vendor", "record", "--template", PROGRAMME)
    before = len(sandboxed.hub["record"].log)
    text = shell("apply", "cohort.csv", status=2)
    sends = len(sandboxed.hub["record"].log) - before
    assert "record did not take the API key (status 401)" in text
    assert "CREDKIT_RECORD_TOKEN" in text
    assert "`credkit resume cohort.csv --account default` goes on" in text
    assert (
        "`credkit resume cohort.csv`" not in text
    ), "the mended key would be refused as one that the ledger has not seen"
    assert "canary" not in "".join(shell.printed)
    assert sends < 10, "the rows after the first part are not sent"
    monkeypatch.setenv("CREDKIT_RECORD_TOKEN", sandboxed.hub["record"].key)
    text = shell("plan", "cohort.csv", "--vendor", "record", "--template", PROGRAMME, status=2)
    same, other = text.index("--account default"), text.index("a new name")
    assert same < other
    shell("resume", "cohort.csv", "--account", "default")
    assert len(issued()) == len(set(issued())) == 5_000


def test_one_row_that_may_not_be_sent_does_not_stop_the_others(
    shell: Shell, sandboxed: Serving, cohort: Cohort
) -> None:
    cohort(700)  # two sends
    shell("plan", "cohort.csv", "--vendor", "record", "--template", PROGRAMME)
    sandboxed.hub["record"].faults.add(sandbox.fail("issueCredentials", 403, code="FORBIDDEN"))
    found = shell.json("apply", "cohort.csv", status=1)
    assert found["issued"] in (200, 500)
    assert found["rejected"] == {"FORBIDDEN": 700 - found["issued"]}
    assert shell.json("apply", "cohort.csv")["complete"]
