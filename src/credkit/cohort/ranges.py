"""Lines of a file as people write them: `2-5, 9`. A bounded part of them is kept, however many there are."""

from __future__ import annotations

from dataclasses import dataclass, field

_KEPT = 20


@dataclass(slots=True)
class Ranges:
    """Lines that are added in their order: how many, and the first ranges of them."""

    number: int = 0
    kept: list[tuple[int, int]] = field(default_factory=list)

    def add(self, line: int) -> None:
        self.number += 1
        if self.kept and self.kept[-1][1] == line - 1:
            self.kept[-1] = (self.kept[-1][0], line)
        elif len(self.kept) < _KEPT:
            self.kept.append((line, line))

    def __str__(self) -> str:
        """`line 9`, `lines 2-5, 9`, with an ellipsis where lines were not kept."""
        shown = [str(first) if first == last else f"{first}-{last}" for first, last in self.kept]
        whole = self.number == sum(last - first + 1 for first, last in self.kept)
        return f"line{'s' if self.number > 1 else ''} {', '.join(shown)}{'' if whole else ', …'}"
