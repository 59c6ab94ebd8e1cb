"""Ctrl-C in the middle of a cohort: what is under way is finished and written down, nothing else begins, and resume does the rest."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest

from credkit import sandbox
from credkit.cli import main
from credkit.sandbox.server import Serving

from .conftest import PROGRAMME, Shell


@pytest.mark.skipif(os.name != "posix", reason="SIGINT as terminals send it")
def test_ctrl_c_leaves_nothing_open(
    shell: Shell, sandboxed: Serving, cohort: Callable[[int], Path], issued: Callable[[], list[str]]
) -> None:
    cohort(8_000)
    shell("plan", "cohort.csv", "--vendor", "record", "--template", PROGRAMME)
    command = [sys.executable, "-m", "credkit.cli", "apply", "cohort.csv", "--yes"]
    with subprocess.Popen(command, cwd=shell.folder, stderr=subprocess.PIPE, text=True) as process:
        limit = time.monotonic() + 60
        while not issued() and time.monotonic() < limit:
            time.sleep(0.005)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert "credkit: stopped; what was under way is finished and kept, `credkit resume cohort.csv` does the rest" in err
    assert "Traceback" not in err
    known = shell.json("status")["cohort"]
    done = len(issued())
    assert 0 < done < 8_000
    assert (known["issued"], known["sending"], known["unknown"]) == (done, 0, 0)
    assert shell.json("resume", "cohort.csv", "--yes")["complete"]
    assert len(issued()) == len(set(issued())) == 8_000


@contextmanager
def sending(shell: Shell, sandboxed: Serving, seconds: float) -> Iterator[subprocess.Popen[str]]:
    """A process that waits for so long for the answer to its only request, which has reached the vendor."""
    shell("plan", "cohort.csv", "--vendor", "record", "--template", PROGRAMME)
    record = sandboxed.hub["record"]
    record.faults.add(sandbox.delay("issueCredentials", seconds))
    command = [sys.executable, "-m", "credkit.cli", "apply", "cohort.csv"]
    with subprocess.Popen(command, cwd=shell.folder, stderr=subprocess.PIPE, text=True) as process:
        limit = time.monotonic() + 30
        while len(record.faults) and time.monotonic() < limit:
            time.sleep(0.02)
        yield process


@pytest.mark.skipif(os.name != "posix", reason="SIGINT as terminals send it")
def test_ctrl_c_waits_for_the_only_request(
    shell: Shell, sandboxed: Serving, cohort: Callable[[int], Path], issued: Callable[[], list[str]]
) -> None:
    cohort(3)
    with sending(shell, sandboxed, 3.0) as process:
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert len(issued()) == 3
    known = shell.json("status")["cohort"]
    assert (known["issued"], known["sending"], known["unknown"]) == (3, 0, 0)


@pytest.mark.skipif(os.name != "posix", reason="SIGINT as terminals send it")
def test_a_second_ctrl_c_ends_at_once(
    shell: Shell, sandboxed: Serving, cohort: Callable[[int], Path], issued: Callable[[], list[str]]
) -> None:
    """What was under way is then open in the ledger, and not sent again."""
    cohort(3)
    with sending(shell, sandboxed, 20.0) as process:
        assert process.stderr is not None
        process.send_signal(signal.SIGINT)
        assert "finishing what is under way" in process.stderr.readline()
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert time.monotonic() - began < 10
    assert process.returncode == 130, err
    assert "Traceback" not in err
    assert "finished and kept" not in err
    assert "3 rows were under way and may have been issued" in err
    told = re.search(r"`credkit resume cohort.csv` settles them, from (\S+ \S+) UTC on for certain", err)
    assert told is not None, err
    first, *_ = shell.json("status", "cohort.csv")["cohort"]["open"]
    assert told[1].replace(" ", "T") == first["settles_at"].removesuffix("+00:00")
    known = shell.json("status")["cohort"]
    assert (
        known["sending"] + known["unknown"] == 3
    )  # unknown where the process had the time to write down that its answer is lost
    found = shell.json("resume", "cohort.csv", status=None)
    assert found["unknown"] + found["issued_before"] == 3
    assert found["issued"] == 0
    assert len(issued()) in (0, 3)


@pytest.mark.skipif(os.name != "posix", reason="SIGINT as terminals send it")
def test_ctrl_c_while_the_command_is_loaded(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def find_spec(name: str, *_: object) -> None:
        if name == "typer":
            raise KeyboardInterrupt

    for name in [one for one in sys.modules if one.partition(".")[0] == "typer"]:
        monkeypatch.delitem(sys.modules, name)
    finder = SimpleNamespace(find_spec=find_spec)
    monkeypatch.setattr(sys, "meta_path", [finder, *sys.meta_path])
    assert main(["status"]) == 130
    assert capsys.readouterr().err == "credkit: stopped; nothing was done\n"
