"""A second try is for time alone: nothing else that a cell breaks may be healed by trying again."""

from __future__ import annotations

import pytest

from . import matrix
from .catalogue import BY_NAME
from .cells import Cell, Driver
from .faults import Kind
from .matrix import Measured

CELL = Cell(fault=BY_NAME["stall after-request"], kind=Kind.READ, driver=Driver.SYNC, transport="httpx")
WELL = Measured(broken=(), late=())
LATE = Measured(broken=("took 0.6 s",), late=("took 0.6 s",))
WRONG = Measured(broken=("outcome none",), late=())
LATE_AND_WRONG = Measured(broken=("outcome none", "took 0.6 s"), late=("took 0.6 s",))
LATE_AND_UNMET = Measured(broken=("0 attempts", "took 0.6 s"), late=("took 0.6 s",), met=False, over=True)
OVER_AND_UNMET = Measured(broken=("0 attempts",), late=(), met=False, over=True)
UNMET = Measured(broken=("0 attempts",), late=(), met=False)


@pytest.mark.parametrize(
    ("results", "wanted"),
    [
        ([WELL], []),
        ([LATE, WELL], []),
        ([LATE, LATE], ["took 0.6 s"]),
        ([LATE, WRONG], ["outcome none"]),
        ([WRONG, WELL], ["outcome none"]),
        ([LATE_AND_WRONG, WELL], ["outcome none", "took 0.6 s"]),
        ([LATE_AND_UNMET, WELL], []),
        ([LATE_AND_UNMET, LATE_AND_UNMET], ["0 attempts", "took 0.6 s"]),
        ([OVER_AND_UNMET, WELL], []),
        ([OVER_AND_UNMET, OVER_AND_UNMET], ["0 attempts"]),
        ([UNMET, WELL], ["0 attempts"]),
    ],
)
def test_only_lateness_is_measured_again(
    monkeypatch: pytest.MonkeyPatch, results: list[Measured], wanted: list[str]
) -> None:
    left = list(results)
    monkeypatch.setattr(matrix, "measure", lambda cell, elsewhere: left.pop(0))
    assert matrix.check([CELL]) == [f"{CELL}: {line}" for line in wanted]
