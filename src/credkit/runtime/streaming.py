"""Answers that are read while they arrive: downloads, JSON Lines, server-sent events.

A stream is a context manager: entering it makes the call, leaving it closes the connection. It can be read once.

    with client.files.download(file_id) as stream:
        stream.save("report.pdf")

    with client.completions.stream(prompt="...") as stream:
        for item in stream.items():
            ...
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Generic, Self

from typing_extensions import TypeVar

from .decode import UndecodableBody, decode_item
from .drift import Drift, DriftFound
from .errors import CallInfo, DriftError, ResponseTooLarge, UnreadableBody
from .headers import Headers
from .lines import EventParser, LineParser, LineTooLong, ServerEvent, framing_of
from .mediatypes import media_type_of
from .operation import Content

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True, default=Any)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answered:
    """An answer whose head has arrived.

    Attributes:
        content: what the document says about the body.
        strict: raise for drift in an item, instead of telling `on_drift`.
        max_bytes: how much `read()` keeps in memory.
        info: which call it is, for errors.
    """

    status: int
    headers: Headers
    content: Content | None
    strict: bool
    max_bytes: int
    on_drift: Callable[[tuple[Drift, ...]], None]
    info: Callable[[], CallInfo]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened(_Answered):
    """What a `Stream` reads from: `read` gives the next piece, b"" at the end."""

    read: Callable[[], bytes]
    close: Callable[[], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class AsyncOpened(_Answered):
    """What an `AsyncStream` reads from."""

    read: Callable[[], Awaitable[bytes]]
    close: Callable[[], Awaitable[None]]


class _Items(Generic[T_co]):
    """Turns pieces of a body into events and typed items; shared by both kinds of stream."""

    def __init__(self, answered: _Answered) -> None:
        self._answered = answered
        self._has_events = framing_of(media_type_of(answered.headers.get("content-type"))) == "events"
        self._event_parser = EventParser()
        self._line_parser = LineParser()

    def events(self, piece: bytes) -> list[ServerEvent]:
        return self._bounded(self._event_parser.feed, piece)

    def feed(self, piece: bytes) -> Iterator[T_co]:
        if self._has_events:
            for event in self.events(piece):
                yield self._item(event.data.encode())
        else:
            yield from self._from_lines(self._bounded(self._line_parser.feed, piece))

    def finish(self) -> Iterator[T_co]:
        if not self._has_events:
            yield from self._from_lines([self._line_parser.finish()])

    def _bounded(self, feed: Callable[[bytes], list[T]], piece: bytes) -> list[T]:
        try:
            return feed(piece)
        except LineTooLong as error:
            problem = str(error)
        raise UnreadableBody(problem, call=self._answered.info())

    def _from_lines(self, lines: list[bytes]) -> Iterator[T_co]:
        for line in lines:
            if text := line.strip(b" \t\r\x1e"):
                yield self._item(text)

    def _item(self, data: bytes) -> T_co:
        drift: tuple[Drift, ...] = ()
        try:
            decoded = decode_item(data, self._answered.content, strict=self._answered.strict)
        except UndecodableBody as error:
            problem = f"an item of the stream: {error}"
        except DriftFound as error:
            problem, drift = str(error), error.drift
        else:
            if decoded.drift:
                self._answered.on_drift(decoded.drift)
            item: T_co = decoded.value
            return item
        if drift:
            raise DriftError(problem, drift=drift, call=self._answered.info())
        raise UnreadableBody(problem, call=self._answered.info())


class Stream(Generic[T_co]):
    """An answer that is read while it arrives. `T_co` is the type of its items, where it is a stream of items."""

    def __init__(self, open: Callable[[], Opened]) -> None:
        self._open = open
        self._opened: Opened | None = None

    @property
    def status(self) -> int:
        """HTTP status."""
        return self._answer.status

    @property
    def headers(self) -> Headers:
        return self._answer.headers

    def iter_bytes(self) -> Iterator[bytes]:
        """The body in pieces, as they arrive."""
        opened = self._answer
        while piece := opened.read():
            yield piece

    def read(self) -> bytes:
        """The rest of the body in one; raises ResponseTooLarge when it is larger than the client's `max_response_bytes`."""
        whole = bytearray()
        for piece in self.iter_bytes():
            _keep(whole, piece, self._answer)
        return bytes(whole)

    def items(self) -> Iterator[T_co]:
        """The items of JSON Lines, or the data of server-sent events, as typed values.

        Raises:
            UnreadableBody: an item is not the JSON that is documented, or longer than 1 MiB.
            DriftError: `strict`, and an item contradicts the document.
        """
        reader: _Items[T_co] = _Items(self._answer)
        for piece in self.iter_bytes():
            yield from reader.feed(piece)
        yield from reader.finish()

    def iter_events(self) -> Iterator[ServerEvent]:
        """Server-sent events, with their type and id, their data as text."""
        reader: _Items[T_co] = _Items(self._answer)
        for piece in self.iter_bytes():
            yield from reader.events(piece)

    def save(self, path: str | os.PathLike[str]) -> int:
        """Write the body to a file and return its size. The file appears only when it is complete."""
        part = _part_name(path)
        try:
            with open(part, "xb") as file:
                size = sum(file.write(piece) for piece in self.iter_bytes())
            os.replace(part, path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        return size

    @property
    def _answer(self) -> Opened:
        if self._opened is None:
            raise RuntimeError("a stream is read inside of its `with` block")
        return self._opened

    def __enter__(self) -> Self:
        self._opened = self._open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._answer.close()


class AsyncStream(Generic[T_co]):
    """The async twin of `Stream`."""

    def __init__(self, open: Callable[[], Awaitable[AsyncOpened]]) -> None:
        self._open = open
        self._opened: AsyncOpened | None = None

    @property
    def status(self) -> int:
        """HTTP status."""
        return self._answer.status

    @property
    def headers(self) -> Headers:
        return self._answer.headers

    async def iter_bytes(self) -> AsyncIterator[bytes]:
        """The body in pieces, as they arrive."""
        opened = self._answer
        while piece := await opened.read():
            yield piece

    async def read(self) -> bytes:
        """The rest of the body in one; see `Stream.read`."""
        whole = bytearray()
        async for piece in self.iter_bytes():
            _keep(whole, piece, self._answer)
        return bytes(whole)

    async def items(self) -> AsyncIterator[T_co]:
        """The items of JSON Lines, or the data of server-sent events, as typed values; see `Stream.items`."""
        reader: _Items[T_co] = _Items(self._answer)
        async for piece in self.iter_bytes():
            for item in reader.feed(piece):
                yield item
        for item in reader.finish():
            yield item

    async def iter_events(self) -> AsyncIterator[ServerEvent]:
        """Server-sent events, with their type and id, their data as text."""
        reader: _Items[T_co] = _Items(self._answer)
        async for piece in self.iter_bytes():
            for event in reader.events(piece):
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
            part.unlink(missing_ok=True)
            raise
        return size

    @property
    def _answer(self) -> AsyncOpened:
        if self._opened is None:
            raise RuntimeError("a stream is read inside of its `async with` block")
        return self._opened

    async def __aenter__(self) -> Self:
        self._opened = await self._open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._answer.close()


def _keep(whole: bytearray, piece: bytes, answered: _Answered) -> None:
    if len(whole) + len(piece) > answered.max_bytes:
        raise ResponseTooLarge(f"the answer is larger than {answered.max_bytes} bytes", call=answered.info())
    whole += piece


def _part_name(path: str | os.PathLike[str]) -> Path:
    target = Path(path)
    return target.with_name(f".{target.name}.{os.urandom(6).hex()}.part")
