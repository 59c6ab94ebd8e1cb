"""The vendors together: one clock, one place to reset, keep and go back."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

from . import VENDORS, make
from .clock import SandboxClock
from .faults import Fault, as_json
from .outbox import Delivery
from .simulator import Issued, Simulator
from .world import Snapshot


class Hub:
    """Simulators that share a clock.

    Attributes:
        simulators: by the vendor's name.
        snapshots: what was kept, by the name that it was given.
    """

    def __init__(
        self,
        *,
        seed: int | str = 0,
        strict: bool = True,
        clock: SandboxClock | None = None,
        vendors: tuple[str, ...] = VENDORS,
    ) -> None:
        self.clock = clock or SandboxClock()
        self.simulators: dict[str, Simulator[Any]] = {
            name: make(name, seed=seed, strict=strict, clock=self.clock) for name in vendors
        }
        self.snapshots: dict[str, dict[str, Snapshot]] = {}

    def __iter__(self) -> Iterator[Simulator[Any]]:
        return iter(self.simulators.values())

    def __getitem__(self, name: str) -> Simulator[Any]:
        return self.simulators[name]

    def reset(self) -> None:
        """Everything as in the beginning."""
        for simulator in self:
            simulator.reset()
        self.clock.restart()

    def advance(self, seconds: float = 0.0, *, days: float = 0.0) -> None:
        """Move the clock for all."""
        self.clock.advance(seconds, days=days)
        for simulator in self:
            simulator.advance()

    def snapshot(self, name: str) -> None:
        """Keep everything under a name."""
        self.snapshots[name] = {simulator.name: simulator.snapshot() for simulator in self}

    def restore(self, name: str) -> None:
        """Go back. Raises KeyError when nothing was kept under the name."""
        for vendor, kept in self.snapshots[name].items():
            self.simulators[vendor].restore(kept)

    def deliver(self) -> list[Delivery]:
        """Send the webhooks that are due."""
        return [delivery for simulator in self for delivery in simulator.deliver()]

    def as_json(self) -> dict[str, Any]:
        """Everything that the page shows, for programs."""
        return {
            "now": self.clock.now().isoformat(),
            "snapshots": sorted(self.snapshots),
            "vendors": {simulator.name: describe(simulator) for simulator in self},
        }


def describe(simulator: Simulator[Any]) -> dict[str, Any]:
    """One vendor for programs."""
    return {
        "strict": simulator.strict,
        "operations": sorted(operation.id for operation in simulator.operations),
        "actions": simulator.actions,
        "issued": [_plain(one) for one in simulator.issued()],
        "faults": [as_json(fault) for fault in simulator.faults],
        "emails": [_plain(one) for one in simulator.outbox.emails],
        "deliveries": [_plain(one) for one in simulator.outbox.deliveries],
        "requests": [_plain(one) for one in simulator.log],
    }


def _plain(record: Any) -> dict[str, Any]:
    """A record as JSON can carry it; contents of requests are left out."""
    values = dataclasses.asdict(record)
    values.pop("content", None)
    return {name: _value(value) for name, value in values.items()}


def _value(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, dict):
        return {name: _value(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_value(one) for one in value]
    return value if value is None or isinstance(value, (str, int, float, bool)) else str(value)


def fault_from(members: Mapping[str, Any]) -> Fault:
    """A fault from JSON or a form. Raises ValueError."""
    names = [one.name for one in dataclasses.fields(Fault)]
    for name in members:
        if name not in names:
            raise ValueError(f"a fault has no {name!a}; it has {', '.join(names)}")
    try:
        return Fault(
            kind=members["kind"],
            operation=members.get("operation") or None,
            after=int(members.get("after") or 0),
            times=int(members.get("times") or 1),
            status=int(members.get("status") or 503),
            code=str(members["code"]) if members.get("code") else None,
            retry_after=str(members["retry_after"]) if members.get("retry_after") else None,
            seconds=float(members.get("seconds") or 0),
            committed=members.get("committed") in (True, "true", "on", "yes") or members["kind"] in _COMMITTED,
            pointer=str(members.get("pointer") or ""),
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"a fault needs {error}") from None


_COMMITTED = ("delay", "half-body", "wrong-type")
"""Faults that spoil an answer, and so need one."""

__all__ = ["Hub", "Issued", "describe", "fault_from"]
