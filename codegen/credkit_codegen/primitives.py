"""What every stage speaks of: JSON values, and places in documents. Kept apart from `ir`, so that lint need not load it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

JSON: TypeAlias = "bool | int | float | str | list[JSON] | dict[str, JSON] | None"


@dataclass(frozen=True, slots=True)
class Location:
    """Where a node stands: file as given, JSON pointer in it. Line and column are looked up when a finding needs them."""

    file: str
    pointer: str
