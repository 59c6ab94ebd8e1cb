"""The matrix: fault x operation kind x driver x transport, dealt into chunks whose cells run side by side.

A cell whose fault is slow has 0.4 seconds for everything; one that ends late is measured once more, alone, because beside seven
others on a busy machine it can be starved. It must have broken no other promise, unless its fault was never met: a call
whose time is over before it has reached the server says nothing about the fault. No other cell is given a second try.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from .canary import trapped_logs
from .catalogue import FAULTS
from .cells import Cell, Driver, Transport, lateness, problems, run
from .faults import Kind, Place
from .server import FaultServer

SOAK = os.environ.get("CREDKIT_SOAK") == "1"
CHUNK = 64
SIDE_BY_SIDE = 12


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
    """Every fault in the long run; else those that are retried, and one or two kinds for what a fault leaves on a connection."""
    if cell.fault.place is not Place.SERVER:
        return False
    return SOAK or cell.fault.expected(cell.kind).retried or cell.kind in {Kind.UNSAFE, Kind.TARGET_STATE}


def chunks(driver: Driver, transport: Transport) -> list[tuple[Cell, ...]]:
    """Cells dealt like cards, so that no chunk holds all the slow ones; in a chunk they come first, and wait while the others work."""
    every = cells(driver, transport)
    count = -(-len(every) // CHUNK)
    return [tuple(sorted(every[start::count], key=lambda cell: not cell.fault.slow)) for start in range(count)]


def check(chunk: Sequence[Cell]) -> list[str]:
    """Run the cells of a chunk; one line for each broken promise."""
    with FaultServer([lambda peer: peer.close()]) as elsewhere, trapped_logs() as logs:
        with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
            found = list(pool.map(lambda cell: measure(cell, elsewhere.url), chunk))
        again = [measure(cell, elsewhere.url) if one.starved else one for cell, one in zip(chunk, found, strict=True)]
        broken = [f"{cell}: {line}" for cell, one in zip(chunk, again, strict=True) for line in one.broken]
        broken += [f"in the logs of this chunk: {leak}" for leak in logs.leaks()]
        if elsewhere.connections:
            broken.append(f"{elsewhere.connections} connections reached the other origin")
    return broken


@dataclass(frozen=True, slots=True)
class Measured:
    """The promises that a cell broke; `late` is the one about time. `met`: the call reached the server, if there is one.
    `over`: all its time had passed when it ended."""

    broken: tuple[str, ...]
    late: tuple[str, ...]
    met: bool = True
    over: bool = False

    @property
    def starved(self) -> bool:
        return (bool(self.late) and self.broken == self.late) or (self.over and not self.met)


def measure(cell: Cell, elsewhere: str) -> Measured:
    seen = run(cell, elsewhere)
    late = tuple(lateness(cell, seen))
    return Measured((*problems(cell, seen), *late), late, seen.attempts != 0, seen.elapsed >= cell.deadline)
