"""The names lock: which Python name each schema without a name of its own got, so that an edit elsewhere never renames it.

One entry a line, sorted, `key = "Name"`; the key says where the schema stands (`#/components/schemas/Batch/properties/recipients/items`),
with variants of a union told apart by what they are rather than by their position.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


def _none() -> Mapping[str, str]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class NamesLock:
    """Names by key. Entries of schemas that are gone are dropped when the next lock is written."""

    names: Mapping[str, str] = field(default_factory=_none)

    @classmethod
    def of(cls, entries: Iterable[tuple[str, str]]) -> NamesLock:
        return cls(MappingProxyType(dict(entries)))

    @property
    def entries(self) -> tuple[tuple[str, str], ...]:
        """Sorted pairs of key and name."""
        return tuple(sorted(self.names.items()))
