"""What building could not express: collected with its place, so that no loss is silent."""

from __future__ import annotations

from collections.abc import Mapping

from ..ir import Degraded, Location
from ..resolve import Node


class Notes:
    """Degradations in the order in which they were met; each place and reason once. `owner` is the schema being built."""

    def __init__(self) -> None:
        self.found: dict[Degraded, None] = {}
        self.by_owner: dict[str, list[str]] = {}
        self.owner = ""

    def add(self, node: Node, reason: str) -> None:
        """Say that the construct at `node` is typed more widely than the document asks."""
        self.record(node.location, self.owner, reason)

    def record(self, location: Location, owner: str, reason: str) -> None:
        """The same for a place that is known by its location."""
        self.found.setdefault(Degraded(reason=reason, location=location), None)
        reasons = self.by_owner.setdefault(owner, [])
        text = f"{location.pointer or '/'}: {reason}"
        if text not in reasons:
            reasons.append(text)

    def take(self, owner: str) -> tuple[str, ...]:
        """The reasons noted for an owner, as text with the place."""
        return tuple(self.by_owner.get(owner, ()))

    def share(self, copies: Mapping[str, str]) -> None:
        """Schemas that were copied (old name -> new name) lose what their originals lose."""
        for old, new in copies.items():
            if old in self.by_owner:
                self.by_owner[new] = list(self.by_owner[old])
