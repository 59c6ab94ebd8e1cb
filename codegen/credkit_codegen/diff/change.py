"""What a comparison yields: `Found` by a rule, `Change` for everybody else."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum

from ..diagnostics import Severity
from ..resolve import Node


class Direction(StrEnum):
    """Who writes the value: what narrows a request breaks callers, what widens an answer does."""

    REQUEST = "request"
    RESPONSE = "response"


class Verdict(StrEnum):
    """What breaks: bytes on the wire, Python code that uses the client, or what a call does."""

    WIRE = "wire"
    PYTHON = "python"
    BEHAVIOUR = "behaviour"


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """One change that a rule saw. `old` and `new` are given where the pair's own places are not exact enough.

    `severity` overrides the table where the rule knows more; `means` overrides the rule's own words.
    """

    message: str
    old: Node | None = None
    new: Node | None = None
    severity: Severity | None = field(default=None, kw_only=True)
    means: str | None = field(default=None, kw_only=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A place for people: line and column from 1, 0 where only the file is known."""

    file: str
    line: int = 0
    column: int = 0
    pointer: str = ""

    def __str__(self) -> str:
        return ":".join([self.file, *(str(part) for part in (self.line, self.column) if part)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change of an API. An `ERROR` breaks callers, a `WARNING` may, an `INFO` does not.

    `operations` are those that it reaches ("POST /credentials"), sorted; `means` says what a caller does about it;
    `accepted` is the reason for which it is let through, if it is.
    """

    rule: str
    verdict: Verdict
    severity: Severity
    message: str
    means: str
    direction: Direction | None = None
    operations: tuple[str, ...] = ()
    old: Spot | None = None
    new: Spot | None = None
    accepted: str | None = None
    fingerprint: str = field(default="")

    @property
    def breaks(self) -> bool:
        """Whether it breaks callers and nobody accepted that."""
        return self.severity is Severity.ERROR and self.accepted is None


def fingerprint(rule: str, direction: Direction | None, pointers: str, message: str) -> str:
    """Sixteen hexadecimal digits that name the change, whatever line it moves to: from the rule, the JSON pointers and the
    words of the message, which hold the values."""
    text = "\0".join((rule, direction or "", pointers, message))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
