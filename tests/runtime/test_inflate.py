"""Decompression: the same bytes as zlib's, in small pieces, never more than was asked for."""

from __future__ import annotations

import contextlib
import gzip
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credkit.runtime.errors import ResponseTooLarge
from credkit.runtime.inflate import PIECE, BadEncoding, decoder_for
from credkit.runtime.operation import Content, Operation, Retry

from .kit import Reply, session


def raw_deflate(data: bytes) -> bytes:
    compressor = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return compressor.compress(data) + compressor.flush()


ENCODINGS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "DEFLATE ": raw_deflate,
    "identity": bytes,
    "": bytes,
    "deflate, gzip": lambda data: gzip.compress(zlib.compress(data)),
}


def inflate(encoding: str, data: bytes, step: int) -> tuple[bytes, list[int]]:
    decoder = decoder_for(encoding)
    pieces = [piece for at in range(0, len(data), step) for piece in decoder.feed(data[at : at + step])]
    decoder.finish()
    return b"".join(pieces), [len(piece) for piece in pieces]


@pytest.mark.parametrize("encoding", ENCODINGS)
@settings(deadline=None)
@given(st.binary(max_size=300) | st.integers(0, 400_000).map(bytes), st.integers(1, 1000))
def test_every_encoding_gives_back_what_went_in(encoding: str, data: bytes, step: int) -> None:
    out, sizes = inflate(encoding, ENCODINGS[encoding](data), step)
    assert out == data
    assert all(size <= max(PIECE, step) for size in sizes)


def test_members_in_a_row_and_padding() -> None:
    data = gzip.compress(b"one") + gzip.compress(b"") + gzip.compress(b"two") + b"\0" * 9
    for step in (1, 5, 1000):
        assert inflate("gzip", data, step)[0] == b"onetwo"


@pytest.mark.parametrize(
    ("encoding", "data"),
    [
        ("gzip", b"no gzip"),
        ("gzip", gzip.compress(b"cut short" * 50)[:-12]),
        ("gzip", gzip.compress(b"x") + b"rubbish"),
        ("deflate", zlib.compress(b"x") + b"rubbish"),
        ("deflate", zlib.compress(b"cut short" * 50)[:-3]),
        ("deflate, gzip", gzip.compress(b"not deflate")),
    ],
    ids=["no gzip", "cut gzip", "rubbish behind gzip", "rubbish behind deflate", "cut deflate", "no deflate in gzip"],
)
@pytest.mark.parametrize("step", [1, 1000])
def test_what_is_not_compressed_well(encoding: str, data: bytes, step: int) -> None:
    with pytest.raises(BadEncoding):
        inflate(encoding, data, step)


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, br", "gzip, gzip, gzip, gzip"])
def test_encodings_that_were_not_asked_for(encoding: str) -> None:
    with pytest.raises(BadEncoding):
        decoder_for(encoding)


@settings(deadline=None)
@given(st.binary(max_size=200), st.sampled_from(["gzip", "deflate", "gzip, deflate"]))
def test_rubbish_raises_nothing_else(data: bytes, encoding: str) -> None:
    with contextlib.suppress(BadEncoding):
        inflate(encoding, data, 17)


@pytest.mark.parametrize("layers", [1, 2])
def test_a_bomb_stops_at_the_cap(layers: int) -> None:
    bomb = b"\0" * 50_000_000
    for _ in range(layers):
        bomb = gzip.compress(bomb)
    op: Operation[bytes] = Operation(
        id="get", method="GET", path="/", responses={"200": (Content("*/*"),)}, retry=Retry.SAFE
    )
    reply = Reply(200, bomb, (("content-encoding", ", ".join(["gzip"] * layers)),))
    with session("sync", reply, max_response_bytes=1_000_000) as (client, _), pytest.raises(ResponseTooLarge):
        client.call(op)
