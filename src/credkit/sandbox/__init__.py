"""Stateful simulators of the four vendors: what no application can call from a test.

    from credkit import sandbox

    vendor = sandbox.record()                                   # no network, no port
    client = Record(token=vendor.key, transport=vendor)         # or vendor.client, or vendor.async_client
    vendor.faults.add(sandbox.disconnect("issueCredentials", committed=True))
    vendor.advance(days=30)

`python -m credkit.sandbox` serves all four over HTTP, with a page to look at; `sandbox.serve()` does so for a `with` block.
Needs the extra `sandbox` and the vendors' packages.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .. import extras
from ..runtime import lazy
from .clock import SandboxClock

if TYPE_CHECKING:
    from .answers import Key, SandboxBug
    from .faults import Fault, delay, disconnect, duplicate_webhook, fail, half_body, refuse, wrong_type
    from .simulator import Simulator
    from .vendors.beltic import BelticSimulator
    from .vendors.didx import DidxSimulator
    from .vendors.nchain import NChainSimulator
    from .vendors.record import RecordSimulator
    from .world import Snapshot

VENDORS = ("record", "beltic", "didx", "nchain")


def record(*, seed: int | str = 0, strict: bool = True, clock: SandboxClock | None = None) -> RecordSimulator:
    """Record as it is in the beginning."""
    made: RecordSimulator = make("record", seed=seed, strict=strict, clock=clock)
    return made


def beltic(*, seed: int | str = 0, strict: bool = True, clock: SandboxClock | None = None) -> BelticSimulator:
    """Beltic as it is in the beginning."""
    made: BelticSimulator = make("beltic", seed=seed, strict=strict, clock=clock)
    return made


def didx(*, seed: int | str = 0, strict: bool = True, clock: SandboxClock | None = None) -> DidxSimulator:
    """DIDX as it is in the beginning."""
    made: DidxSimulator = make("didx", seed=seed, strict=strict, clock=clock)
    return made


def nchain(*, seed: int | str = 0, strict: bool = True, clock: SandboxClock | None = None) -> NChainSimulator:
    """nChain as it is in the beginning."""
    made: NChainSimulator = make("nchain", seed=seed, strict=strict, clock=clock)
    return made


def make(name: str, **options: Any) -> Any:
    """The simulator of a vendor by name.

    Args:
        name: one of `VENDORS`.
        options: `seed` (the same seed and the same calls give the same ids and times), `strict` (refuse what the vendor's
            document does not allow and say why; otherwise do what the vendor would), `clock` (to be shared).

    Raises:
        ImportError: the vendor's package, or what the extra `sandbox` brings, is not installed; the message says which.
    """
    if name not in VENDORS:
        raise ValueError(f"the sandbox knows {', '.join(VENDORS)}")
    try:
        module = import_module(f".vendors.{name}", __name__)
    except ModuleNotFoundError as error:
        missing = extras.client_of(name) if error.name == f"credkit_{name}" else extras.of_credkit("sandbox")
        raise ImportError(f"the sandbox of {name} needs {missing} ({error.name} is not there)") from None
    cls = next(cls for cls in vars(module).values() if getattr(cls, "name", None) == name and isinstance(cls, type))
    return cls(**options)


_FAULTS = ("Fault", "delay", "disconnect", "duplicate_webhook", "fail", "half_body", "refuse", "wrong_type")

__all__ = [
    "VENDORS",
    "Fault",
    "Key",
    "SandboxBug",
    "SandboxClock",
    "Simulator",
    "Snapshot",
    "beltic",
    "delay",
    "didx",
    "disconnect",
    "duplicate_webhook",
    "fail",
    "half_body",
    "make",
    "nchain",
    "record",
    "refuse",
    "wrong_type",
]
__getattr__ = lazy(
    __name__,
    dict.fromkeys(_FAULTS, ".faults")
    | {"Simulator": ".simulator", "Snapshot": ".world", "Key": ".answers", "SandboxBug": ".answers"},
)
