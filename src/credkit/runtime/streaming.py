"""Answers that are read while they arrive: downloads, JSON Lines, server-sent events.

A stream is a context manager; leaving it closes the connection. It can be read once.

    with client.files.download(file_id) as stream:
        stream.save("report.pdf")

    with client.completions.stream(prompt="...") as stream:
        for item in stream.items():
            ...
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Generic, Self

from typing_extensions import TypeVar

from .decode import UndecodableBody, decode_item
from .drift import Drift, DriftFound
from .errors import DriftError, UnreadableBody
from .headers import Headers
from .lines import EventParser, LineParser, LineTooLong, ServerEvent, framing_of
from .mediatypes import media_type_of
from .operation import Content

T_co = TypeVar("T_co", covariant=True, default=Any)

OnDrift = Callable[[tuple[Drift, ...]], None]


def _ignore(drift: tuple[Drift, ...]) -> None:
    """Nobody listens."""


class _Items(Generic[T_co]):
    """Turns pieces of a body into typed items; shared by both kinds of stream."""

    def __init__(self, content: Content | None, media_type: str, strict: bool, on_drift: OnDrift) -> None:
        self._content = content
        self._events = framing_of(media_type) == "events"
        self._event_parser = EventParser()
        self._line_parser = LineParser()
        self._strict = strict
        self._on_drift = on_drift

    def events(self, piece: bytes) -> list[ServerEvent]:
        try:
            return self._event_parser.feed(piece)
        except LineTooLong as error:
            problem = str(error)
        raise UnreadableBody(problem)

    def feed(self, piece: bytes) -> Iterator[T_co]:
        if self._events:
            for event in self.events(piece):
                yield self._item(event.data.encode())
            return
        try:
            lines = self._line_parser.feed(piece)
        except LineTooLong as error:
            problem = str(error)
        else:
            yield from self._from_lines(lines)
            return
        raise UnreadableBody(problem)

    def finish(self) -> Iterator[T_co]:
        if not self._events:
            yield from self._from_lines([self._line_parser.finish()])

    def _from_lines(self, lines: list[bytes]) -> Iterator[T_co]:
        for line in lines:
            if text := line.strip(b" \t\r\x1e"):
                yield self._item(text)

    def _item(self, data: bytes) -> T_co:
        drift: tuple[Drift, ...] = ()
        try:
            decoded = decode_item(data, self._content, strict=self._strict)
        except UndecodableBody as error:
            problem = f"an item of the stream: {error}"
        except DriftFound as error:
            problem, drift = str(error), error.drift
        else:
            if decoded.drift:
                self._on_drift(decoded.drift)
            item: T_co = decoded.value
            return item
        raise DriftError(problem, drift=drift) if drift else UnreadableBody(problem)


class Stream(Generic[T_co]):
    """An open answer. `T_co` is the type of its items, where it is a stream of items."""

    def __init__(
        self,
        *,
        status: int,
        headers: Headers,
        content: Content | None,
        read: Callable[[], bytes],
        close: Callable[[], None],
        strict: bool = False,
        on_drift: OnDrift = _ignore,
    ) -> None:
        self.status = status
        self.headers = headers
        self._read = read
        self._close = close
        self._items: _Items[T_co] = _Items(content, media_type_of(headers.get("content-type")), strict, on_drift)

    def iter_bytes(self) -> Iterator[bytes]:
        """The body in pieces, as they arrive."""
        while piece := self._read():
            yield piece

    def read(self) -> bytes:
        """The rest of the body in one."""
        return b"".join(self.iter_bytes())

    def items(self) -> Iterator[T_co]:
        """The items of JSON Lines, or the data of server-sent events, as typed values.

        Raises:
            UnreadableBody: an item is not the JSON that is documented, or longer than 1 MiB.
        """
        for piece in self.iter_bytes():
            yield from self._items.feed(piece)
        yield from self._items.finish()

    def iter_events(self) -> Iterator[ServerEvent]:
        """Server-sent events, with their type and id, their data as text."""
        for piece in self.iter_bytes():
            yield from self._items.events(piece)

    def save(self, path: str | os.PathLike[str]) -> int:
        """Write the body to a file and return its size. The file appears only when it is complete."""
        part = _part_name(path)
        try:
            with open(part, "xb") as file:
                size = sum(file.write(piece) for piece in self.iter_bytes())
            os.replace(part, path)
        except BaseException:
            with suppress(FileNotFoundError):
                os.unlink(part)
            raise
        return size

    def close(self) -> None:
        self._close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class AsyncStream(Generic[T_co]):
    """The async twin of `Stream`."""

    def __init__(
        self,
        *,
        status: int,
        headers: Headers,
        content: Content | None,
        read: Callable[[], Awaitable[bytes]],
        close: Callable[[], Awaitable[None]],
        strict: bool = False,
        on_drift: OnDrift = _ignore,
    ) -> None:
        self.status = status
        self.headers = headers
        self._read = read
        self._close = close
        self._items: _Items[T_co] = _Items(content, media_type_of(headers.get("content-type")), strict, on_drift)

    async def iter_bytes(self) -> AsyncIterator[bytes]:
        """The body in pieces, as they arrive."""
        while piece := await self._read():
            yield piece

    async def read(self) -> bytes:
        """The rest of the body in one."""
        return b"".join([piece async for piece in self.iter_bytes()])

    async def items(self) -> AsyncIterator[T_co]:
        """The items of JSON Lines, or the data of server-sent events, as typed values; see `Stream.items`."""
        async for piece in self.iter_bytes():
            for item in self._items.feed(piece):
                yield item
        for item in self._items.finish():
            yield item

    async def iter_events(self) -> AsyncIterator[ServerEvent]:
        """Server-sent events, with their type and id, their data as text."""
        async for piece in self.iter_bytes():
            for event in self._items.events(piece):
                yield event

    async def save(self, path: str | os.PathLike[str]) -> int:
        """Write the body to a file and return its size. The file appears only when it is complete."""
        part = _part_name(path)
        size = 0
        try:
            with open(part, "xb") as file:
                async for piece in self.iter_bytes():
                    size += file.write(piece)
            os.replace(part, path)
        except BaseException:
            with suppress(FileNotFoundError):
                os.unlink(part)
            raise
        return size

    async def close(self) -> None:
        await self._close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()


def _part_name(path: str | os.PathLike[str]) -> Path:
    target = Path(path)
    return target.with_name(f".{target.name}.{os.urandom(6).hex()}.part")
