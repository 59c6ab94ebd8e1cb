"""All faults, in a fixed order, with names that are unique."""

from __future__ import annotations

from ..cuts import cuts
from ..faults import Fault
from .bodies import bodies
from .connecting import connecting
from .framing import framing
from .oversize import oversize
from .slow import slow
from .statuses import statuses

FAULTS: tuple[Fault, ...] = (*connecting(), *cuts(), *statuses(), *framing(), *bodies(), *oversize(), *slow())

BY_NAME: dict[str, Fault] = {fault.name: fault for fault in FAULTS}
