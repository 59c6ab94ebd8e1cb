"""Where pointers stand in a file."""

from __future__ import annotations

from collections.abc import Collection

from ..load import Document


def find_places(document: Document, pointers: Collection[str]) -> dict[str, tuple[int, int]]:
    """Line and column, from 1, of each pointer."""
    return {pointer: (place.line, place.column) for pointer, place in document.places(pointers).items()}
