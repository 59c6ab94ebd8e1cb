"""Files as people have them: what is wrong is said with its line and what to do; nothing is sent, and no row is lost on the way."""

from __future__ import annotations

import csv
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from credkit.sandbox.server import Serving

from .conftest import PROGRAMME, Shell

GOOD = b"reference,name,email\ne1,Ann,ann@holder.example\n"


def planned(shell: Shell, name: str, *more: str, status: int = 0) -> str:
    return shell("plan", name, "--vendor", "record", "--template", PROGRAMME, *more, status=status)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.csv", GOOD.decode().encode("utf-16"), "a.csv:1: expected UTF-8; this is UTF-16"),
        ("a.csv", GOOD.decode().encode("utf-16-le"), "a.csv:1: expected UTF-8; this is UTF-16 or no text"),
        ("a.csv", b"PK\x03\x04\x14\x00\x06\x00", "save it as “CSV UTF-8” in the spreadsheet"),
        ("a.csv", GOOD.replace(b"Ann", b"M\xfcller"), "a.csv:2: expected UTF-8; byte 5 of the line is not"),
        ("a.csv", GOOD.replace(b"\n", b"\r"), "lines end with carriage returns alone"),
        ("a.csv", b"sep=;\nreference;name;email\n", "a note to a spreadsheet about separators"),
        ("a.csv", b"", "a.csv:1: expected a header"),
        ("a.csv", b"reference,email\n1,ann@holder.example\n", "no column is the name of whom a credential is for"),
        ("a.csv", b"reference|name|email\n", "no column is the name of whom"),
        ("a.csv", b"name,name,email\n", "a.csv:1: the column 'name' stands there twice"),
        ("a.csv", b"reference,name,email\n1," + b"x" * (1 << 20), "a.csv:2: a line of more than 1,048,576 bytes"),
        (
            "a.json",
            b'[{"reference": "1", "name": "Ann"}]\n',
            "JSON goes into a file .jsonl, with an object on each line",
        ),
        ("a.json", b'[{"reference":"1","name":"Ann"}]\n', "JSON goes into a file .jsonl, with an object on each line"),
        (
            "a.csv",
            b' {"name":"Ann","email":"ann@holder.example"}\n',
            "a.csv:1: expected a header with the columns' names; this is JSON",
        ),
    ],
    ids=lambda value: None if isinstance(value, bytes) else str(value)[:40],
)
def test_a_file_that_cannot_be_used(shell: Shell, name: str, content: bytes, says: str) -> None:
    (shell.folder / name).write_bytes(content)
    assert says in planned(shell, name, status=2)
    assert not list(shell.folder.glob("*.plan.json"))


@pytest.mark.parametrize("content", [b"\xef\xbb\xbf" + GOOD, GOOD.replace(b"\n", b"\r\n"), GOOD.replace(b",", b";")])
def test_a_file_as_spreadsheets_write_it(shell: Shell, content: bytes) -> None:
    (shell.folder / "a.csv").write_bytes(content)
    assert "1  to issue" in planned(shell, "a.csv")


def test_a_quote_that_is_not_closed_says_what_it_swallowed(shell: Shell) -> None:
    shell.write("a.csv", 'reference,name,email\n1,"Ann,ann@holder.example\n2,Bo,bo@holder.example\n')
    assert "lines 2 to 3 were read as one row" in planned(shell, "a.csv", status=1)


