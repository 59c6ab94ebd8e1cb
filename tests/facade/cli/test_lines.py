"""Rows without a reference: named by their line, in status, export, settle and erase alike."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from credkit import sandbox
from credkit.sandbox.server import Serving

from .conftest import PROGRAMME, Shell

PEOPLE = "name,email\nAnn Canary,ann.canary@holder.example\nBo Canary,bo.canary@holder.example\n"


def lost(shell: Shell, sandboxed: Serving, content: str = PEOPLE) -> None:
    """A cohort whose only answer was lost after the vendor had issued."""
    sandboxed.hub["record"].faults.add(sandbox.disconnect("issueCredentials", committed=True))
    shell.write("cohort.csv", content)
    text = shell("plan", "cohort.csv", "--vendor", "record", "--template", PROGRAMME)
    assert "no references: a name that is later written in another way will be another credential" in text
    shell("apply", "cohort.csv", status=1)


def credential(sandboxed: Serving, email: str) -> tuple[str, str]:
    """Batch and credential that Record keeps for somebody."""
    batches = sandboxed.hub["record"].state.batches.items()
    (found,) = [
        (key, one.recipient_id) for key, (_, batch) in batches for one in batch.recipients if one.email == email
    ]
    return found


def test_a_row_without_a_reference_is_settled_by_its_line(
    shell: Shell, sandboxed: Serving, issued: Callable[[], list[str]]
) -> None:
    lost(shell, sandboxed)
    text = shell("status", "cohort.csv")
    assert "line 2: unknown; can be asked for now; certain from" in text
    assert "line 3: unknown; can be asked for now; certain from" in text
    assert "credkit settle --cohort cohort.csv --line 2" in text
    assert [one["line"] for one in shell.json("status", "cohort.csv.plan.json")["cohort"]["open"]] == [2, 3]
    exported = [json.loads(line) for line in shell("export", "cohort.csv", "--json").splitlines()]
    assert [(row["line"], row["reference"], row["standing"]) for row in exported] == [
        (2, None, "open"),
        (3, None, "open"),
    ]

    batch, id_ = credential(sandboxed, "bo.canary@holder.example")
    named = ("--cohort", "cohort.csv", "--line", "3")
    assert "may still be under way" in shell("settle", *named, "--never", "--why", "nothing there", status=2)
    shell("settle", *named, "--issued", id_, "--batch", batch, "--why", "seen in the portal", "--by", "ada")
    assert "nothing open with this line" in shell("settle", *named, "--never", "--why", "again", status=2)
    assert [one["line"] for one in shell.json("status", "cohort.csv")["cohort"]["open"]] == [2]

    (decision,) = shell.json("audit")
    assert (decision["by"], decision["why"], decision["credential_id"]) == ("ada", "seen in the portal", id_)
    assert decision["cohort"] == "cohort"
    assert "ada: issued as" in shell("audit", "cohort")
    assert "seen in the portal" in shell("audit")

    assert shell.json("erase", *named) == {"erased": 1}
    assert shell.json("erase", *named, status=1) == {"erased": 0}
    (decision,) = shell.json("audit")
    assert (decision["by"], decision["why"], decision["credential_id"]) == ("ada", "", None)
    assert shell.json("reconcile", "cohort.csv")["issued"] == 1
    assert issued() == ["ann.canary@holder.example", "bo.canary@holder.example"]
    assert "canary" not in "".join(shell.printed).lower()


def test_one_credential_is_nobody_elses(shell: Shell, sandboxed: Serving) -> None:
    lost(shell, sandboxed)
    batch, id_ = credential(sandboxed, "bo.canary@holder.example")
    about = ("--issued", id_, "--batch", batch, "--why", "seen")
    shell("settle", "--cohort", "cohort.csv", "--line", "3", *about)
    text = shell("settle", "--cohort", "cohort.csv", "--line", "2", *about, status=2)
    assert "this credential belongs to another intent" in text


def test_lines_that_are_no_sent_rows(shell: Shell, sandboxed: Serving) -> None:
    lost(shell, sandboxed, PEOPLE)
    for line, says in ((1, "no row begins on this line"), (9, "no row begins on this line")):
        text = shell("settle", "--cohort", "cohort.csv", "--line", str(line), "--never", "--why", "x", status=2)
        assert says in text
    assert "say REFERENCE, or --cohort FILE and --line N" in shell("erase", "--line", "2", status=2)
    assert "say REFERENCE, or --cohort FILE and --line N" in shell("erase", "e1", "--line", "2", status=2)
    shell.write("cohort.csv", PEOPLE + "Cy,cy@holder.example\n")
    text = shell("erase", "--cohort", "cohort.csv", "--line", "2", status=2)
    assert "is not the file that was planned" in text


def test_an_audit_of_nothing(shell: Shell, cohort: Callable[[int], Path]) -> None:
    cohort(1)
    shell("plan", "cohort.csv", "--vendor", "record", "--template", PROGRAMME)
    assert "Nothing was settled by hand" in shell("audit")
    assert shell.json("audit") == []
    assert "has no cohort 'june'" in shell("audit", "june", status=2)
