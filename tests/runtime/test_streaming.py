"""Lines and events come out of any cut of the bytes, within bounds; streams give typed items."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credkit.runtime import AsyncStream, Content, ServerEvent, Stream
from credkit.runtime.drift import Drift
from credkit.runtime.errors import CallInfo, DriftError, ResponseTooLarge, UnreadableBody
from credkit.runtime.headers import Headers
from credkit.runtime.lines import EventParser, LineParser, LineTooLong
from credkit.runtime.models import Model
from credkit.runtime.streaming import AsyncOpened, Opened

from .json_values import values


class Item(Model):
    index: int


INFO = CallInfo(api="sample", operation="export", method="GET", path="/export")


def _cut(data: bytes, cuts: list[int]) -> list[bytes]:
    """`data` in pieces; none of them is empty."""
    marks = sorted({cut % (len(data) + 1) for cut in cuts} | {0, len(data)})
    return [data[start:end] for start, end in pairwise(marks) if start < end]


def _feed(parser: LineParser | EventParser, pieces: list[bytes]) -> None:
    for piece in pieces:
        parser.feed(piece)


class _Source:
    """Stands for an open connection."""

    def __init__(self, pieces: list[bytes], media_type: str, *, strict: bool = False, max_bytes: int = 1000) -> None:
        self.pieces = list(pieces)
        self.closed = False
        self.drift: list[Drift] = []
        content = Content(media_type, lambda: Item)
        self._common: dict[str, Any] = {
            "status": 200,
            "headers": Headers([("Content-Type", f"{media_type}; charset=utf-8")]),
            "content": content,
            "strict": strict,
            "max_bytes": max_bytes,
            "on_drift": self.drift.extend,
            "info": lambda: INFO,
        }

    def read(self) -> bytes:
        return self.pieces.pop(0) if self.pieces else b""

    async def aread(self) -> bytes:
        return self.read()

    def close(self) -> None:
        self.closed = True

    async def aclose(self) -> None:
        self.close()

    def stream(self) -> Stream[Item]:
        return Stream(lambda: Opened(read=self.read, close=self.close, **self._common))

    def async_stream(self) -> AsyncStream[Item]:
        async def start() -> AsyncOpened:
            return AsyncOpened(read=self.aread, close=self.aclose, **self._common)

        return AsyncStream(start)


# --- lines -----------------------------------------------------------------------------------------------------------


@given(
    st.lists(st.binary(max_size=10).filter(lambda line: b"\n" not in line and not line.endswith(b"\r"))),
    st.lists(st.integers(0, 200)),
    st.sampled_from([b"\n", b"\r\n"]),
)
def test_lines_do_not_depend_on_how_the_bytes_are_cut(lines: list[bytes], cuts: list[int], end: bytes) -> None:
    parser = LineParser()
    data = b"".join(line + end for line in lines)
    assert [line for piece in _cut(data, cuts) for line in parser.feed(piece)] == lines
    assert parser.finish() == b""


def test_what_no_line_end_closes_comes_at_the_end() -> None:
    parser = LineParser()
    assert parser.feed(b"a\nb") == [b"a"]
    assert parser.finish() == b"b"


@pytest.mark.parametrize("piece", [b"x" * 11, b"x" * 11 + b"\n", b"ok\n" + b"x" * 11])
def test_a_line_is_bounded_however_it_comes(piece: bytes) -> None:
    with pytest.raises(LineTooLong):
        LineParser(max_bytes=10).feed(piece)
    parser = LineParser(max_bytes=10)
    with pytest.raises(LineTooLong):
        _feed(parser, [bytes([byte]) for byte in piece])


# --- events ----------------------------------------------------------------------------------------------------------

STREAM = (
    b"\xef\xbb\xbf: a comment\r\n"
    b"data: one\r\n\r\n"
    b"event: add\rdata: 1\rdata:  2\rid: 7\r\r"
    b"data\n\n"
    b"retry: 2500\ndata: x\n\n"
    b"retry: soon\nid: a\0b\nunknown: y\ndata: z\n\n"
    b"event: nothing\n\n"
    b"data: never finished"
)
EVENTS = [
    ServerEvent("one"),
    ServerEvent("1\n 2", "add", "7"),
    ServerEvent("", id="7"),
    ServerEvent("x", id="7", retry=2500),
    ServerEvent("z", id="7"),
]


@given(st.lists(st.integers(0, len(STREAM))))
def test_events_are_read_as_the_standard_says_however_the_bytes_are_cut(cuts: list[int]) -> None:
    parser = EventParser()
    assert [event for piece in _cut(STREAM, cuts) for event in parser.feed(piece)] == EVENTS


@given(st.binary())
def test_any_bytes_are_events_or_nothing(data: bytes) -> None:
    for event in EventParser().feed(data):
        assert isinstance(event.data, str)


def test_an_event_is_bounded_over_all_of_its_lines() -> None:
    parser = EventParser(max_bytes=100)
    with pytest.raises(LineTooLong):
        _feed(parser, [b"data: 0123456789\n"] * 1000)


# --- streams ---------------------------------------------------------------------------------------------------------


@given(st.lists(st.integers(), max_size=5), st.lists(st.integers(0, 100)))
def test_json_lines_are_typed_items(indexes: list[int], cuts: list[int]) -> None:
    data = b"\n".join(json.dumps({"index": index}).encode() for index in indexes)
    source = _Source(_cut(data, cuts), "application/jsonl")
    with source.stream() as stream:
        assert [item.index for item in stream.items()] == indexes
    assert source.closed
    assert source.drift == []


def test_the_data_of_events_are_typed_items() -> None:
    data = b'event: a\ndata: {"index":\ndata: 1}\n\ndata: {"index": 2}\n\n'
    with _Source([data], "text/event-stream").stream() as stream:
        assert [item.index for item in stream.items()] == [1, 2]
    with _Source([data], "text/event-stream").stream() as stream:
        assert [event.event for event in stream.iter_events()] == ["a", "message"]


def test_the_async_twin_does_the_same(tmp_path: Path) -> None:
    async def collect(iterator: AsyncIterator[Any]) -> list[Any]:
        return [item async for item in iterator]

    async def main() -> None:
        lines = [b'{"index": 1}\n{"ind', b'ex": 2}']
        async with _Source(lines, "application/x-ndjson").async_stream() as stream:
            assert (stream.status, stream.headers["content-type"][:11]) == (200, "application")
            assert [item.index for item in await collect(stream.items())] == [1, 2]
        async with _Source([b"data: x\n\n"], "text/event-stream").async_stream() as stream:
            assert await collect(stream.iter_events()) == [ServerEvent("x")]
        async with _Source(lines, "application/pdf").async_stream() as stream:
            assert await stream.read() == b"".join(lines)
        async with _Source(lines, "application/pdf").async_stream() as stream:
            assert await stream.save(tmp_path / "out") == len(b"".join(lines))
        async with _Source([b"x" * 2000], "application/pdf").async_stream() as stream:
            with pytest.raises(ResponseTooLarge):
                await stream.read()

    asyncio.run(main())
    assert (tmp_path / "out").read_bytes() == b'{"index": 1}\n{"index": 2}'


@pytest.mark.parametrize(
    "data", [b'{"index": 1}\n{"index": canary', b'{"index": 1}\n<html>canary\n', b'{"index": 1}\n"canary"\n']
)
def test_an_item_that_cannot_be_read_is_a_typed_error_that_shows_nothing(data: bytes) -> None:
    with _Source([data], "application/jsonl").stream() as stream:
        items = stream.items()
        assert next(items).index == 1
        with pytest.raises(UnreadableBody, match="item of the stream") as caught:
            next(items)
    assert caught.value.call is INFO
    assert "canary" not in str(caught.value)


def test_drift_in_an_item_is_told_or_raised() -> None:
    source = _Source([b'{"index": "x"}\n'], "application/jsonl")
    with source.stream() as stream:
        assert [item.to_json() for item in stream.items()] == [b'{"index":"x"}']
    assert [drift.pointer for drift in source.drift] == ["/index"]
    source = _Source([b'{"index": "x"}\n'], "application/jsonl", strict=True)
    with source.stream() as stream, pytest.raises(DriftError) as caught:
        list(stream.items())
    assert caught.value.drift[0].pointer == "/index"


def test_a_line_without_end_is_a_typed_error() -> None:
    endless: Iterator[bytes] = iter(lambda: b"x" * 65536, b"")
    source = _Source([], "application/jsonl")
    source.read = lambda: next(endless)  # type: ignore[method-assign]
    with source.stream() as stream, pytest.raises(UnreadableBody, match="longer than"):
        list(stream.items())


def test_read_is_bounded_and_save_is_not(tmp_path: Path) -> None:
    with _Source([b"x" * 600, b"y" * 600], "application/pdf").stream() as stream, pytest.raises(ResponseTooLarge):
        stream.read()
    with _Source([b"x" * 600, b"y" * 600], "application/pdf").stream() as stream:
        assert stream.save(tmp_path / "file") == 1200
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_download_that_breaks_leaves_no_file(tmp_path: Path) -> None:
    def pieces() -> Iterator[bytes]:
        yield b"half"
        raise UnreadableBody("broken")

    broken = pieces()
    source = _Source([], "application/pdf")
    source.read = lambda: next(broken)  # type: ignore[method-assign]
    with source.stream() as stream, pytest.raises(UnreadableBody):
        stream.save(tmp_path / "file")
    assert list(tmp_path.iterdir()) == []
    assert source.closed


def test_a_stream_is_used_inside_of_its_block() -> None:
    stream = _Source([b"x"], "application/pdf").stream()
    for use in (stream.read, lambda: stream.status, lambda: stream.headers, lambda: list(stream.items())):
        with pytest.raises(RuntimeError, match="with"):
            use()


@given(values)
def test_untyped_items_are_any_json(value: Any) -> None:
    source = _Source([json.dumps(value).encode() + b"\n"], "application/jsonl")
    source._common["content"] = None
    with source.stream() as stream:
        assert list(stream.items()) == [value]
