"""What holds for all tests: one Hypothesis profile, and a line that says how large the fault matrix was and how long it took
(here and not in tests/faults, because xdist's controller reads no conftest further down).

`make test` draws the same values in every run, so that a red run is red again; `make soak` draws new ones.
"""

from __future__ import annotations

import os

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