def test_json_lines_with_a_broken_line(shell: Shell) -> None:
    good = {"reference": "e1", "name": "Ann", "email": "ann@holder.example"}
    bad = {"reference": "e4", "name": "", "email": "bo@holder.example"}
    shell.write("a.jsonl", "\n".join([json.dumps(good), '{"reference":', "[1]", json.dumps(bad), ""]))
    text = planned(shell, "a.jsonl", "--problems", "held.csv", status=1)
    assert "lines 2-3: expected a JSON object on a line of its own" in text
    with (shell.folder / "held.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["line"], row["reference"], row["reason"]) for row in rows[2:]] == [("4", "e4", "no name")]


def test_one_reason_is_said_once(shell: Shell) -> None:
    rows = [f"e{at},Ann{at},{'' if at % 100 else f'ann{at}@holder.example'}" for at in range(300)]
    shell.write("a.csv", "\n".join(["reference,name,email", *rows, ""]))
    text = planned(shell, "a.csv", status=1)
    assert "    lines 3-101, 103-201, 203-301: Record needs an e-mail address" in text
    assert text.count("Record needs an e-mail address") == 1
    (problem,) = shell.json("plan", "a.csv", "--vendor", "record", "--template", PROGRAMME, status=1)["problems"]
    assert (problem["rows"], problem["lines"]) == (297, [[3, 101], [103, 201], [203, 301]])


def test_a_file_whose_name_is_no_label(shell: Shell) -> None:
    name = "n" * 120 + ".csv"
    (shell.folder / name).write_bytes(GOOD)
    text = planned(shell, name, status=2)
    assert "a label is one line of at most 100 printable characters" in text
    assert "help: say --label LABEL" in text
    assert not list(shell.folder.glob("*.plan.json"))
    assert "the label: a label is one line" in planned(shell, name, "--label", "x\ny", status=2)
    planned(shell, name, "--label", "May")
    shell("apply", name)
    (shell.folder / "a\udcff.csv").write_bytes(GOOD)
    assert "has characters that cannot be shown" in planned(shell, "a\udcff.csv", "--label", "May", status=2)


def test_one_file_for_several_templates(shell: Shell) -> None:
    (shell.folder / "a.csv").write_bytes(GOOD)
    names = [
        shell.json("plan", "a.csv", "--vendor", "record", "--template", template, "--out", f"{template}.json")["name"]
        for template in (PROGRAMME, "prog_2", "prog_3", "prog_2")
    ]
    assert names[0] == "a"
    assert len(set(names)) == 3
    assert names[1] == names[3]


def test_a_template_that_may_be_misspelt(shell: Shell) -> None:
    (shell.folder / "a.csv").write_bytes(GOOD)
    shell.write("credkit.toml", f'[vendors.record]\ntemplates = {{ course = "{PROGRAMME}" }}\n')
    text = shell("plan", "a.csv", "--vendor", "record", "--template", "corse")
    assert "credkit.toml has no template 'corse' ('course'): it is taken as record's id" in text
    assert "credkit.toml" not in shell("plan", "a.csv", "--vendor", "record", "--template", "course")


def test_faults_for_machines(shell: Shell, sandboxed: Serving) -> None:
    text = shell("apply", "absent.csv", "--json", status=2)
    assert json.loads(text)["kind"] == "CohortError"
    assert "absent.csv.plan.json: cannot be read" in json.loads(text)["error"]


def test_a_folder_that_cannot_be_written(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    (shell.folder / "a.csv").write_bytes(GOOD)
    planned(shell, "a.csv")  # makes the ledger
    (shell.folder / "a.csv.plan.json").unlink()

    def full(*arguments: object, **more: object) -> None:
        raise OSError(28, "No space left on device", "hidden")

    monkeypatch.setattr("tempfile.mkstemp", full)
    assert planned(shell, "a.csv", status=2) == "credkit: a.csv.plan.json: No space left on device\n"


def test_an_export_is_whole_or_not_there(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a process leaves behind that was killed hinders no other."""
    (shell.folder / "a.csv").write_bytes(GOOD + b"e2,Bo,bo@holder.example\n")
    planned(shell, "a.csv")
    (shell.folder / ".out.csv.part").touch()
    shell("export", "a.csv", "--out", "out.csv")
    before = (shell.folder / "out.csv").read_bytes()
    assert before.count(b"\n") == 3
    assert os.name != "posix" or (shell.folder / "out.csv").stat().st_mode & 0o077 == 0
    files = sorted(shell.folder.iterdir())

    def full(value: object) -> str:
        if value == "e2":
            raise OSError(28, "No space left on device")
        return str(value)

    monkeypatch.setattr("credkit.cli.export.cell", full)
    assert shell("export", "a.csv", "--out", "out.csv", status=2) == "credkit: out.csv: No space left on device\n"
    assert (shell.folder / "out.csv").read_bytes() == before
    assert sorted(shell.folder.iterdir()) == files


@pytest.mark.parametrize(("code", "says"), [("SQLITE_FULL", "is full"), ("SQLITE_IOERR_WRITE", "takes nothing more")])
def test_a_full_disk_is_said_in_plain_words(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, code: str, says: str
) -> None:
    def full(*arguments: object) -> None:
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorname = code
        raise error

    (shell.folder / "a.csv").write_bytes(GOOD)
    planned(shell, "a.csv")
    monkeypatch.setattr("credkit.ledger.commits.Commits.write", full)
    text = shell("apply", "a.csv", status=2)
    assert f"the disk that issuances.db is on {says}" in text
    assert "Make room on that disk, or mend it, then go on (`credkit resume`)" in text


def test_a_ledger_that_cannot_be_used_is_named(shell: Shell) -> None:
    shell.write("other.db", "no ledger")
    assert "credkit: other.db: the file is no SQLite database" in shell("status", "--ledger", "other.db", status=2)


def test_where_a_run_ended_is_said_to_pipes(shell: Shell) -> None:
    (shell.folder / "a.csv").write_bytes(GOOD)
    planned(shell, "a.csv")
    assert "1 of 1 rows" in shell("apply", "a.csv")
    shell.json("apply", "a.csv")
    (line,) = shell.printed[-1].splitlines()
    assert json.loads(line)["progress"]["complete"] is False
    assert json.loads(line)["progress"]["rows"] == 1


@pytest.mark.skipif(os.name != "posix", reason="a terminal")
def test_a_terminal_shows_a_bar(shell: Shell, cohort: Callable[[int], Path]) -> None:
    import pty

    cohort(3)
    shell("plan", "cohort.csv", "--vendor", "record", "--template", PROGRAMME)
    terminal, side = pty.openpty()
    command = [sys.executable, "-m", "credkit.cli", "apply", "cohort.csv"]
    with subprocess.Popen(command, cwd=shell.folder, stderr=side, stdout=subprocess.PIPE) as process:
        out, _ = process.communicate(timeout=60)
    shown = os.read(terminal, 65536).decode()
    os.close(terminal)
    os.close(side)
    assert process.returncode == 0, shown
    assert "3/3" in shown
    assert "rows/s" in shown
    assert "3 issued, 0 rejected, 0 unknown" in shown
    assert b"Every row has its credential." in out


def test_the_version(shell: Shell) -> None:
    assert shell("--version").startswith("credkit ")


@pytest.mark.parametrize("place", [".", "/", "..", "folder"])
@pytest.mark.parametrize(
    "command",
    [
        ("plan", "PLACE", "--vendor", "record", "--template", PROGRAMME),
        ("apply", "PLACE"),
        ("export", "PLACE"),
        ("revoke", "PLACE", "--all"),
        ("settle", "--cohort", "PLACE", "--line", "2", "--never", "--why", "looked"),
    ],
    ids=lambda command: command[0],
)
def test_a_folder_in_place_of_a_file(shell: Shell, command: tuple[str, ...], place: str) -> None:
    (shell.folder / "folder").mkdir()
    (shell.folder / "a.csv").write_bytes(GOOD)
    planned(shell, "a.csv")
    text = shell(*(place if one == "PLACE" else one for one in command), status=2)
    assert f"credkit: {place}: cannot be read: it is a folder\nhelp: name the cohort's file, or its plan\n" == text


@pytest.mark.parametrize("place", [".", "/"])
def test_a_folder_in_place_of_what_is_written(shell: Shell, place: str) -> None:
    (shell.folder / "a.csv").write_bytes(GOOD)
    assert "a ledger is a file; this is a folder" in planned(shell, "a.csv", "--ledger", place, status=2)
    planned(shell, "a.csv")
    assert "a ledger is a file; this is a folder" in shell("status", "--ledger", place, status=2)
    for command in (("export", "--out"), ("apply", "--summary"), ("apply", "--rejected")):
        text = shell(command[0], "a.csv", command[1], place, status=2)
        assert text == f"credkit: {place}: cannot be written: it is a folder\nhelp: name a file\n"
    assert shell.json("status")["a"]["issued"] == 0, "it is said before anything is sent"


def test_a_column_of_several_templates(shell: Shell) -> None:
    shell.write(
        "a.csv", "reference,name,email,Programme,Campus\ne1,Ann,ann@holder.example,A,N\ne2,Bo,bo@holder.example,B,N\n"
    )
    text = planned(shell, "a.csv")
    assert "  left out: Programme, Campus (" in text
    assert (
        "    Programme: a cohort has one template, the one of --template: to issue from several, make a file for each"
        in text
    )
    text = planned(shell, "a.csv", "--column", "Programme=template", status=2)
    assert "the column 'Programme' cannot be 'template'\nhelp: a cohort has one template" in text


def test_a_column_that_was_mistaken_once_is_named(shell: Shell) -> None:
    """What a column was said to be is kept for the next cohort; where that keeps rows from being sent, the plan says how to take it back."""
    content = "reference,name,email,My Grade\ne1,Ann,ann@holder.example,A\ne2,Bo,bo@holder.example,B\ne3,,x,C\n"
    shell.write("a.csv", content)
    planned(shell, "a.csv", "--column", "My Grade=claims.grade", status=1)
    shell.write("b.csv", content)
    text = planned(shell, "b.csv", status=1)
    assert "lines 2-3: Record takes no claims" in text
    assert "this is about the column 'My Grade', which is claims.grade: `--column 'My Grade='` leaves it out\n" in text
    assert text.count("this is about") == 1, "line 4 is not about it"
    problems = shell.json("plan", "b.csv", "--vendor", "record", "--template", PROGRAMME, status=1)["problems"]
    assert [one["columns"] for one in problems] == [["My Grade"], []]
    assert "2  to issue" in planned(shell, "b.csv", "--column", "My Grade=", status=1)
    assert "2  to issue" in planned(shell, "a.csv", status=1)
