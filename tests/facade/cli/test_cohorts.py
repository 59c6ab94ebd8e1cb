"""plan, apply, resume, reconcile, export: one cohort through everything that can happen to it."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from credkit import sandbox
from credkit.cli import main
from credkit.sandbox.server import Serving

from .conftest import PROGRAMME, Shell

Cohort = Callable[[int], Path]
Issued = Callable[[], list[str]]


def planned(shell: Shell, *more: str, status: int = 0) -> str:
    return shell("plan", "cohort.csv", "--vendor", "record", "--template", PROGRAMME, *more, status=status)


def test_a_plan_sends_nothing_and_says_everything(shell: Shell, sandboxed: Serving) -> None:
    shell.write(
        "cohort.csv",
        "reference,Full name,E-Mail,Campus\n"
        "e1,Alice Johnson,alice@holder.example,North\n"
        "e2,Bob Smith,bob@holder,South\n"
        "e3,,carol@holder.example,South\n"
        "e4,Dan\x1b[31m,dan@holder.example,South\n"
        "e5,Eve,not an address,South\n"
        "e6,A. Johnson,ALICE@holder.example,North\n"
        "e1,Frank,frank@holder.example,North\n",
    )
    text = planned(shell, status=1)
    assert "        2  to issue\n" in text
    assert "        2  held back: the same person or reference twice" in text
    assert "        3  held back: not valid" in text
    for line in (
        "line 4: no name",
        "line 5: 'Full name': has a control character",
        "line 6: the e-mail address is not one address of the form name@domain",
        "line 7: the same person as on line 2",
        "line 8: the same reference as on line 2",
    ):
        assert line in text
    assert "left out: Campus" in text
    assert "1 request, about 1 s" in text
    assert [one.path for one in sandboxed.hub["record"].log if one.method == "POST"] == []
    kept = (shell.folder / "cohort.csv.plan.json").read_text()
    assert "holder.example" not in kept
    assert "Alice" not in kept
    assert json.loads(kept)["counts"]["new"] == 2


def test_a_cohort_is_issued_once(shell: Shell, cohort: Cohort, issued: Issued) -> None:
    cohort(1200)
    planned(shell, "--label", "May 2025")
    assert shell.json("apply", "cohort.csv")["issued"] == 1200
    again = shell.json("apply", "cohort.csv")
    assert (again["issued"], again["issued_before"], again["complete"]) == (0, 1200, True)
    assert len(issued()) == len(set(issued())) == 1200
    assert "1,200  already issued" in planned(shell)


def test_a_lost_answer_is_settled_before_anything_is_sent_again(
    shell: Shell, sandboxed: Serving, cohort: Cohort, issued: Issued
) -> None:
    cohort(700)  # two sends: 500 and 200
    record = sandboxed.hub["record"]
    record.faults.add(sandbox.disconnect("issueCredentials", committed=True))
    planned(shell)
    text = shell("apply", "cohort.csv", status=1)
    assert "open  " in text
    lost = 700 - shell.json("status")["cohort"]["issued"]
    assert lost in (200, 500)
    before = issued()
    assert shell.json("apply", "cohort.csv", status=1)["unknown"] == lost
    assert issued() == before
    assert shell.json("reconcile", "cohort.csv")["issued"] == lost
    assert shell.json("apply", "cohort.csv")["issued_before"] == 700
    assert issued() == before
    assert len(before) == len(set(before)) == 700


def test_resume_settles_and_goes_on(shell: Shell, sandboxed: Serving, cohort: Cohort, issued: Issued) -> None:
    cohort(700)
    record = sandboxed.hub["record"]
    record.faults.add(sandbox.disconnect("issueCredentials", committed=True))
    record.faults.add(sandbox.fail("issueCredentials", 404, code="NOT_FOUND"))
    planned(shell)
    shell("apply", "cohort.csv", status=1)
    assert shell.json("resume", "cohort.csv", "--refused-too")["complete"]
    assert len(issued()) == len(set(issued())) == 700


def test_another_file_than_the_planned_one_is_refused(shell: Shell, cohort: Cohort, issued: Issued) -> None:
    path = cohort(3)
    planned(shell)
    path.write_text(path.read_text() + "enrol-9,Somebody Else,else@holder.example\n")
    assert "cohort.csv: is not the file that was planned" in shell("apply", "cohort.csv", status=2)
    assert issued() == []


def test_another_ledger_than_the_planned_one_is_refused(shell: Shell, cohort: Cohort, issued: Issued) -> None:
    cohort(3)
    planned(shell)
    shell("apply", "cohort.csv")
    assert "other.db: there is no ledger" in shell("resume", "cohort.csv", "--ledger", "other.db", status=2)
    shell.write("june.csv", "reference,name,email\nj,Jo,jo@holder.example\n")
    shell("plan", "june.csv", "--vendor", "record", "--template", PROGRAMME, "--ledger", "other.db")
    text = shell("resume", "cohort.csv", "--ledger", "other.db", status=2)
    assert "this ledger does not know the cohort 'cohort'" in text
    assert "Every row" not in text
    assert len(issued()) == 3


def test_another_account_than_the_planned_one_is_refused(
    shell: Shell, cohort: Cohort, issued: Issued, monkeypatch: pytest.MonkeyPatch
) -> None:
    cohort(3)
    planned(shell)
    monkeypatch.setenv("CREDKIT_RECORD_TOKEN", "sk_test_other")
    assert "sk_test" not in (text := shell("apply", "cohort.csv", status=2))
    assert "account" in text
    text = shell("apply", "cohort.csv", "--account", "another", status=2)
    assert "was planned for the account record:test:default; this API key is of record:test:another" in text
    assert issued() == []


def test_the_ledger_may_be_named_once_for_all(shell: Shell, cohort: Cohort, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CREDKIT_LEDGER", "elsewhere.db")
    cohort(3)
    planned(shell)
    shell("apply", "cohort.csv")
    assert shell.json("status")["cohort"]["issued"] == 3
    assert not (shell.folder / "issuances.db").exists()
    assert (shell.folder / "elsewhere.db").stat().st_mode & 0o077 == 0


@pytest.mark.skipif(os.name != "posix", reason="a terminal")
def test_a_terminal_is_asked_once_what_a_column_is(shell: Shell) -> None:
    import pty

    shell.write("cohort.csv", "Nom,Courriel,Promo\nAnn,ann@holder.example,7\n")
    command = [sys.executable, "-m", "credkit.cli", "plan", "cohort.csv", "--vendor", "record", "--template", PROGRAMME]
    terminal, side = pty.openpty()
    with subprocess.Popen(command, cwd=shell.folder, stdin=side, stderr=side, stdout=subprocess.PIPE) as process:
        os.write(terminal, b"name\nemial\nemail\n\n")
        out, _ = process.communicate(timeout=60)
    shown = os.read(terminal, 65536).decode()
    os.close(terminal)
    os.close(side)
    assert process.returncode == 0, shown
    assert shown.count("What is the column 'Courriel'?") == 2, "what is no field is asked for again"
    assert b"1  to issue" in out
    assert b"left out: Promo" in out
    kept = (shell.folder / "credkit-columns.toml").read_text()
    assert '"Courriel" = "email"\n"Nom" = "name"\n"Promo" = ""' in kept
    assert "1  to issue" in planned(shell)


def test_a_template_whose_name_means_something_else_is_refused(shell: Shell, cohort: Cohort, issued: Issued) -> None:
    cohort(3)
    shell.write("credkit.toml", f'[vendors.record]\ntemplates = {{ course = "{PROGRAMME}" }}\n')
    shell("plan", "cohort.csv", "--vendor", "record", "--template", "course")
    shell("apply", "cohort.csv")
    shell.write("credkit.toml", '[vendors.record]\ntemplates = { course = "prog_1779175802952_zlymqs" }\n')
    assert "means something else now" in shell("resume", "cohort.csv", status=2)
    assert len(issued()) == 3


def test_a_mended_file_is_planned_again(shell: Shell, issued: Issued) -> None:
    shell.write("cohort.csv", "reference,name,email\ne1,Ann,ann@holder.example\ne2,Bo,bo\n")
    planned(shell, status=1)
    assert shell.json("apply", "cohort.csv", status=1)["issued"] == 1
    shell.write("cohort.csv", "reference,name,email\ne1,Ann,ann@holder.example\ne2,Bo,bo@holder.example\n")
    planned(shell)
    found = shell.json("apply", "cohort.csv")
    assert (found["issued"], found["issued_before"], found["complete"]) == (1, 1, True)
    assert issued() == ["ann@holder.example", "bo@holder.example"]
    assert len(shell.json("status")) == 2


@pytest.mark.parametrize("lost", [False, True])
def test_a_second_row_above_the_one_that_was_sent(shell: Shell, sandboxed: Serving, issued: Issued, lost: bool) -> None:
    """Ann was sent as e1 and is entered again as e9, above it: she gets nothing more, and e1 is looked after as before."""
    if lost:
        sandboxed.hub["record"].faults.add(sandbox.disconnect("issueCredentials", committed=True))
    shell.write("cohort.csv", "reference,name,email\ne1,Ann,ann@holder.example\n")
    planned(shell)
    shell("apply", "cohort.csv", status=1 if lost else 0)
    shell.write("cohort.csv", "reference,name,email\ne9,Ann,ann@holder.example\ne1,Ann,ann@holder.example\n")
    assert "line 2: the same person as on line 3" in planned(shell, status=1)
    found = shell.json("apply", "cohort.csv", status=1)
    assert (found["issued"], found["held_back"]) == (0, {"repeat": 1})
    assert shell.json("resume", "cohort.csv", status=1)["issued_before"] == 1, "what was open is settled"
    rows = [json.loads(line) for line in shell("export", "cohort.csv", "--json").splitlines()]
    assert [(row["reference"], row["standing"], bool(row["credential_id"])) for row in rows] == [
        ("e9", "repeat", False),
        ("e1", "issued", True),
    ]
    assert issued() == ["ann@holder.example"]


def test_nothing_is_called_done_that_is_not(shell: Shell, cohort: Cohort) -> None:
    shell.write("cohort.csv", "reference,name,email\n")
    planned(shell)
    assert "There are no rows." in shell("apply", "cohort.csv", status=1)
    cohort(2)
    planned(shell, "--name", "other")
    found = shell.json("reconcile", "cohort.csv", status=1)
    assert (found["complete"], found["held_back"]) == (False, {"new": 2})


def test_outputs_do_not_replace_what_is_read(shell: Shell, cohort: Cohort) -> None:
    path = cohort(2)
    before = path.read_bytes()
    assert "would be written over" in planned(shell, "--problems", "cohort.csv", status=2)
    planned(shell)
    for out in ("cohort.csv", "issuances.db", "issuances.db.key", "cohort.csv.plan.json"):
        assert "would be written over" in shell("export", "cohort.csv", "--out", out, status=2)
    assert path.read_bytes() == before


def test_an_unknown_column_is_said_once(shell: Shell) -> None:
    shell.write("cohort.csv", "Enrolment,Learner,Address\n1,Ann,ann@holder.example\n")
    text = planned(shell, status=2)
    assert "cohort.csv:1: no column is the name of whom a credential is for" in text
    assert "--column COLUMN=name; the columns are 'Enrolment', 'Learner', 'Address'" in text
    planned(shell, "--column", "Learner=name", "--column", "Address=email", "--column", "Enrolment=reference")
    assert (shell.folder / "credkit-columns.toml").read_text().splitlines()[2:] == [
        '"Address" = "email"',
        '"Enrolment" = "reference"',
        '"Learner" = "name"',
    ]
    shell.write("june.csv", "Enrolment,Learner,Address\n2,Bo,bo@holder.example\n")
    shell("plan", "june.csv", "--vendor", "record", "--template", PROGRAMME)
    assert "there is no column 'Nobody'" in planned(shell, "--column", "Nobody=name", status=2)


def test_live_and_many_asks(shell: Shell, cohort: Cohort, issued: Issued) -> None:
    cohort(101)
    planned(shell)
    path = shell.folder / "cohort.csv.plan.json"
    path.write_text(path.read_text().replace('"live": false', '"live": true'))
    text = shell("apply", "cohort.csv", status=2)
    assert "would issue 101 live credentials of record; nothing was sent" in text
    assert issued() == []
    assert shell.json("apply", "cohort.csv", "--yes")["issued"] == 101


def test_export(shell: Shell, cohort: Cohort) -> None:
    cohort(2)
    shell.write("cohort.csv", "reference,name,email\n=cmd(),Ann,ann@holder.example\ne2,Bo,bo@holder.example\ne3,,\n")
    planned(shell, status=1)
    shell("apply", "cohort.csv", status=1)
    rows = list(csv.DictReader(io.StringIO(shell("export", "cohort.csv"))))
    assert [(row["line"], row["reference"], row["standing"], row["status"]) for row in rows] == [
        ("2", "'=cmd()", "issued", "issued"),
        ("3", "e2", "issued", "issued"),
        ("4", "e3", "invalid", ""),
    ]
    assert rows[0]["url"].endswith(rows[0]["credential_id"])
    shell("export", "cohort.csv", "--out", "out.jsonl")
    lines = [json.loads(line) for line in (shell.folder / "out.jsonl").read_text().splitlines()]
    assert [line["credential_id"] for line in lines[:2]] == [row["credential_id"] for row in rows[:2]]
    assert "holder.example" not in (shell.folder / "out.jsonl").read_text()


def test_a_row_says_what_its_credential_rests_on(shell: Shell, sandboxed: Serving) -> None:
    shell.write(
        "cohort.csv",
        "reference,name,id,email,claims.kyb_status,claims.verified_at,evidence\n"
        "k1,Acme Ltd,did:acme,firm@holder.example,approved,2025-06-01T00:00:00Z,evidence:ev_1 evidence:ev_2\n",
    )
    shell("plan", "cohort.csv", "--vendor", "beltic", "--template", "business")
    shell("apply", "cohort.csv")
    (kept,) = [
        one.credential
        for one in sandboxed.hub["beltic"].state.credentials.values()
        if one.credential.subject.id == "did:acme"
    ]
    assert kept.evidence_refs == ["evidence:ev_1", "evidence:ev_2"]
    refused = shell("plan", "cohort.csv", "--vendor", "record", "--template", PROGRAMME, "--name", "r", status=1)
    assert "line 2: record has no evidence: keep evidence yourself" in refused


def test_what_record_cannot_do_is_said(shell: Shell, cohort: Cohort) -> None:
    cohort(1)
    planned(shell)
    shell("apply", "cohort.csv")
    assert "record has no revoke" in shell("revoke", "cohort.csv", "--all", "--yes", status=2)
    assert "say --reference" in shell("revoke", "cohort.csv", status=2)


def test_a_summary_names_lines_and_no_people(shell: Shell, sandboxed: Serving, cohort: Cohort) -> None:
    cohort(30)
    sandboxed.hub["record"].faults.add(sandbox.fail("issueCredentials", 400, code="MISSING_RECIPIENTS"))
    planned(shell)
    shell("apply", "cohort.csv", "--summary", "summary.txt", status=1)
    text = (shell.folder / "summary.txt").read_text()
    assert "  rejected               30  MISSING_RECIPIENTS (lines 2-31)" in text
    assert "credentials are test (not real ones)" in text
    assert "holder.example" not in "".join(shell.printed) + text
    assert "Person" not in "".join(shell.printed) + text


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("apply", "absent.csv"), "absent.csv.plan.json: cannot be read: No such file or directory"),
        (("plan", "absent.csv", "--vendor", "record", "--template", "x"), "absent.csv: cannot be read"),
        (("plan", "cohort.csv", "--vendor", "acme", "--template", "x"), "no adapter for 'acme'"),
        (("plan", "cohort.csv", "--vendor", "record", "--template", "x", "--expires", "soon"), "--expires: 'soon' is no date"),
        (("status", "--ledger", "absent.db"), "absent.db: there is no ledger"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_said_without_a_traceback(
    shell: Shell, cohort: Cohort, arguments: tuple[str, ...], says: str
) -> None:
    cohort(1)
    text = shell(*arguments, status=2)
    assert says in text
    assert "Traceback" not in text


def test_a_missing_key_is_named_by_its_variable(shell: Shell, cohort: Cohort, monkeypatch: pytest.MonkeyPatch) -> None:
    cohort(1)
    monkeypatch.delenv("CREDKIT_RECORD_TOKEN")
    says = "record needs an API key\nhelp: set CREDKIT_RECORD_TOKEN, or CREDKIT_RECORD_API_KEY\n"
    assert planned(shell, status=2) == f"credkit: {says}", "a command line has no connect() to pass a key to"
    assert main(["plan", "cohort.csv", "--vendor", "record", "--template", PROGRAMME, "--json"]) == 2
    assert json.loads(shell.capture.readouterr().err) == {
        "error": "record needs an API key",
        "kind": "MissingCredential",
        "help": "set CREDKIT_RECORD_TOKEN, or CREDKIT_RECORD_API_KEY",
    }


def test_a_missing_part_of_the_address_is_named_by_its_variable(
    shell: Shell, cohort: Cohort, monkeypatch: pytest.MonkeyPatch
) -> None:
    cohort(1)
    monkeypatch.setenv("CREDKIT_NCHAIN_API_KEY", "k")
    text = shell("plan", "cohort.csv", "--vendor", "nchain", "--template", "x", status=2)
    assert text.endswith("\nhelp: set CREDKIT_NCHAIN_ENVIRONMENT_ID\n")
    assert "connect()" not in text


def test_an_end_that_is_past_is_not_valid(shell: Shell) -> None:
    rows = "k1,Acme Ltd,did:acme,approved,\nk2,Firm Ltd,did:firm,approved,2999-01-01\n"
    shell.write("firms.csv", f"reference,name,id,claims.kyb_status,expires\n{rows}")
    options = ("--vendor", "beltic", "--template", "business", "--column", "name=name", "--expires", "2020-01-01")
    text = shell("plan", "firms.csv", *options, status=1)
    assert "1  to issue" in text
    assert "line 2: expires: 2020-01-01T23:59:59+00:00 is past" in text
    found = shell.json("apply", "firms.csv", status=1)
    assert (found["issued"], found["held_back"]) == (1, {"invalid": 1})


def test_the_commands_that_come_next_can_be_said_as_they_stand(shell: Shell, cohort: Cohort) -> None:
    shell.write("my cohort.csv", "reference,name,email\ne1,Ann,ann@holder.example\ne2,Bo,bo\n")
    text = shell("plan", "my cohort.csv", "--vendor", "record", "--template", PROGRAMME, "--ledger", "my.db", status=1)
    assert "Next: credkit apply 'my cohort.csv' --ledger my.db\n" in text
    text = shell("apply", "my cohort.csv", "--ledger", "my.db", status=1)
    assert "`credkit export 'my cohort.csv' --ledger my.db` says why" in text


def test_an_error_for_machines_has_its_help_apart(shell: Shell, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status", "--json"]) == 2
    error = json.loads(capsys.readouterr().err)
    assert error["help"] == "name it with --ledger or CREDKIT_LEDGER"
    assert "help" not in error["error"]
