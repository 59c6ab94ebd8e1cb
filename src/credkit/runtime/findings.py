"""What a tolerant reading finds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .drift import Drift, describe, json_type
from .unset import UNSET

_MAX_DRIFT = 1_000


@dataclass(slots=True)
class Findings:
    """What one reading found. `unread` holds the places whose value is of the wrong kind and was kept raw."""

    drift: list[Drift] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)
    steps: int = 0

    def add(self, pointer: str, schema: Any, value: object) -> None:
        if len(self.drift) < _MAX_DRIFT:
            got = "absent" if value is UNSET else json_type(value)
            self.drift.append(Drift(pointer, describe(schema), got))

    def keep(self, pointer: str, schema: Any, value: object) -> Any:
        self.add(pointer, schema, value)
        self.unread.add(pointer)
        return value

    def take(self, other: Findings) -> None:
        self.drift.extend(other.drift[: _MAX_DRIFT - len(self.drift)])
        self.unread |= other.unread


def escape(name: str) -> str:
    """Write a member's name as a segment of a JSON pointer."""
    return name.replace("~", "~0").replace("/", "~1")
