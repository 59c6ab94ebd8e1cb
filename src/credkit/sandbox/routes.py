"""Which operation a request is for: methods and paths of the generated operations, below the path of the vendor's server."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import unquote, urlsplit

from ..runtime.api import Api
from ..runtime.operation import Operation

_PLACE = re.compile(r"\{([^{}]*)\}")

H = TypeVar("H")


@dataclass(frozen=True, slots=True)
class Route(Generic[H]):
    """One operation; `names` are its placeholders, those of the server's path included."""

    operation: Operation[Any]
    handler: H
    pattern: re.Pattern[str]
    names: tuple[str, ...]
    placeholders: int


class Routes(Generic[H]):
    """A path without placeholders is found before one with, whatever the method, as OpenAPI says."""

    def __init__(self, api: Api, handlers: Iterable[tuple[Operation[Any], H]]) -> None:
        routes = [_route(api, operation, handler) for operation, handler in handlers]
        self._routes = sorted(routes, key=lambda route: (route.placeholders, route.pattern.pattern))

    def find(self, method: str, path: str) -> tuple[Route[H], dict[str, str]] | None:
        """The route of a request and what stands at its placeholders, decoded."""
        for route in self._at(path):
            if route.operation.method == method:
                found = route.pattern.fullmatch(path)
                assert found is not None
                return route, {name: unquote(value) for name, value in zip(route.names, found.groups(), strict=True)}
        return None

    def methods(self, path: str) -> list[str]:
        """The methods that are documented for a path."""
        return sorted(route.operation.method for route in self._at(path))

    def operations(self) -> list[Operation[Any]]:
        return [route.operation for route in self._routes]

    def _at(self, path: str) -> list[Route[H]]:
        """The routes of the path that matches best."""
        first = next((route for route in self._routes if route.pattern.fullmatch(path)), None)
        return [] if first is None else [route for route in self._routes if route.pattern == first.pattern]


def _route(api: Api, operation: Operation[Any], handler: H) -> Route[H]:
    template = base_path(api, operation) + operation.path
    parts = _PLACE.split(template)
    pattern = "".join("([^/]+)" if index % 2 else re.escape(part) for index, part in enumerate(parts))
    return Route(operation, handler, re.compile(pattern), tuple(parts[1::2]), len(parts) // 2)


def base_path(api: Api, operation: Operation[Any] | None = None) -> str:
    """The path of the server that an operation is sent to, placeholders of its variables included; "" where none is known."""
    servers = (operation.servers if operation else ()) or api.servers
    url = servers[0].url if servers else ""
    return (
        urlsplit(url.replace("{", "%7B").replace("}", "%7D")).path.replace("%7B", "{").replace("%7D", "}").rstrip("/")
    )
