"""The steps for one document that run in processes of their own: generate, inspect, exercise, import, type checks."""

from __future__ import annotations

import json
import re
import statistics
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .run import Run, run

ROOT = Path(__file__).resolve().parent.parent.parent
ROUNDS = 3
PROBE = """
import json, sys, time
def kilobytes():
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmRSS"))
sys.path.insert(0, {folder!r})
start = time.perf_counter()
import httpx, pydantic
bare, before = time.perf_counter() - start, kilobytes()
from {package} import {client} as Client
Client(base_url="http://127.0.0.1:9").close()
print(json.dumps([bare, time.perf_counter() - start, before, kilobytes()]))
"""


@dataclass(frozen=True, slots=True)
class TestRun:
    """The tests that come with a package: how many passed, and the lines that name those that did not."""

    __test__ = False

    passed: int
    failed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ImportCost:
    """Milliseconds and megabytes of `import httpx, pydantic`, and of the same with the package and a client."""

    bare_ms: float
    package_ms: float
    bare_mb: float
    package_mb: float


def generate(spec: Path, package: str, folder: Path, timeout: float, within: Path) -> Run:
    """`credkit-codegen generate` for one document, whose references may not leave `within`."""
    command: list[str | Path] = [
        _tool("credkit-codegen"),
        "generate",
        "--spec",
        spec,
        "--package",
        package,
        "--out",
        folder,
        "--within",
        within,
    ]
    return run(command, timeout=timeout, cwd=ROOT)


def inspect(spec: Path, package: str, timeout: float, within: Path) -> Run:
    """`credkit-codegen inspect --json` for one document."""
    given: list[str | Path] = ["--spec", spec, "--package", package, "--within", within]
    command: list[str | Path] = [_tool("credkit-codegen"), "inspect", *given, "--json"]
    return run(command, timeout=timeout, cwd=ROOT)


def exercise(job: dict[str, Any], timeout: float) -> Run:
    """Call every operation; see `exercise.py` for the job and the result."""
    environment = {"PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": ""}
    command = [sys.executable, "-m", "scripts.judge.exercise"]
    return run(command, timeout=timeout, cwd=ROOT, stdin=json.dumps(job), environment=environment)


def import_cost(folder: Path, package: str, client: str) -> ImportCost | str:
    """Medians of a few fresh interpreters (after one that writes the bytecode), or why the import fails."""
    code = PROBE.format(folder=str(folder), package=package, client=client)
    found: list[list[float]] = []
    for number in range(ROUNDS + 1):
        done = run([sys.executable, "-c", code], timeout=120)
        if done.code:
            return done.complaint
        if number:
            found.append(json.loads(done.stdout))
    bare, total, before, after = (statistics.median(column) for column in zip(*found, strict=True))
    return ImportCost(1000 * bare, 1000 * total, before / 1024, after / 1024)


def own_tests(folder: Path, timeout: float) -> TestRun | str:
    """Run the tests that were generated with a package, or say why they did not come to an end."""
    # Plugins are most of the time, and needed by none.
    environment = {"PYTHONPATH": str(folder), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    command = [sys.executable, "-m", "pytest", "-q", "-rfE", "--tb=no", "-p", "no:cacheprovider", "tests"]
    done = run(command, timeout=timeout, cwd=folder, environment=environment)
    lines = done.stdout.splitlines()
    if done.timed_out or done.code not in (0, 1):
        return done.complaint
    counted = re.search(r"(\d+) passed", lines[-1])
    failed = tuple(line for line in lines if line.startswith(("FAILED ", "ERROR ")))
    return TestRun(int(counted[1]) if counted else 0, failed)


def mypy(folder: Path, package: str, cache: Path, timeout: float) -> list[str] | str:
    """The errors of `mypy --strict`, or why it did not come to a verdict."""
    options = ["--strict", "--config-file=", "--no-error-summary", "--no-color-output", "--hide-error-context"]
    command: list[str | Path] = [_tool("mypy"), *options, "--cache-dir", cache / "mypy", package]
    done = run(command, timeout=timeout, cwd=folder)
    errors = [line for line in done.stdout.splitlines() if ": error:" in line]
    return errors if done.code in (0, 1) and (errors or not done.code) else done.complaint


def pyright(folder: Path, package: str, timeout: float) -> list[str] | str:
    """The errors of pyright's strict mode (as basedpyright), or why it did not come to a verdict."""
    config = folder / "pyrightconfig.json"
    config.write_text(json.dumps({"include": [package], "typeCheckingMode": "strict", "pythonVersion": "3.11"}))
    command: list[str | Path] = [
        _tool("basedpyright"),
        "--project",
        config,
        "--pythonpath",
        sys.executable,
        "--outputjson",
    ]
    done = run([*command, "--level", "error"], timeout=timeout, cwd=folder)
    config.unlink()
    try:
        report = json.loads(done.stdout)
    except ValueError:
        return done.complaint
    return [
        f"{Path(one['file']).name}:{one['range']['start']['line'] + 1}: {one['message']} [{one.get('rule', '')}]"
        for one in report["generalDiagnostics"]
        if one["severity"] == "error"
    ]


def size_of(folder: Path) -> float:
    """Megabytes of source in a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.suffix != ".pyc" and path.is_file()) / 1e6


def _tool(name: str) -> Path:
    return Path(sys.executable).with_name(name)
