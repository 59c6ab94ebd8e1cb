"""Claims and attributes of JSON Lines that stand in an object of their own: `{"claims": {"grade": 2}}` is `{"claims.grade": 2}`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_GROUPS = ("claims", "attributes")


class BadNesting(ValueError):
    """The text says what was expected, in the names of groups alone."""


def flat(members: Mapping[str, Any]) -> dict[str, Any]:
    """The members of a row, each claim and attribute under its own name, in their order.

    Raises:
        BadNesting: a group is no object, a name in it is empty, or a name stands there twice.
    """
    found: dict[str, Any] = {}
    for name, value in members.items():
        group = name.strip().casefold()
        if group not in _GROUPS:
            _add(found, name, value)
        elif isinstance(value, dict):
            for inner, one in value.items():
                if not inner.strip():
                    raise BadNesting(f"{group}: a member has no name")
                _add(found, f"{group}.{inner}", one)
        elif value is not None:
            raise BadNesting(
                f'{group}: expected an object with a member for each of them, like {{"{group}": {{"NAME": 1}}}}'
            )
    return found


def _add(found: dict[str, Any], name: str, value: Any) -> None:
    if name in found:
        raise BadNesting("a member stands there twice")
    found[name] = value
