"""Planning a file once more for something else: it is said, what was only planned goes, what was sent stays."""

from __future__ import annotations

import errno
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from credkit.cli import main
from credkit.cohort.job import Job, check_plan

from .conftest import PROGRAMME, Shell

Cohort = Callable[[int], Path]
OTHER = "prog_1779175802952_zlymqs"


def plan(shell: Shell, *more: str, template: str = PROGRAMME, status: int = 0) -> str:
    return shell("plan", "cohort.csv", "--vendor", "record", "--template", template, *more, status=status)


def test_a_plan_for_another_vendor_says_what_it_replaces(shell: Shell, cohort: Cohort) -> None:
    cohort(2)
    assert "replaces" not in plan(shell)
    assert "replaces" not in plan(shell), "the same once more"
    text = shell("plan", "cohort.csv", "--vendor", "beltic", "--template", "business", "--column", "email=claims.email")
    replaced = f"  replaces the plan of the cohort cohort (record, template {PROGRAMME}, cohort.csv)"
    assert f"{replaced}, of which nothing was sent: the ledger forgets it\n" in text
    assert "called" not in text, "the name is free again"
    assert json.loads((shell.folder / "cohort.csv.plan.json").read_text())["vendor"] == "beltic"
    (known,) = shell.json("status").values()
    assert known["account"].startswith("beltic:"), "a mistaken plan does not stay in the ledger"
    assert "cohort (beltic:test:default, template business): only planned, nothing was sent\n" in shell("status")


def test_what_was_sent_of_a_replaced_plan_stays(shell: Shell, cohort: Cohort) -> None:
    cohort(2)
    plan(shell)
    shell("apply", "cohort.csv")
    text = plan(shell, template=OTHER)
    assert "of which 2 sent and 2 issued: they stay so (`credkit status cohort`)" in text
    found = json.loads((shell.folder / "cohort.csv.plan.json").read_text())["name"]
    assert found.startswith("cohort-")
    assert (
        f"  called {found}, as cohort is a cohort of another file, template or account (--name says another one)\n"
        in text
    )
    assert shell.json("status")["cohort"]["issued"] == 2
    assert "called" in plan(shell, template=OTHER), "the same name, for the same reason"
    assert "replaces" not in plan(shell, template=OTHER)
    back = shell.json("plan", "cohort.csv", "--vendor", "record", "--template", PROGRAMME)
    assert (back["name"], back["counts"]["issued"]) == ("cohort", 2)
    assert back["replaces"] == {
        "name": found,
        "vendor": "record",
        "account": "record:test:default",
        "template": OTHER,
        "sent": 0,
        "forgotten": True,
    }
    assert list(shell.json("status")) == ["cohort"]


def test_a_plan_elsewhere_is_replaced_by_none(shell: Shell, cohort: Cohort) -> None:
    cohort(2)
    plan(shell)
    assert "replaces" not in plan(shell, "--out", "other.json", template=OTHER)
    assert len(shell.json("status")) == 2
    assert shell.json("apply", "cohort.csv")["issued"] == 2
    assert shell.json("apply", "other.json")["issued"] == 2


def test_a_chosen_name_is_not_taken_over(shell: Shell, cohort: Cohort) -> None:
    cohort(2)
    plan(shell, "--name", "may")
    before = (shell.folder / "cohort.csv.plan.json").read_bytes()
    assert "the ledger has a cohort 'may'" in plan(shell, "--name", "may", template=OTHER, status=2)
    assert (shell.folder / "cohort.csv.plan.json").read_bytes() == before
    assert shell.json("apply", "cohort.csv")["issued"] == 2, "what was refused has changed nothing"


def test_a_plan_of_another_ledger_is_replaced_and_not_touched(shell: Shell, cohort: Cohort) -> None:
    cohort(2)
    plan(shell, "--ledger", "one.db")
    assert ", which this ledger does not know\n" in plan(shell, "--ledger", "two.db", template=OTHER)
    assert list(shell.json("status", "--ledger", "one.db")) == ["cohort"]


@pytest.mark.parametrize("failure", [OSError(errno.ENOSPC, "No space left on device", "x"), KeyboardInterrupt()])
def test_a_plan_that_cannot_be_saved_takes_nobodys_place(
    shell: Shell, cohort: Cohort, monkeypatch: pytest.MonkeyPatch, failure: BaseException
) -> None:
    cohort(2)
    plan(shell)
    before = (shell.folder / "cohort.csv.plan.json").read_bytes()

    def fails(*_: object) -> None:
        raise failure

    with monkeypatch.context() as patched:
        patched.setattr("os.replace", fails)
        plan(shell, template=OTHER, status=2 if isinstance(failure, OSError) else 130)
    assert (shell.folder / "cohort.csv.plan.json").read_bytes() == before
    assert list(shell.json("status")) == ["cohort"]
    assert shell.json("apply", "cohort.csv")["issued"] == 2, "the plan that is left is carried out"


def test_a_cohort_that_took_the_place_of_one_that_is_being_applied_gets_none_of_its_rows(
    shell: Shell, cohort: Cohort, monkeypatch: pytest.MonkeyPatch
) -> None:
    cohort(2)
    plan(shell)

    def checked(job: Job) -> None:
        check_plan(job)
        assert main(["plan", "cohort.csv", "--vendor", "record", "--template", OTHER]) == 0

    with monkeypatch.context() as patched:
        patched.setattr("credkit.cli.planned.check_plan", checked)
        text = shell("apply", "cohort.csv", status=2)
    assert "the cohort 'cohort' is of another account or template than these rows" in text
    assert "Plan again: nothing of these was sent" in text
    assert shell.json("status")["cohort"]["issued"] == 0
    assert shell.json("apply", "cohort.csv")["issued"] == 2


@pytest.mark.parametrize("content", ["", "{}", "[" * 10_000])
def test_what_is_no_plan_is_replaced_as_before(shell: Shell, cohort: Cohort, content: str) -> None:
    cohort(2)
    shell.write("cohort.csv.plan.json", content)
    assert "replaces" not in plan(shell)
    assert shell.json("apply", "cohort.csv")["issued"] == 2
