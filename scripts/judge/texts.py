"""Compare texts of the wire, which have no types, with the values that they stand for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from .compare import differences, load, same_instant
from .intent import text_of


def says(value: Any, text: str) -> bool:
    """Whether a text of the wire means a scalar."""
    written = text_of(value)
    if written == text or (isinstance(value, str) and same_instant(value, text)):
        return True
    if isinstance(value, int | float) and not isinstance(value, bool):
        try:
            return not list(differences(value, load(text)))
        except ValueError:
            return False
    return False


def deep_problems(name: str, value: dict[str, Any] | list[Any], pairs: list[tuple[str, str]]) -> Iterator[str]:
    """`name[a][b]=…`. How lists are written is nobody's standard: repeated, `[]` and `[0]` are all taken."""
    expected = sorted(_leaves(name, value))
    got = sorted((re.sub(r"\[\d*\](?=\[|$)", "", key), item) for key, item in pairs)
    if [key for key, _ in expected] != [key for key, _ in got]:
        yield f"expected the members {[key for key, _ in expected]}, got {[key for key, _ in got]}"
        return
    yield from (
        f"{key}: expected {text_of(item)!r}, got {text!r}"
        for (key, item), (_, text) in zip(expected, got, strict=True)
        if not says(item, text)
    )


def _leaves(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _leaves(f"{name}[{key}]", item)
    elif isinstance(value, list):
        for item in value:
            yield from _leaves(name, item)
    else:
        yield name, text_of(value)
