"""Where commands write: over nothing that the ledger or the command needs, into pipes and devices as they are, through symbolic links."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from .conftest import PROGRAMME, Shell

PLAN = ("plan", "cohort.csv", "--vendor", "record", "--template", PROGRAMME)
WRITING = {
    "export --out": ("export", "cohort.csv", "--out"),
    "apply --summary": ("apply", "cohort.csv", "--summary"),
    "apply --rejected": ("apply", "cohort.csv", "--rejected"),
    "plan --out": (*PLAN, "--out"),
    "plan --problems": (*PLAN, "--problems"),
    "plan --columns": (*PLAN, "--column", "name=name", "--columns"),
}
posix = pytest.mark.skipif(os.name != "posix", reason="pipes, devices and links")


@pytest.fixture
def planned(shell: Shell, cohort: Callable[[int], Path]) -> Shell:
    """A planned cohort in a ledger whose name does not say what it is."""
    cohort(3)
    shell(*PLAN, "--ledger", "book.sqlite")
    return shell


def content(shell: Shell) -> dict[str, bytes]:
    """What is in the files; SQLite's own are written whenever a ledger is opened."""
    files = [one for one in shell.folder.iterdir() if one.is_file() and not one.name.endswith(("-wal", "-shm"))]
    return {one.name: one.read_bytes() for one in files}


@pytest.mark.parametrize("command", WRITING.values(), ids=WRITING)
@pytest.mark.parametrize("suffix", ["", ".key", "-wal", "-shm", "-journal"])
def test_the_ledgers_files_are_not_written_over(
    planned: Shell, monkeypatch: pytest.MonkeyPatch, command: Sequence[str], suffix: str
) -> None:
    before = content(planned)
    out = f"book.sqlite{suffix}"
    text = planned(*command, f"./{out}", "--ledger", "book.sqlite", status=2)
    assert text == f"credkit: {out}: would be written over, and it is the ledger's\nhelp: name another file\n"
    monkeypatch.setenv("CREDKIT_LEDGER", str(planned.folder / "book.sqlite"))
    planned(*command, out, status=2)
    monkeypatch.delenv("CREDKIT_LEDGER")
    planned(*command, f"issuances.db{suffix}", status=2)
    assert content(planned) == before


@posix
@pytest.mark.parametrize("command", WRITING.values(), ids=WRITING)
def test_the_ledgers_files_are_known_by_other_names(planned: Shell, command: Sequence[str]) -> None:
    (planned.folder / "link.sqlite").symlink_to("book.sqlite")
    (planned.folder / "to-key").symlink_to("book.sqlite.key")
    os.link(planned.folder / "book.sqlite.key", planned.folder / "same-key")
    before = content(planned)
    for out in ("link.sqlite", "to-key", "same-key"):
        planned(*command, out, "--ledger", "book.sqlite", status=2)
    (planned.folder / "link.sqlite.key").symlink_to("book.sqlite.key")
    for out in ("book.sqlite", "book.sqlite-wal", "link.sqlite-wal", "book.sqlite.key"):
        assert "would be written over" in planned(*command, out, "--ledger", "link.sqlite", status=2)
    assert {name: content(planned)[name] for name in before} == before


@pytest.mark.parametrize("command", WRITING.values(), ids=WRITING)
def test_what_a_command_reads_is_not_written_over(planned: Shell, command: Sequence[str]) -> None:
    before = content(planned)
    inputs = ["cohort.csv"] if command[0] == "plan" else ["cohort.csv", "cohort.csv.plan.json"]
    for out in inputs:
        text = planned(*command, out, "--ledger", "book.sqlite", status=2)
        assert "it is something that this command reads" in text
    assert content(planned) == before


@posix
@pytest.mark.parametrize("command", WRITING.values(), ids=WRITING)
def test_a_link_stays_and_what_it_leads_to_is_written(planned: Shell, command: Sequence[str]) -> None:
    (planned.folder / "other").mkdir()
    target = planned.folder / "other" / "target.csv"
    for there in (False, True):
        if there:
            target.write_text("")
        (planned.folder / "link.csv").symlink_to("other/target.csv")
        planned(*command, "link.csv", "--ledger", "book.sqlite")
        assert (planned.folder / "link.csv").is_symlink()
        assert target.read_text()
        assert stat.S_IMODE(target.stat().st_mode) == 0o600
        assert [one.name for one in (planned.folder / "other").iterdir()] == ["target.csv"]
        (planned.folder / "link.csv").unlink()
        target.unlink()


