"""Faults on order: which request goes wrong, how, and how often.

    simulator.faults.add(fail("issueCredentials", 503, retry_after=1))        # the next call, before anything happens
    simulator.faults.add(disconnect(credentials.ISSUE, committed=True))       # the vendor issues, the answer is lost
    simulator.faults.add(fail(None, 429, times=2, after=3))                   # any operation: three pass, then two fail

`committed` False: the vendor never acts. True: it acts, and the answer is spoilt.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal, TypeAlias, get_args

from ..runtime.operation import Operation
from ..runtime.testing.script import Reply

Kind: TypeAlias = Literal["status", "delay", "disconnect", "refuse", "half-body", "wrong-type", "duplicate-webhook"]
KINDS: tuple[str, ...] = get_args(Kind)
HEADER = "x-credkit-sandbox"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault.

    Attributes:
        operation: operation id; None for any.
        after: how many matching requests pass first; `times`: how many are hit then.
        committed: whether the vendor acts before the fault strikes.
        code: for "status", the vendor's code in the error's body.
        pointer: for "wrong-type", the place in the answer whose value gets another type.
    """

    kind: Kind
    operation: str | None = None
    after: int = 0
    times: int = 1
    status: int = 503
    code: str | None = None
    retry_after: str | None = None
    seconds: float = 0.0
    committed: bool = False
    pointer: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"a fault is one of {', '.join(KINDS)}")
        if self.after < 0 or self.times < 1 or not 0 <= self.seconds <= 60 or not 100 <= self.status <= 599:
            raise ValueError("a fault has after >= 0, times >= 1, 0 <= seconds <= 60 and a status from 100 to 599")
        if self.retry_after is not None and not (self.retry_after.isascii() and self.retry_after.isprintable()):
            raise ValueError("retry_after is seconds or an HTTP date")


Which: TypeAlias = str | Operation[Any] | None


def _id(operation: Which) -> str | None:
    return operation.id if isinstance(operation, Operation) else operation


def fail(
    operation: Which,
    status: int = 503,
    *,
    code: str | None = None,
    retry_after: float | str | None = None,
    committed: bool = False,
    times: int = 1,
    after: int = 0,
) -> Fault:
    """An error status instead of the answer, in the vendor's shape. `retry_after`: seconds, or an HTTP date."""
    wait = f"{retry_after:g}" if isinstance(retry_after, (int, float)) else retry_after
    return Fault(
        kind="status",
        operation=_id(operation),
        status=status,
        code=code,
        retry_after=wait,
        committed=committed,
        times=times,
        after=after,
    )


def delay(operation: Which, seconds: float, *, times: int = 1, after: int = 0) -> Fault:
    """The answer comes later, on the client's clock."""
    return Fault(kind="delay", operation=_id(operation), seconds=seconds, committed=True, times=times, after=after)


def disconnect(operation: Which, *, committed: bool, times: int = 1, after: int = 0) -> Fault:
    """The connection breaks without an answer, before or after the vendor has acted."""
    return Fault(kind="disconnect", operation=_id(operation), committed=committed, times=times, after=after)


def refuse(operation: Which, *, times: int = 1, after: int = 0) -> Fault:
    """There is no connection at all. Over HTTP it is reset instead."""
    return Fault(kind="refuse", operation=_id(operation), times=times, after=after)


def half_body(operation: Which, *, times: int = 1, after: int = 0) -> Fault:
    """The connection breaks in the middle of the answer."""
    return Fault(kind="half-body", operation=_id(operation), committed=True, times=times, after=after)


def wrong_type(operation: Which, pointer: str = "", *, times: int = 1, after: int = 0) -> Fault:
    """The value at `pointer` of the answer (default: the whole body) comes as a value of another JSON type."""
    return Fault(kind="wrong-type", operation=_id(operation), pointer=pointer, committed=True, times=times, after=after)


def duplicate_webhook(*, times: int = 1, after: int = 0) -> Fault:
    """Webhooks are delivered twice, with the same id."""
    return Fault(kind="duplicate-webhook", times=times, after=after)


class Faults:
    """The faults in order; the first that fits a request strikes."""

    def __init__(self, faults: Iterable[Fault] = ()) -> None:
        self._faults = list(faults)

    def __iter__(self) -> Any:
        return iter(tuple(self._faults))

    def __len__(self) -> int:
        return len(self._faults)

    def add(self, fault: Fault) -> None:
        self._faults.append(fault)

    def replace(self, faults: Iterable[Fault]) -> None:
        self._faults[:] = faults

    def clear(self) -> None:
        self._faults.clear()

    def take(self, operation: str) -> Fault | None:
        """The fault that strikes this request; counts it."""
        return self._take(lambda one: one.kind != "duplicate-webhook" and one.operation in (None, operation))

    def take_duplicate(self) -> bool:
        """Whether the next webhook comes twice; counts it."""
        return self._take(lambda one: one.kind == "duplicate-webhook") is not None

    def _take(self, fits: Any) -> Fault | None:
        struck: Fault | None = None
        left: list[Fault] = []
        for fault in self._faults:
            if not fits(fault):
                left.append(fault)
            elif fault.after:
                left.append(replace(fault, after=fault.after - 1))
            elif struck is not None:
                left.append(fault)
            else:
                struck = fault
                if fault.times > 1:
                    left.append(replace(fault, times=fault.times - 1))
        self._faults[:] = left
        return struck


def spoil(reply: Reply, fault: Fault, error: bytes, media_type: str = "application/json") -> Reply:
    """The reply that a fault makes of a reply. `error` is the body of an error status, `media_type` what it is."""
    match fault.kind:
        case "status":
            return _status_reply(fault, error, media_type)
        case "delay":
            return replace(reply, delay=fault.seconds)
        case "disconnect":
            return replace(reply, lost=True)
        case "refuse":
            return replace(reply, refused=True)
        case "half-body":
            return replace(reply, cut=0.5)
        case _:
            return replace(reply, content=_another_type(reply.content, fault.pointer))


def _status_reply(fault: Fault, error: bytes, media_type: str) -> Reply:
    headers = [("content-type", media_type), (HEADER, "fault")]
    if fault.retry_after is not None:
        headers.append(("retry-after", fault.retry_after))
    return Reply(status=fault.status, headers=tuple(headers), content=b"" if fault.status in (204, 304) else error)


def _another_type(content: bytes, pointer: str) -> bytes:
    try:
        root = json.loads(content)
    except ValueError:
        return b"[]"
    segments = [one.replace("~1", "/").replace("~0", "~") for one in pointer.split("/")[1:]]
    return json.dumps(_swapped(root, segments)).encode()


def _swapped(value: Any, segments: list[str]) -> Any:
    """`value` with what stands at a place, or as near to it as there is something, of another type."""
    if segments and isinstance(value, dict) and segments[0] in value:
        return {**value, segments[0]: _swapped(value[segments[0]], segments[1:])}
    if segments and isinstance(value, list) and segments[0].isdigit() and int(segments[0]) < len(value):
        at = int(segments[0])
        return [*value[:at], _swapped(value[at], segments[1:]), *value[at + 1 :]]
    return "seven" if isinstance(value, (int, float)) else 7


def as_json(fault: Fault) -> dict[str, Any]:
    """A fault as the control interface shows it."""
    return asdict(fault)
