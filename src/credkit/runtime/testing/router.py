"""Which operation a request is for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from ..mediatypes import covers
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

    def find(self, method: str, target: str, content_type: str | None = None) -> tuple[T, dict[str, str]] | None:
        """The handler of a request, and what stands at the placeholders of its path.

        Of operations on one route, which differ in the media type of their bodies, it is the one that takes `content_type`.
        """
        path = target.partition("?")[0]
        first: tuple[Route[T], dict[str, str]] | None = None
        for route in self._routes:
            places = route.match(method, path)
            if places is None or (first is not None and route.pattern != first[0].pattern):
                continue
            if content_type is None or _takes(route.operation, content_type):
                return route.handler, places
            first = first or (route, places)
        return None if first is None else (first[0].handler, first[1])

    def methods(self, target: str) -> list[str]:
        """The methods that are documented for a target."""
        path = target.partition("?")[0]
        return sorted({one.operation.method for one in self._routes if one.pattern.fullmatch(path)})


def _route(operation: Operation[Any], handler: T) -> Route[T]:
    template = operation.path.partition("#")[0].partition("?")[0].lstrip("/")
    parts = _PLACE.split(template)
    pattern = "".join("([^/]+)" if index % 2 else _literal(part) for index, part in enumerate(parts))
    literal = sum(len(part) for part in parts[::2])
    return Route(operation, handler, re.compile(rf"(?:/.*)?/{pattern}"), tuple(parts[1::2]), literal)


def _literal(text: str) -> str:
    """A pattern for fixed text of a path, percent-encoded or not."""
    return "".join(char if char.isascii() and char.isalnum() else _either(char) for char in text)


def _either(char: str) -> str:
    encoded = "".join(f"%{byte:02X}" for byte in char.encode())
    return f"(?:{re.escape(char)}|(?i:{encoded}))"


def _takes(operation: Operation[Any], content_type: str) -> bool:
    body = operation.body
    return body is None or not content_type or covers(body.media_type, content_type)


def _order(route: Route[Any]) -> tuple[int, int]:
    return (-route.operation.path.count("/"), -route.literal)
