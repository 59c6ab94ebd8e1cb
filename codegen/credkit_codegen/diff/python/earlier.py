"""The earlier release's own tests against the new package: what they call, and what they are typed as, is what applications do.

Two programs are run, each in a process of its own with the new package first on its path: pytest on the generated tests, and mypy
on those tests and on the application code of `tests/typing`. Whatever fails now and passed then is a change for Python code;
so both also run against the earlier package, and only the difference counts.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from ..change import Change, Spot, Verdict, fingerprint
from ..inputs import Source
from .compare import Package
from .kinds import BY_ID

_SECONDS = 300
_FAILED = re.compile(r"^(?:FAILED|ERROR) (?P<where>[^ ]+?\.py)(?:::(?P<test>.+?))?(?: - (?P<why>.*))?$", re.MULTILINE)
_TYPING = re.compile(r"^(?P<file>[^:\n]+\.py):(?P<line>\d+): error: (?P<why>.+)$", re.MULTILINE)


def run_earlier(source: Source, old: Package, new: Package) -> tuple[list[Change], tuple[str, ...]]:
    """What fails with the new package, and notes on what could not be run."""
    with TemporaryDirectory(prefix="credkit-earlier-") as name:
        folder = Path(name)
        tests, typed = _copies(source, old, folder)
        if not tests and not typed:
            return [], ("the earlier release has no tests",)
        changes: list[Change] = []
        notes: list[str] = []
        for tool, paths, run in (("pytest", tests, _pytest), ("mypy", [*tests, *typed], _mypy)):
            if find_spec(tool) is None:
                notes.append(f"the earlier tests were not run by {tool}, which is not installed")
            elif paths:
                found = run(paths, folder, new.folder)
                before = {item.fingerprint for item in run(paths, folder, old.folder)} if found else set()
                changes.extend(item for item in found if item.fingerprint not in before)
        return changes, tuple(notes)


def _copies(source: Source, old: Package, folder: Path) -> tuple[list[Path], list[Path]]:
    """The earlier tests, in `tests`, and the earlier application code, in `typing`."""
    tests = sorted((old.folder / "tests").glob("test_*.py"))
    vendor = source.spec.parent.name
    typed = source.spec.parent.parent.parent / "tests" / "typing" / f"{vendor}_app.py"
    return _copy(tests, folder / "earlier_tests"), _copy([typed] if typed.is_file() else [], folder / "earlier_typing")


def _copy(paths: Sequence[Path], folder: Path) -> list[Path]:
    folder.mkdir()
    return [Path(shutil.copy(path, folder / path.name)) for path in paths]


def _pytest(paths: Sequence[Path], folder: Path, package: Path) -> list[Change]:
    relative = [path.relative_to(folder).as_posix() for path in paths]
    options = [
        "-q",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:xdist",
        "--import-mode=importlib",
        "--tb=no",
        "-rfE",
        "--color=no",
    ]
    text = _run([sys.executable, "-m", "pytest", *options, f"--rootdir={folder}", *relative], folder, package)
    return [
        _change(
            "python-test-fails", f"{Path(match['where']).name}::{match['test'] or 'import'} fails", match["why"] or ""
        )
        for match in _FAILED.finditer(text)
    ]


def _mypy(paths: Sequence[Path], folder: Path, package: Path) -> list[Change]:
    relative = [path.relative_to(folder).as_posix() for path in paths]
    options = ["--strict", "--no-error-summary", "--no-color-output", "--hide-error-context", "--follow-imports=silent"]
    options += ["--namespace-packages", "--explicit-package-bases", f"--cache-dir={folder / 'cache'}"]
    text = _run([sys.executable, "-m", "mypy", *options, *relative], folder, package)
    return [
        _change(
            "python-typing-fails", f"{_name(match['file'])}: {' '.join(match['why'].split())}", "", int(match["line"])
        )
        for match in _TYPING.finditer(text)
    ]


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def _run(command: list[str], folder: Path, package: Path) -> str:
    path = os.pathsep.join(part for part in (str(package), os.environ.get("PYTHONPATH", "")) if part)
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST_")}
    environment = {
        **kept,
        "PYTHONPATH": path,
        "MYPYPATH": str(package),
        "PYTHONDONTWRITEBYTECODE": "1",
        "COLUMNS": "400",
    }
    try:
        done = subprocess.run(  # noqa: S603
            command, cwd=folder, env=environment, capture_output=True, text=True, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return f"ERROR earlier.py::all - took more than {_SECONDS} s"
    return done.stdout


def _change(id_: str, message: str, why: str, line: int = 0) -> Change:
    kind = BY_ID[id_]
    return Change(
        rule=id_,
        verdict=Verdict.PYTHON,
        severity=kind.severity,
        message=f"{message}: {why}" if why else message,
        means=kind.means,
        old=Spot(file=message.partition(":")[0], line=line),
        fingerprint=fingerprint(id_, None, "", message),
    )
