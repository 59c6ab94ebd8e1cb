from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from scripts.judge import cli, measure
from scripts.judge.names import package_name
from scripts.judge.report import Result
from scripts.judge.run import Run, run

from .fake import DESCRIPTION, SPEC, write_package


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "pets.json").write_text(json.dumps(SPEC))
    return folder


def stand_in(monkeypatch: pytest.MonkeyPatch, fault: str = "") -> None:
    """Let the hand-written package stand for what the generator would write."""

    def generate(spec: Path, package: str, folder: Path, timeout: float, within: Path) -> Run:
        write_package(folder, fault)
        return Run(0, "", "", 1.5, 50.0)

    def inspect(spec: Path, package: str, timeout: float, within: Path) -> Run:
        return Run(0, json.dumps(DESCRIPTION), "", 0.1, 1.0)

    monkeypatch.setattr(measure, "generate", generate)
    monkeypatch.setattr(measure, "inspect", inspect)
    monkeypatch.setattr(cli, "package_name", lambda name: "fake_pets")


def arguments(tmp_path: Path, corpus: Path, *more: str) -> list[str]:
    return [str(corpus), "--work", str(tmp_path / "work"), "--no-types", "--no-drawing", *more]


def test_a_clean_document_is_a_line_and_exit_0(
    tmp_path: Path, corpus: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stand_in(monkeypatch)
    assert cli.main(arguments(tmp_path, corpus)) == 0
    line = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("pets"))
    assert line.split()[:8] == ["pets", "1", "1", "1/1", "0", "1/1", "1/1", "0"]
    assert (tmp_path / "work" / "failures.jsonl").read_text() == ""


def test_failures_go_to_a_file_and_make_exit_1(
    tmp_path: Path, corpus: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stand_in(monkeypatch, "loses members")
    failures = tmp_path / "failures.jsonl"
    assert cli.main(arguments(tmp_path, corpus, "--failures", str(failures))) == 1
    records = [json.loads(line) for line in failures.read_text().splitlines()]
    assert {record["stage"] for record in records} == {"response"}
    assert {record["operation"] for record in records} == {"POST /pets/{petId}"}
    assert "0/1" in capsys.readouterr().out


def test_the_tests_that_come_with_a_package_are_run_when_asked(
    tmp_path: Path, corpus: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stand_in(monkeypatch)
    write = measure.generate

    def with_tests(spec: Path, package: str, folder: Path, timeout: float, within: Path) -> Run:
        done = write(spec, package, folder, timeout, within)
        (folder / "tests").mkdir()
        (folder / "tests" / "test_pets.py").write_text(
            "import fake_pets\n\ndef test_good():\n    assert fake_pets\n\ndef test_bad():\n    assert not fake_pets\n"
        )
        return done

    monkeypatch.setattr(measure, "generate", with_tests)
    assert cli.main(arguments(tmp_path, corpus, "--tests")) == 1
    assert "1/2" in capsys.readouterr().out
    (record,) = map(json.loads, (tmp_path / "work" / "failures.jsonl").read_text().splitlines())
    assert record["stage"] == "tests"
    assert "test_pets.py::test_bad" in record["reason"]
    assert not Result("a", tests="stopped").clean
    assert Result("a", tests=measure.TestRun(3, ())).clean


def test_a_document_that_does_not_generate_says_why(
    tmp_path: Path, corpus: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(measure, "generate", lambda *_: Run(2, "", "error: because of this\n", 0.1, 1.0))
    assert cli.main(arguments(tmp_path, corpus)) == 1
    assert "does not generate: error: because of this" in capsys.readouterr().out


def test_nothing_to_judge_is_exit_2(tmp_path: Path, corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(arguments(tmp_path, corpus, "--only", "other")) == 2
    assert cli.main([str(tmp_path / "missing")]) == 2
    assert "no OpenAPI documents" in capsys.readouterr().err


def test_two_runs_do_not_share_a_folder(tmp_path: Path, corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    work = tmp_path / "work"
    work.mkdir()
    lock = cli._claim(work)
    assert lock is not None
    assert cli.main(arguments(tmp_path, corpus)) == 2
    assert "another run" in capsys.readouterr().err
    lock.close()


def test_a_result_with_an_operation_missing_is_not_clean() -> None:
    assert Result("a", operations=2, generated=2).clean
    assert not Result("a", operations=2, generated=1).clean
    assert not Result("a", mypy=["error"]).clean
    assert not Result("a", outcomes=[{"request": "ok", "response": "ok", "errors": 2, "errors_ok": 1}]).clean


def test_a_program_that_hangs_is_stopped_with_its_children() -> None:
    sleep = shutil.which("sleep")
    assert sleep is not None
    done = run(["/bin/sh", "-c", f"{sleep} 60 & {sleep} 60"], timeout=0.3)
    assert done.timed_out
    assert done.seconds < 10
    assert "stopped" in done.complaint


def test_package_names_are_identifiers() -> None:
    for name in ("okta-mgmt", "1password", "Ünï", "class", "a.b/c"):
        assert package_name(name).isidentifier()
