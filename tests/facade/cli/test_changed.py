"""A cohort's file that somebody saves over while it is gone through: nobody is issued to who was not planned."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from credkit.cohort.requests import read_recipients
from credkit.ledger import recorded

from .conftest import PROGRAMME, Shell

PEOPLE = 200
SAID = "cohort.csv: was changed while it was read; no row was dealt with that was not planned"


@pytest.fixture
def planned(shell: Shell, cohort: Callable[[int], Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """A planned cohort that is read, looked up and sent in small parts."""
    monkeypatch.setattr("credkit.cohort.sealed.BLOCK", 512, raising=False)
    monkeypatch.setattr("credkit.cohort.survey._LOOKUP", 10)
    monkeypatch.setattr("credkit.cohort.plan.AT_ONCE", 20)
    path = cohort(PEOPLE)
    shell("plan", "cohort.csv", "--vendor", "record", "--template", PROGRAMME)
    return path


def strangers(text: str) -> str:
    return text.replace("enrol-", "other-").replace("person", "strange")


def replace(path: Path) -> None:
    beside = path.with_name("beside.csv")
    beside.write_text(strangers(path.read_text()))
    os.replace(beside, path)


def in_place(path: Path) -> None:
    with path.open("r+") as file:
        text = strangers(file.read())
        file.seek(0)
        file.write(text)


@pytest.mark.parametrize("change", [replace, in_place])
@pytest.mark.parametrize("reading", [1, 2])
def test_a_file_that_is_saved_over_before_it_is_read_again(
    shell: Shell,
    planned: Path,
    issued: Callable[[], list[str]],
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[Path], None],
    reading: int,
) -> None:
    """Between the look at it and the first reading, or between the readings: so the whole of what is read last was never planned."""
    readings: list[int] = []

    def read(*arguments: Any, **options: Any) -> Any:
        readings.append(1)
        if len(readings) == reading:
            change(planned)
        return read_recipients(*arguments, **options)

    monkeypatch.setattr("credkit.cohort.job.read_recipients", read)
    assert SAID in shell("apply", "cohort.csv", "--yes", status=2)
    assert issued() == []


def test_a_file_that_is_saved_over_while_it_is_sent(
    shell: Shell, planned: Path, issued: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    before, original = planned.read_text(), recorded.issue
    rounds: list[int] = []

    def issue(*arguments: Any, **options: Any) -> Any:
        rounds.append(1)
        if len(rounds) == 2:
            in_place(planned)
        return original(*arguments, **options)

    monkeypatch.setattr(recorded, "issue", issue)
    text = shell("apply", "cohort.csv", "--yes", status=2)
    assert SAID in text
    assert "help: `credkit status` shows what was issued; put the planned file back and go on, or plan again" in text
    assert 20 <= len(issued()) < PEOPLE
    assert not [one for one in issued() if one.startswith("strange")]
    planned.write_text(before)
    shell("resume", "cohort.csv", "--yes")
    assert issued() == sorted(f"person{at}@holder.example" for at in range(PEOPLE)), "each once"


@pytest.mark.parametrize("command", [("export",), ("status",), ("settle", "--cohort")], ids=lambda command: command[0])
def test_a_file_that_is_saved_over_while_it_is_shown(
    shell: Shell, planned: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    """What is decided by line is decided of the row that was planned."""

    def read(*arguments: Any, **options: Any) -> Any:
        replace(planned)
        return read_recipients(*arguments, **options)

    shell("apply", "cohort.csv", "--yes")
    monkeypatch.setattr("credkit.cohort.job.read_recipients", read)
    monkeypatch.setattr("credkit.cohort.lines.read_recipients", read, raising=False)
    decision = ("--line", "2", "--never", "--why", "looked") if command[0] == "settle" else ()
    text = shell(*command, "cohort.csv", *decision, status=2)
    assert SAID in text
    assert "other-" not in text
