"""Headers: read without regard to case, never shown with values that may be secret."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from .errors import InvalidArgument

SAFE_TO_SHOW = frozenset(
    {
        "accept",
        "accept-encoding",
        "allow",
        "cache-control",
        "connection",
        "content-encoding",
        "content-length",
        "content-type",
        "date",
        "host",
        "retry-after",
        "server",
        "transfer-encoding",
        "user-agent",
        "vary",
    }
)
"""Headers whose values may stand in a log. Every other value is masked: what is secret there is the vendor's choice."""

FRAMING = frozenset(
    {
        "connection",
        "content-length",
        "expect",
        "host",
        "keep-alive",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
"""Headers that decide where a message ends or where it goes; the runtime alone writes them."""

_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")


class Headers(Mapping[str, str]):
    """The headers of a response. Names ignore case; a repeated header is joined with a comma, `get_all` keeps them apart."""

    __slots__ = ("_items", "_values")

    def __init__(self, items: Iterable[tuple[str, str]] = ()) -> None:
        self._items = tuple((name.lower(), value) for name, value in items)
        self._values: dict[str, str] = {}
        for name, value in self._items:
            known = self._values.get(name)
            self._values[name] = value if known is None else f"{known}, {value}"

    def __getitem__(self, name: str) -> str:
        return self._values[name.lower()]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.lower() in self._values

    def get_all(self, name: str) -> tuple[str, ...]:
        wanted = name.lower()
        return tuple(value for header, value in self._items if header == wanted)

    def shown(self) -> dict[str, str]:
        """The headers with every value masked that is not known to be harmless."""
        return show_headers(self._items)

    def __repr__(self) -> str:
        return f"Headers({self.shown()!r})"

    def __reduce__(self) -> tuple[type[Headers], tuple[tuple[tuple[str, str], ...]]]:
        return Headers, (self._items,)


def show_headers(items: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Headers for a log or an event: values that are not known to be harmless become `***`."""
    return {name.lower(): value if name.lower() in SAFE_TO_SHOW else "***" for name, value in items}


def check_header(name: str, value: str) -> None:
    """Refuse a header that would not arrive as one header with this value (the message never shows the value)."""
    if not _NAME.fullmatch(name):
        raise InvalidArgument(f"{name!r} is not a header name")
    if name.lower() in FRAMING:
        raise InvalidArgument(f"header {name!r} is set by the client itself")
    check_header_value(name, value)


def check_header_value(name: str, value: str) -> None:
    if not _VALUE.fullmatch(value):
        raise InvalidArgument(
            f"the value of header {name!r} holds a line break, a control character or a letter beyond Latin-1"
        )
    if value != value.strip(" \t"):
        raise InvalidArgument(f"the value of header {name!r} starts or ends with a space")
