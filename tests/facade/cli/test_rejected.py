"""Why the vendor rejected rows: said to who runs the command, without people, and kept nowhere."""

from __future__ import annotations

import csv

import pytest

from credkit import sandbox
from credkit.runtime.testing.received import Received
from credkit.runtime.testing.script import Reply
from credkit.sandbox.server import Serving

from .conftest import PROGRAMME, Shell


def test_the_vendors_words_are_shown_and_not_kept(shell: Shell) -> None:
    shell.write("firms.csv", "reference,name,id,claims.kyb_status\nk1,Canary Ltd,did:one,approved\nk2,Two,did:two,no\n")
    shell("plan", "firms.csv", "--vendor", "beltic", "--template", "nonsense", "--column", "name=name")
    found = shell.json("apply", "firms.csv", "--rejected", "rejected.csv", status=1)
    assert found["rejected"] == {"malformed_request": 2}
    (words,) = found["said"]["malformed_request"]
    assert "/items/0/request/credential_type: the value is not one of" in words
    with (shell.folder / "rejected.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["line"], row["reference"], row["code"], row["said"]) for row in rows] == [
        ("2", "k1", "malformed_request", words),
        ("3", "k2", "malformed_request", words),
    ]
    assert (shell.folder / "rejected.csv").stat().st_mode & 0o077 == 0
    text = shell("resume", "firms.csv", "--refused-too", "--summary", "summary.txt", status=1)
    assert "beltic says: " in text
    assert "What was rejected for good: mend the cause" in text
    kept = (shell.folder / "summary.txt").read_text() + shell("export", "firms.csv")
    kept += "".join(path.read_bytes().decode("latin-1") for path in shell.folder.glob("issuances.db*"))
    assert "malformed_request" in kept
    assert "credential_type:" not in kept


def test_nobody_is_named(shell: Shell, sandboxed: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    record = sandboxed.hub["record"]
    ordinary = record.handle
    people = "Quokka Wombatsdottir <quokka.wombat@holder.example>"

    def handle(received: Received) -> Reply:
        if received.method != "POST":
            return ordinary(received)
        body = f'{{"code": "VALIDATION", "message": "{people} is not acceptable"}}'
        return Reply(status=400, headers=(("content-type", "application/json"),), content=body.encode())

    monkeypatch.setattr(record, "handle", handle)
    shell.write("cohort.csv", "reference,name,email\ne1,Quokka Wombatsdottir,quokka.wombat@holder.example\n")
    shell("plan", "cohort.csv", "--vendor", "record", "--template", PROGRAMME)
    text = shell("apply", "cohort.csv", "--rejected", "rejected.csv", status=1)
    assert "record says: … <…> is not acceptable" in text
    assert "uokka" not in "".join(shell.printed) + (shell.folder / "rejected.csv").read_text()


def test_what_passes_and_what_does_not(shell: Shell, sandboxed: Serving) -> None:
    shell.write("cohort.csv", "reference,name,email\ne1,Ann,ann@holder.example\n")
    shell("plan", "cohort.csv", "--vendor", "record", "--template", PROGRAMME)
    sandboxed.hub["record"].faults.add(sandbox.fail("issueCredentials", 404, code="NOT_FOUND"))
    assert "What was rejected for good" in shell("apply", "cohort.csv", status=1)


def test_a_misspelt_template_is_planned_again(shell: Shell) -> None:
    """`resume --refused-too` sends the template that was planned, so it cannot help here, and the summary does not say that it does."""
    shell.write("cohort.csv", "reference,name,email\ne1,Ann,ann@holder.example\n")
    shell("plan", "cohort.csv", "--vendor", "record", "--template", PROGRAMME + "x")
    assert "It sends what was planned: to another template, plan again." in shell("apply", "cohort.csv", status=1)
    shell("plan", "cohort.csv", "--vendor", "record", "--template", PROGRAMME)
    assert shell.json("apply", "cohort.csv")["complete"]


def test_nothing_that_is_read_is_written_over(shell: Shell) -> None:
    shell.write("cohort.csv", "reference,name,email\ne1,Ann,ann@holder.example\n")
    shell("plan", "cohort.csv", "--vendor", "record", "--template", PROGRAMME)
    for name in ("cohort.csv", "cohort.csv.plan.json", "issuances.db"):
        for option in ("--rejected", "--summary"):
            assert "would be written over" in shell("apply", "cohort.csv", option, name, status=2)
    assert shell.json("apply", "cohort.csv")["issued"] == 1
