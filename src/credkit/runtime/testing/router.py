"""Which operation a request is for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from ..operation import Operation

_PLACE = re.compile(r"\{([^{}]*)\}")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Route(Generic[T]):
    """One operation's method and path; `names` are the placeholders in order."""

    operation: Operation[Any]
    handler: T
    pattern: re.Pattern[str]
    names: tuple[str, ...]
    literal: int

    def match(self, method: str, path: str) -> dict[str, str] | None:
        """What stands at the placeholders, still encoded; None when the route is another."""
        if method != self.operation.method:
            return None
        found = self.pattern.fullmatch(path)
        return None if found is None else dict(zip(self.names, found.groups(), strict=True))


class Router(Generic[T]):
    """Routes with more literal text come first: `/users/me` before `/users/{id}`. The base path before them is free."""

    def __init__(self, handlers: Iterable[tuple[Operation[Any], T]]) -> None:
        self._routes = sorted((_route(operation, handler) for operation, handler in handlers), key=_order)

    def find(self, method: str, target: str) -> tuple[T, dict[str, str]] | None:
        """The handler of a request, and what stands at the placeholders of its path."""
        path = target.partition("?")[0]
        for route in self._routes:
            places = route.match(method, path)
            if places is not None:
                return route.handler, places
        return None

    def methods(self, target: str) -> list[str]:
        """The methods that are documented for a target."""
        path = target.partition("?")[0]
        return sorted({one.operation.method for one in self._routes if one.pattern.fullmatch(path)})


def _route(operation: Operation[Any], handler: T) -> Route[T]:
    template = operation.path.partition("#")[0].partition("?")[0].lstrip("/")
    parts = _PLACE.split(template)
    pattern = "".join("([^/]+)" if index % 2 else re.escape(part) for index, part in enumerate(parts))
    literal = sum(len(part) for part in parts[::2])
    return Route(operation, handler, re.compile(rf"(?:/.*)?/{pattern}"), tuple(parts[1::2]), literal)


def _order(route: Route[Any]) -> tuple[int, int]:
    return (-route.operation.path.count("/"), -route.literal)
