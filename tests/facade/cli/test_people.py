"""What a person settles, and what a person may ask to be forgotten."""

from __future__ import annotations

import re
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
    assert "say --issued ID, --never or --undo" in shell("settle", "enrol-1", "--why", "looked", status=2)
    assert "nothing open with this reference" in shell("settle", "enrol-2", "--never", "--why", "looked", status=2)
    shell("reconcile", "cohort.csv")
    text = shell("settle", "enrol-1", "--never", "--why", "looked at the vendor", status=2)
    assert "nothing open" in text
    assert issued() == ["ann.canary@holder.example"]


def test_a_credential_of_record_is_looked_up_in_its_batch(shell: Shell, sandboxed: Serving) -> None:
    """A mistyped id is not written down, as nobody would miss the credential then."""
    record = sandboxed.hub["record"]
    record.faults.add(sandbox.disconnect("issueCredentials", committed=False))
    issue_one(shell, status=1)
    text = shell("settle", "enrol-1", "--issued", "rec_typo", "--why", "portal", status=2)
    assert "say --batch ID, the batch that the credential is in" in text
    batch = next(iter(record.state.batches))
    text = shell("settle", "enrol-1", "--issued", "rec_typo", "--batch", batch, "--why", "portal", status=2)
    assert "has no credential of this id" in text
    assert shell.json("status")["cohort"]["issued"] == 0
    assert shell.json("audit") == []


def test_a_decision_is_taken_back(shell: Shell, sandboxed: Serving, issued: Issued) -> None:
    """The wrong one of two credentials was named: afterwards the intent is open again, is looked up, and nothing is sent."""
    record = sandboxed.hub["record"]
    issue_one(shell)
    (batch, id_), *_ = [
        (key, one.recipient_id)
        for key, (_, batch) in record.state.batches.items()
        for one in batch.recipients
        if not (one.email or "").endswith("@holder.example")
    ]
    record.faults.add(sandbox.disconnect("issueCredentials", committed=True))
    shell.write("june.csv", "reference,name,email\nenrol-2,Bo,bo@holder.example\n")
    shell("plan", "june.csv", "--vendor", "record", "--template", PROGRAMME)
    shell("apply", "june.csv", status=1)
    undo = ("settle", "enrol-2", "--undo", "--why", "it was Cy's")
    assert "nothing settled by hand with this reference" in shell(*undo, status=2)
    shell("settle", "enrol-2", "--issued", id_, "--batch", batch, "--why", "portal", "--by", "ada")
    assert shell.json("apply", "june.csv")["complete"]

    assert ": unknown\n" in shell(*undo, "--by", "bob")
    assert shell.json("apply", "june.csv", status=1)["unknown"] == 1
    assert [one["line"] for one in shell.json("status", "june.csv")["june"]["open"]] == [2]
    assert "nothing settled by hand" in shell(*undo, status=2)
    assert [(one["by"], one["state"], one["why"]) for one in shell.json("audit")] == [
        ("ada", "issued", "portal"),
        ("bob", "unknown", "it was Cy's"),
    ]
    assert "bob: taken back, it is open again ('enrol-2'" in shell("audit")
    assert shell.json("reconcile", "june.csv")["issued"] == 1
    assert "how it stands is nobody's decision" in shell(*undo, status=2)
    assert issued() == ["ann.canary@holder.example", "bo@holder.example"]


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


def test_erasing_says_what_and_asks_for_more_than_one(shell: Shell) -> None:
    issue_one(shell)
    shell.write("july.csv", "reference,name,id,claims.kyb_status\nenrol-1,One,did:one,approved\n")
    shell("plan", "july.csv", "--vendor", "beltic", "--template", "business")
    shell("apply", "july.csv")
    text = shell("erase", "enrol-1", status=2)
    assert "would erase from 2 entries; nothing was erased" in text
    assert f"record:test:default, template {PROGRAMME}, cohort cohort, sent 20" in text
    assert re.search("beltic:[a-z]+:default, template business, cohort july, sent .* UTC: issued", text)
    assert "say --yes" in text
    assert "erased from 1 entry:" in shell("erase", "--cohort", "july.csv", "--line", "2")
    assert shell.json("erase", "enrol-1") == {"erased": 1}


def test_erasing_what_is_open_asks_first(shell: Shell, sandboxed: Serving) -> None:
    sandboxed.hub["record"].faults.add(sandbox.disconnect("issueCredentials", committed=True))
    issue_one(shell, status=1)
    text = shell("erase", "enrol-1", status=2)
    assert "would erase from 1 entry, 1 of them open; nothing was erased" in text
    assert "unknown (open)" in text
    assert shell.json("erase", "enrol-1", "--yes") == {"erased": 1}


def test_revoking_names_what_is_in_no_row(shell: Shell) -> None:
    shell.write("firms.csv", "reference,name,id,claims.kyb_status\nenrol-1,One,did:one,approved\n")
    shell("plan", "firms.csv", "--vendor", "beltic", "--template", "business")
    text = shell("revoke", "firms.csv", "--reference", "enrol-1", "--reference", "enrol-7", status=2)
    assert "in no row: the reference 'enrol-7'; nothing was done" in text


def test_a_mended_file_under_the_same_name(shell: Shell) -> None:
    path = shell.write("cohort.csv", "reference,name,email\nenrol-1,Ann,ann@holder.example\n")
    command = ("plan", "cohort.csv", "--vendor", "record", "--template", PROGRAMME, "--label", "May")
    assert "Next: credkit apply cohort.csv\n" in shell(*command, "--name", "second")
    path.write_text("reference,name,email\nenrol-1,Anne,ann@holder.example\n")
    text = shell(*command, "--name", "second", status=2)
    assert "the ledger has a cohort 'second' that was made from another file" in text
    assert "say another --name or none, and --label 'May' again" in text
    assert "to issue" in shell(*command)