@posix
@pytest.mark.parametrize("option", [one for one in WRITING if one != "plan --columns"])  # which is read, too
def test_a_pipe_is_written_into(planned: Shell, option: str) -> None:
    pipe = planned.folder / "pipe"
    os.mkfifo(pipe)
    found: list[str] = []
    reader = threading.Thread(target=lambda: found.append(pipe.read_text()), daemon=True)
    reader.start()
    planned(*WRITING[option], "pipe", "--ledger", "book.sqlite")
    reader.join(10)
    assert pipe.is_fifo()
    expected = {"summary": "Cohort cohort", "rejected": "line,reference,code", "problems": "line,reference,standing"}
    assert found
    assert expected.get(option.rpartition("--")[2], "{" if option == "plan --out" else "line,reference") in found[0]


def device(folder: Path, name: str, minor: int) -> str:
    """A device as in /dev; one of our own where the system lets us, as what is wrong could break those."""
    own = folder / name
    try:
        os.mknod(own, stat.S_IFCHR | 0o666, os.makedev(1, minor))
        own.read_bytes() if name == "null" else own.open("wb").close()
    except OSError:
        if os.geteuid() == 0 or not Path("/dev", name).exists():
            pytest.skip("no device to try it with")
        return f"/dev/{name}"
    return name


linux = pytest.mark.skipif(sys.platform != "linux", reason="devices by their numbers")


@linux
@pytest.mark.parametrize("command", WRITING.values(), ids=WRITING)
def test_a_device_stays_one(planned: Shell, command: Sequence[str]) -> None:
    null = device(planned.folder, "null", 3)
    before = os.stat(null)
    planned(*command, null, "--ledger", "book.sqlite")
    after = os.stat(null)
    assert stat.S_ISCHR(after.st_mode)
    assert (after.st_mode, after.st_ino) == (before.st_mode, before.st_ino)


@linux
def test_two_outputs_may_go_nowhere(planned: Shell) -> None:
    null = device(planned.folder, "null", 3)
    planned(*PLAN, "--out", null, "--problems", null, "--ledger", "book.sqlite")
    planned("apply", "cohort.csv", "--summary", null, "--rejected", null, "--ledger", "book.sqlite")
    text = planned("apply", "cohort.csv", "--summary", "x", "--rejected", "x", "--ledger", "book.sqlite", status=2)
    assert "would be written over" in text


@linux
def test_a_device_that_is_full_is_named(planned: Shell) -> None:
    full = device(planned.folder, "full", 7)
    text = planned("export", "cohort.csv", "--out", full, "--ledger", "book.sqlite", status=2)
    assert text == f"credkit: {full}: No space left on device\n"


@pytest.mark.skipif(not Path("/proc/self/fd/1").exists(), reason="a name of standard output")
@pytest.mark.parametrize("to", ["file", "pipe"])
def test_standard_output_by_its_name(planned: Shell, to: str) -> None:
    """A file that standard output goes to is not replaced, and what else is said there is not lost. The link is as /dev/stdout is, which is
    left alone: root could replace it."""
    (planned.folder / "stdout").symlink_to("/proc/self/fd/1")
    log = planned.folder / "log"
    log.write_text("before\n")
    command = [sys.executable, "-m", "credkit.cli", "apply", "cohort.csv", "--ledger", "book.sqlite"]
    with log.open("a") as file:
        run = subprocess.run(
            [*command, "--summary", "stdout"],
            cwd=planned.folder,
            stdout=file if to == "file" else subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
    assert run.returncode == 0, run.stderr
    assert (planned.folder / "stdout").is_symlink()
    text = log.read_text().removeprefix("before\n") if to == "file" else run.stdout
    assert log.read_text().startswith("before\n")
    assert text.count("Every row has its credential.") == 2, "as the summary of the screen, and as the file"


def test_a_plan_elsewhere_is_a_file_of_its_own(planned: Shell) -> None:
    planned(*PLAN, "--out", "plan.json", "--ledger", "book.sqlite")
    assert json.loads((planned.folder / "plan.json").read_text())["source"] == "cohort.csv"
    assert "would be written over" in planned(
        "export", "plan.json", "--out", "plan.json", "--ledger", "book.sqlite", status=2
    )
