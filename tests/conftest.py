"""What holds for all tests: one Hypothesis profile, and a line that says how large the fault matrix was and how long it took
(here and not in tests/faults, because xdist's controller reads no conftest further down).

`make test` draws the same values in every run, so that a red run is red again; `make soak` draws new ones.
"""

from __future__ import annotations

import fcntl
import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "credkit",
    deadline=None,
    derandomize=not os.environ.get("CREDKIT_SOAK"),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
    print_blob=True,
)
settings.load_profile("credkit")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """What is imported and collected stays to the end. The cycle collector does not walk it while it grows, nor after each
    test: eight thousand tests make a heap on which one full collection takes a tenth of a second and more."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.enable()


@pytest.fixture
def mypy_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A cache for mypy, which all workers of a run share and have in turn: nine tenths of a check are the packages that every
    generated one imports, read once."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "mypy"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = [report for key in ("passed", "failed") for report in terminalreporter.stats.get(key, ())]
    sizes = [(report, dict(report.user_properties).get("fault_cells")) for report in reports if report.when == "call"]
    matrix = [(report, size) for report, size in sizes if size]
    if matrix:
        cells = sum(size for _, size in matrix)
        work = sum(report.duration for report, _ in matrix)
        span = max(report.stop for report, _ in matrix) - min(report.start for report, _ in matrix)
        terminalreporter.write_sep("-", "fault matrix")
        terminalreporter.write_line(
            f"{cells} cells in {len(matrix)} chunks, {span:.1f} s on the clock, {work:.1f} s of work"
        )
