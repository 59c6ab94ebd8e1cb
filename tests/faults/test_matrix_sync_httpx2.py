"""Every fault, met by the sync driver over httpx2."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from .cells import Cell, Driver
from .matrix import check, chunks


@pytest.mark.parametrize(
    "chunk", [pytest.param(c, id=f"chunk{i}") for i, c in enumerate(chunks(Driver.SYNC, "httpx2"))]
)
def test_faults(chunk: tuple[Cell, ...], record_property: Callable[[str, object], None]) -> None:
    record_property("fault_cells", len(chunk))
    broken = check(chunk)
    assert not broken, "\n".join(["", *broken])
