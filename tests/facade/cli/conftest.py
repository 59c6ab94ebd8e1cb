"""The command line as somebody uses it: keys in the environment, files in a folder, vendors of the sandbox over HTTP."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

for package in ("typer", "rich", "credkit_record", "credkit_beltic", "starlette", "uvicorn"):
    pytest.importorskip(package)

from credkit.cli import main  # noqa: E402
from credkit.sandbox.server import Serving, serve  # noqa: E402

PROGRAMME = "prog_1779172339924_j3pr93"


@dataclass
class Shell:
    """Runs commands in a folder; what they printed is kept for a look at all of it in the end."""

    folder: Path
    capture: pytest.CaptureFixture[str]
    printed: list[str] = field(default_factory=list)

    def __call__(self, *arguments: str, status: int = 0) -> str:
        found = main(list(arguments))
        out, err = self.capture.readouterr()
        self.printed += [out, err]
        assert found == status, out + err
        return out + err

    def json(self, *arguments: str, status: int | None = 0) -> Any:
        found = main([*arguments, "--json"])
        out, err = self.capture.readouterr()
        self.printed += [out, err]
        assert status is None or found == status, out + err
        return json.loads(out)

    def write(self, name: str, content: str) -> Path:
        path = self.folder / name
        path.write_text(content, "utf-8")
        return path


@pytest.fixture(scope="module")
def serving() -> Iterator[Serving]:
    with serve() as running:
        yield running


@pytest.fixture
def sandboxed(serving: Serving) -> Serving:
    serving.hub.reset()
    for simulator in serving.hub:
        simulator.faults.clear()
    return serving


@pytest.fixture
def shell(
    sandboxed: Serving, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Shell:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CREDKIT_RECORD_TOKEN", sandboxed.hub["record"].key)
    monkeypatch.setenv("CREDKIT_RECORD_BASE_URL", sandboxed.base_url("record"))
    monkeypatch.setenv("CREDKIT_BELTIC_API_KEY", sandboxed.hub["beltic"].key)
    monkeypatch.setenv("CREDKIT_BELTIC_BASE_URL", sandboxed.base_url("beltic"))
    return Shell(tmp_path, capsys)


@pytest.fixture
def cohort(shell: Shell) -> Callable[[int], Path]:
    """Writes a cohort of so many people."""

    def made(people: int, name: str = "cohort.csv") -> Path:
        rows = [f"enrol-{at},Person Number{at},person{at}@holder.example" for at in range(people)]
        return shell.write(name, "\n".join(["reference,name,email", *rows, ""]))

    return made


@pytest.fixture
def issued(sandboxed: Serving) -> Callable[[], list[str]]:
    """The addresses that Record has issued to, sorted: more than one of a person would be a double issue."""

    def read() -> list[str]:
        batches = [batch for _, batch in sandboxed.hub["record"].state.batches.values()]
        people = [one.email for batch in batches for one in batch.recipients]
        return sorted(email for email in people if email.endswith("@holder.example"))

    return read
