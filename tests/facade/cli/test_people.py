"""What a person settles, and what a person may ask to be forgotten."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from credkit import sandbox
from credkit.sandbox.server import Serving

from .conftest import PROGRAMME, Shell

Issued = Callable[[], list[str]]


def issue_one(shell: Shell, status: int = 0) -> None:
    shell.write("cohort.csv", "reference,name,email\nenrol-1,Ann Canary,ann.canary@holder.example\n")
    shell("plan", "cohort.csv", "--vendor", "record", "--template", PROGRAMME)
    shell("apply", "cohort.csv", status=status)


def test_erasing_keeps_the_fence(shell: Shell, issued: Issued) -> None:
    issue_one(shell)
    assert shell.json("erase", "enrol-1") == {"erased": 1}
    assert shell.json("erase", "enrol-1", status=1) == {"erased": 0}
    again = shell.json("apply", "cohort.csv")
    assert (again["issued"], again["issued_before"]) == (0, 1)
    assert issued() == ["ann.canary@holder.example"]
    kept = b"".join(path.read_bytes() for path in shell.folder.glob("issuances.db*"))
    assert b"enrol-1" not in kept
    assert b"canary" not in kept.lower()


def test_a_person_decides_what_is_open_and_nothing_else(shell: Shell, sandboxed: Serving, issued: Issued) -> None:
    sandboxed.hub["record"].faults.add(sandbox.disconnect("issueCredentials", committed=True))
    issue_one(shell, status=1)
    assert "say --issued ID or --never" in shell("settle", "enrol-1", "--why", "looked", status=2)
    assert "nothing open with this reference" in shell("settle", "enrol-2", "--never", "--why", "looked", status=2)
    shell("reconcile", "cohort.csv")
    text = shell("settle", "enrol-1", "--never", "--why", "looked at the vendor", status=2)
    assert "nothing open" in text
    assert issued() == ["ann.canary@holder.example"]


def test_status_of_a_ledger_without_that_cohort(shell: Shell, cohort: Callable[[int], Path]) -> None:
    issue_one(shell)
    assert "cohort (record:test:default, template prog_" in shell("status")
    assert "1 issued" in shell("status", "cohort")
    assert "the ledger has no cohort 'june'" in shell("status", "june", status=2)


def test_a_summary_says_what_was_revoked(shell: Shell) -> None:
    shell.write("firms.csv", "reference,name,id,claims.kyb_status\nk1,One,did:one,approved\nk2,Two,did:two,approved\n")
    shell("plan", "firms.csv", "--vendor", "beltic", "--template", "business", "--column", "name=name")
    shell("apply", "firms.csv")
    assert shell.json("revoke", "firms.csv", "--reference", "k1", "--yes") == {
        "revoked": 1,
        "revoked_before": 0,
        "failed": [],
    }
    assert "1 revoked, 1 had been before" in shell("revoke", "firms.csv", "--all", "--yes")
    text = shell("resume", "firms.csv")
    assert "of them revoked         2" in text
    assert "Every row has its credential; 2 of them were revoked since." in text
