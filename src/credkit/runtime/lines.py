"""Lines and server-sent events out of pieces of bytes, without I/O.

Feed pieces as they come, take what is complete. Nothing grows without bound: a line, and the data of one event, may be as
long as `max_bytes`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

MAX_LINE_BYTES = 1024 * 1024


class LineTooLong(Exception):
    """A line, or the data of one event, is longer than the reader allows."""

    def __init__(self, max_bytes: int) -> None:
        super().__init__(f"a line is longer than {max_bytes} bytes")


class LineParser:
    """Cuts bytes into lines. They end with LF or CR LF; with `lone_cr`, as in event streams, also with CR alone."""

    def __init__(self, *, max_bytes: int = MAX_LINE_BYTES, lone_cr: bool = False) -> None:
        self._max_bytes = max_bytes
        self._lone_cr = lone_cr
        self._open = bytearray()
        self._after_cr = False

    def feed(self, piece: bytes) -> list[bytes]:
        """Take a piece; return the lines that it completes, without their ends."""
        if self._after_cr and piece:
            self._after_cr = False
            piece = piece.removeprefix(b"\n")
        if self._lone_cr:
            self._after_cr = piece.endswith(b"\r")
            piece = piece.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        *complete, rest = piece.split(b"\n")
        lines: list[bytes] = []
        for part in complete:
            self._keep(part)
            lines.append(self._take())
        self._keep(rest)
        return lines

    def finish(self) -> bytes:
        """The bytes after the last line end."""
        return self._take()

    def _keep(self, part: bytes) -> None:
        if len(self._open) + len(part) > self._max_bytes:
            raise LineTooLong(self._max_bytes)
        self._open += part

    def _take(self) -> bytes:
        line = bytes(self._open)
        self._open.clear()
        return line if self._lone_cr else line.removesuffix(b"\r")


@dataclass(frozen=True, slots=True)
class ServerEvent:
    """One server-sent event.

    Attributes:
        data: its data lines, joined with line feeds.
        event: its type, "message" when the server gives none.
        id: the last id that the server gave, "" before the first.
        retry: milliseconds to wait before connecting again, when this event says so.
    """

    data: str
    event: str = "message"
    id: str = ""
    retry: int | None = None


class EventParser:
    """Reads `text/event-stream` as the HTML standard defines it."""

    def __init__(self, *, max_bytes: int = MAX_LINE_BYTES) -> None:
        self._lines = LineParser(max_bytes=max_bytes, lone_cr=True)
        self._max_bytes = max_bytes
        self._first = True
        self._data: list[str] = []
        self._size = 0
        self._event = ""
        self._id = ""
        self._retry: int | None = None

    def feed(self, piece: bytes) -> list[ServerEvent]:
        """Take a piece; return the events that it completes. What no blank line ends is never an event."""
        events: list[ServerEvent] = []
        for line in self._lines.feed(piece):
            text = line.decode("utf-8", "replace")
            if self._first:
                self._first = False
                text = text.removeprefix("\ufeff")
            if text:
                self._field(text)
            elif (event := self._dispatch()) is not None:
                events.append(event)
        return events

    def _field(self, line: str) -> None:
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        match name:
            case "data":
                self._size += len(value)
                if self._size > self._max_bytes:
                    raise LineTooLong(self._max_bytes)
                self._data.append(value)
            case "event":
                self._event = value
            case "id" if "\0" not in value:
                self._id = value
            case "retry" if value.isascii() and value.isdigit() and len(value) < 10:
                self._retry = int(value)
            case _:
                pass  # other fields mean nothing

    def _dispatch(self) -> ServerEvent | None:
        event = (
            ServerEvent("\n".join(self._data), self._event or "message", self._id, self._retry) if self._data else None
        )
        self._data, self._size, self._event, self._retry = [], 0, "", None
        return event


Framing = Literal["lines", "events"]


def framing_of(media_type: str) -> Framing | None:
    """How items are told apart in a stream of this media type; None when it is not a stream of items."""
    if media_type == "text/event-stream":
        return "events"
    if media_type in ("application/jsonl", "application/x-ndjson", "application/x-jsonlines", "application/json-seq"):
        return "lines"
    return None
