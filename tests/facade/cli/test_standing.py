"""`credkit status`: how cohorts and their files stand, and from when on what is open can be settled."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from credkit import sandbox
from credkit.sandbox.server import Serving

from .conftest import PROGRAMME, Shell

Cohort = Callable[[int], Path]


def plan(shell: Shell, *more: str, status: int = 0) -> str:
    return shell("plan", "cohort.csv", "--vendor", "record", "--template", PROGRAMME, *more, status=status)


def test_one_moment_is_said_everywhere(shell: Shell, sandboxed: Serving, cohort: Cohort) -> None:
    cohort(1)
    plan(shell)
    sandboxed.hub["record"].faults.add(sandbox.disconnect("issueCredentials", committed=False))
    shell("apply", "cohort.csv", status=1)
    moment = r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC)"
    reconciled = re.search(rf"from {moment} on for certain", shell("reconcile", "cohort.csv", status=1))
    status = re.search(rf"unknown; can be asked for now; certain from {moment} on", shell("status", "cohort.csv"))
    text = shell("settle", "enrol-0", "--never", "--why", "looked", status=2)
    settle = re.search(rf"under way until {moment}", text)
    assert reconciled is not None
    assert status is not None
    assert settle is not None
    assert reconciled[1] == status[1] == settle[1]
    assert "`credkit status FILE` says" in text


def test_what_it_says_to_do_next_can_be_said_to_a_shell(shell: Shell, sandboxed: Serving, cohort: Cohort) -> None:
    cohort(1).rename(shell.folder / "the cohort.csv")
    ledger = ("--ledger", "our own.db")
    shell("plan", "the cohort.csv", "--vendor", "record", "--template", PROGRAMME, *ledger)
    sandboxed.hub["record"].faults.add(sandbox.disconnect("issueCredentials", committed=True))
    shell("apply", "the cohort.csv", *ledger, status=1)
    text = shell("status", "the cohort.csv", *ledger)
    settle = re.search(r"credkit settle (--cohort .*) …", text)
    reconcile = re.search(r"`credkit (reconcile .*)` asks", text)
    assert settle is not None
    assert reconcile is not None
    assert shlex.split(settle[1]) == ["--cohort", "the cohort.csv", *ledger, "--line", "2"]
    shell(*shlex.split(reconcile[1]))
    assert "1 issued" in shell("status", "the cohort.csv", *ledger)


def test_what_was_revoked_is_said(shell: Shell) -> None:
    rows = [f"k{at},Firm {at} Ltd,did:{at},approved" for at in range(3)]
    shell.write("firms.csv", "\n".join(["reference,name,id,claims.kyb_status", *rows, ""]))
    shell("plan", "firms.csv", "--vendor", "beltic", "--template", "business", "--column", "name=name")
    shell("apply", "firms.csv")
    shell("revoke", "firms.csv", "--reference", "k1", "--yes")
    for arguments in ((), ("firms.csv",)):
        assert "3 issued (1 of them revoked since)" in shell("status", *arguments)
        assert shell.json("status", *arguments)["firms"]["revoked"] == 1


def test_a_file_is_told_by_its_rows_wherever_they_were_issued(shell: Shell, cohort: Cohort) -> None:
    path = cohort(3)
    plan(shell)
    shell("apply", "cohort.csv")
    path.write_text(path.read_text() + "enrol-9,Another Person,another@holder.example\n")
    plan(shell)
    text = shell("status", "cohort.csv")
    assert "3 issued" in text
    assert "1 not sent" in text
    shell("apply", "cohort.csv")
    (found,) = shell.json("status", "cohort.csv").values()
    assert (found["issued"], found["not_sent"], found["rows"]) == (4, 0, 4)
    assert "4 issued" in shell("status", "cohort.csv")


def test_a_repeat_that_is_held_back_is_not_listed_as_open(shell: Shell, sandboxed: Serving, cohort: Cohort) -> None:
    path = cohort(2)
    path.write_text(path.read_text() + "enrol-0,Somebody Else,else@holder.example\nenrol-3,,nobody@holder.example\n")
    plan(shell, status=1)
    sandboxed.hub["record"].faults.add(sandbox.disconnect("issueCredentials", committed=False))
    shell("apply", "cohort.csv", status=1)
    text = shell("status", "cohort.csv")
    assert "2 unknown" in text
    assert text.count("unknown;") == 2
    assert "2 held back" in text
    (found,) = shell.json("status", "cohort.csv").values()
    assert ([one["line"] for one in found["open"]], found["unknown"], found["held_back"]) == ([2, 3], 2, 2)


def test_hand_work_names_the_reference_plainly(shell: Shell) -> None:
    for command in ("settle", "erase", "status", "audit", "doctor"):
        assert "[[" not in shell(command, "--help")


def test_status_holds_back_what_the_plan_holds_back(shell: Shell) -> None:
    """Record needs an address, and a credential that would have ended is not issued: `status` counts as `plan`, `apply` and `export` do."""
    shell.write("cohort.csv", "reference,name,email\ne1,Ann,ann@holder.example\ne2,Bo,\ne3,,cy@holder.example\n")
    plan(shell, status=1)
    held = shell.json("apply", "cohort.csv", status=1)["held_back"]
    (found,) = shell.json("status", "cohort.csv").values()
    assert (found["issued"], found["not_sent"], found["held_back"]) == (1, 0, 2) == (1, 0, held["invalid"])

    shell.write(
        "firms.csv", "reference,name,id,claims.kyb_status,expires\nk1,One,did:one,approved,2020-01-01\nk2,Two,,no,\n"
    )
    options = ("--vendor", "beltic", "--template", "business", "--column", "name=name")
    counts = shell.json("plan", "firms.csv", *options, status=1)["counts"]
    (found,) = shell.json("status", "firms.csv").values()
    assert (found["not_sent"], found["held_back"]) == (counts["new"], counts["invalid"])
    assert found["held_back"] >= 1


def test_status_needs_neither_key_nor_client(shell: Shell, cohort: Cohort, monkeypatch: pytest.MonkeyPatch) -> None:
    cohort(2)
    plan(shell)
    monkeypatch.delenv("CREDKIT_RECORD_TOKEN")
    assert shell.json("status", "cohort.csv")["cohort"]["not_sent"] == 2
    monkeypatch.setitem(sys.modules, "credkit_record", None)
    assert shell.json("status", "cohort.csv")["cohort"]["not_sent"] == 2
