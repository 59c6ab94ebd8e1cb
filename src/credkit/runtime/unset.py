"""`UNSET`: the value of an argument that was not given, told apart from `None`, which is JSON's null."""

from __future__ import annotations

from enum import Enum
from typing import Any, Final, Literal


class Unset(Enum):
    """The type of `UNSET`, for annotations: `name: str | Unset = UNSET`.

    An enum with one member, because type checkers narrow on those: after `if x is UNSET: return`, `x` is a `str`.
    """

    UNSET = object()  # no value that JSON could write

    def __bool__(self) -> Literal[False]:
        return False

    def __repr__(self) -> str:
        return "UNSET"

    __str__ = __repr__

    def __reduce_ex__(self, protocol: object) -> tuple[Any, ...]:
        return _unset, ()  # by name: the value has no meaning in another process


def _unset() -> Unset:
    return Unset.UNSET


UNSET: Final = Unset.UNSET
"""Absent: leaves an optional argument out of the request. Falsy, one object, the same after copy and pickle."""
