"""Where each part of an overlaid document was written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ..load import Document
from ..positions import escape, unescape


@dataclass(frozen=True, slots=True)
class Spot:
    """A JSON pointer in one file."""

    document: Document
    pointer: str

    def child(self, key: str) -> Spot:
        return Spot(self.document, f"{self.pointer}/{escape(key)}")


@dataclass(slots=True)
class Trace:
    """Spots of an overlaid document, kept only where they differ from "below the spot of what encloses it"."""

    spot: Spot
    below: dict[str, Trace] = field(default_factory=dict)

    def enter(self, key: str) -> Trace:
        """The trace of a member, to be changed."""
        return self.below.setdefault(key, Trace(self.spot.child(key)))

    def put(self, key: str, spot: Spot) -> None:
        """The member was written at `spot`, with everything in it."""
        self.below[key] = Trace(spot)

    def drop_item(self, index: int, length: int) -> None:
        """Item `index` of a list of `length` items is gone; those behind it move up."""
        kept = [self.below.get(str(number)) or Trace(self.spot.child(str(number))) for number in range(length)]
        del kept[index]
        self.below = {str(number): trace for number, trace in enumerate(kept)}

    def at(self, path: Sequence[str | int]) -> Trace:
        """The trace at a path of keys and indexes, to be changed."""
        trace = self
        for key in path:
            trace = trace.enter(str(key))
        return trace

    def find(self, pointer: str) -> tuple[Document, str]:
        """The file and the JSON pointer in it at which what is now at `pointer` was written."""
        trace, tokens = self, pointer.split("/")[1:]
        for number, token in enumerate(tokens):
            below = trace.below.get(unescape(token))
            if below is None:
                rest = "".join(f"/{item}" for item in tokens[number:])
                return trace.spot.document, f"{trace.spot.pointer}{rest}"
            trace = below
        return trace.spot.document, trace.spot.pointer
