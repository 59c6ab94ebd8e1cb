"""Comparing JSON by what it means."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ..models import to_plain
from ..shapes import is_array, is_dict, is_list, is_mapping
from ..unset import UNSET


def plain(value: object) -> Any:
    """A value as plain JSON, as the wire carries it: wire names, only what was set; UNSET members left out."""
    return to_plain(_without_unset(value))


def _without_unset(value: object) -> object:
    if is_mapping(value):
        return {name: _without_unset(member) for name, member in value.items() if member is not UNSET}
    if is_array(value):
        return [_without_unset(item) for item in value if item is not UNSET]
    return value


def same_json(actual: object, documented: object) -> bool:
    """Whether two JSON values are the same: numbers exactly, date-times as instants, members in any order."""
    return _same(plain(actual), plain(documented))


def _same(left: Any, right: Any) -> bool:
    if is_dict(left) and is_dict(right):
        return left.keys() == right.keys() and all(_same(left[name], right[name]) for name in left)
    if is_list(left) and is_list(right):
        return len(left) == len(right) and all(map(_same, left, right))
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, str) and isinstance(right, str):
        return left == right or _same_instant(left, right)
    return bool(left == right)


def _same_instant(left: str, right: str) -> bool:
    if min(len(left), len(right)) < len("2025-01-01T00:00Z"):
        return False
    try:
        one, other = datetime.fromisoformat(left), datetime.fromisoformat(right)
    except ValueError:
        return False
    return one == other and (one.tzinfo is None) == (other.tzinfo is None)
