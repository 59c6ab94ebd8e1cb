"""The matrix: fault x operation kind x driver x transport, dealt into chunks whose cells run side by side.

A cell that comes late is measured once more, alone: the machine may be busy. Every other broken promise counts at once.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from .canary import trapped_logs
from .catalogue import FAULTS
from .cells import Cell, Driver, Transport, late, problems, run
from .faults import Kind
from .server import FaultServer

SOAK = os.environ.get("CREDKIT_SOAK") == "1"
CHUNK = 32
SIDE_BY_SIDE = 8


def cells(driver: Driver, transport: Transport) -> list[Cell]:
    """All faults that last, and those that strike once and are retried. The long run takes every fault that strikes once."""
    lasting = [
        Cell(fault=fault, kind=kind, driver=driver, transport=transport)
        for kind in Kind
        for fault in FAULTS
        if kind in fault.kinds
    ]
    once = [
        Cell(fault=cell.fault, kind=cell.kind, driver=driver, transport=transport, recovers=True)
        for cell in lasting
        if _can_recover(cell) and (SOAK or not cell.fault.name.startswith("status"))
    ]
    return lasting + once


def _can_recover(cell: Cell) -> bool:
    server_stays = cell.fault.place == "the fault server"
    return server_stays and (cell.fault.expected(cell.kind).retried or cell.kind is Kind.UNSAFE)


def chunks(driver: Driver, transport: Transport) -> list[tuple[Cell, ...]]:
    """Cells dealt like cards, so that no chunk holds all the slow ones."""
    every = cells(driver, transport)
    count = -(-len(every) // CHUNK)
    return [tuple(every[start::count]) for start in range(count)]


def check(chunk: Sequence[Cell]) -> list[str]:
    """Run the cells of a chunk; one line for each broken promise."""
    with FaultServer([lambda peer: peer.close()]) as elsewhere, trapped_logs() as logs:
        with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
            seen = list(pool.map(lambda cell: run(cell, elsewhere.url), chunk))
        broken = [f"{cell}: {line}" for cell, one in zip(chunk, seen, strict=True) for line in problems(cell, one)]
        for cell, one in zip(chunk, seen, strict=True):
            if late(cell, one) and late(cell, again := run(cell, elsewhere.url)):
                broken.append(f"{cell}: took {one.elapsed:.3f} s and {again.elapsed:.3f} s of {cell.deadline} s")
        broken += [f"in the logs of this chunk: {leak}" for leak in logs.leaks()]
        if elsewhere.connections:
            broken.append(f"{elsewhere.connections} connections reached the other origin")
    return broken
