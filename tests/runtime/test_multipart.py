"""Multipart bodies can be read in one way only, and files are checked before anything is sent."""

from __future__ import annotations

import io
import json
import tracemalloc
from pathlib import Path
from typing import IO, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import FileStorage
from werkzeug.formparser import MultiPartParser

from credkit.runtime import UNSET, Body, File, Part
from credkit.runtime.bodies import EncodedBody, encode_body
from credkit.runtime.errors import InvalidArgument
from credkit.runtime.files import sniff
from credkit.runtime.headers import Headers
from credkit.runtime.models import Model
from credkit.runtime.multipart import assemble, multipart_pieces
from credkit.runtime.testing.received import Received, parts_of

from .vendor import Recipient

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 8
JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 8
WEBP = b"RIFF\x24\0\0\0WEBPVP8 "
IMAGE = Part("image", ("image/jpeg", "image/png", "image/webp"), max_bytes=100, file=True)
TEXT = st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20)


def _encode(value: object, *parts: Part) -> EncodedBody:
    encoded = encode_body(Body("multipart/form-data", lambda: Any, parts=parts), value)
    assert encoded is not None
    return encoded


def _bytes(encoded: EncodedBody) -> bytes:
    data = encoded.content
    if data is None:
        assert encoded.stream is not None
        data = b"".join(encoded.stream())
    assert encoded.length in (None, len(data))
    return data


def _in_memory(
    total_content_length: int | None,
    content_type: str | None,
    filename: str | None,
    content_length: int | None = None,
) -> IO[bytes]:
    return io.BytesIO()


def _read(encoded: EncodedBody) -> tuple[list[tuple[str, str]], list[tuple[str, FileStorage]]]:
    """What Werkzeug, which shares no code with us, reads."""
    boundary = encoded.content_type.partition("boundary=")[2].encode()
    data = _bytes(encoded)
    form, files = MultiPartParser(_in_memory).parse(io.BytesIO(data), boundary, len(data))
    return list(form.items(multi=True)), list(files.items(multi=True))


def test_each_kind_of_member_becomes_its_kind_of_part() -> None:
    encoded = _encode(
        {
            "image": File(PNG, "cover.png"),
            "tags": ["a", "b"],
            "count": 3,
            "ok": True,
            "meta": Recipient(name="A", email="a@x"),
            "rows": [{"a": 1}],
            "gone": UNSET,
            "null": None,
        },
        IMAGE,
    )
    form, files = _read(encoded)
    assert form[:4] == [("tags", "a"), ("tags", "b"), ("count", "3"), ("ok", "true")]
    assert [(name, json.loads(text)) for name, text in form[4:]] == [
        ("meta", {"name": "A", "email": "a@x"}),
        ("rows", {"a": 1}),
    ]
    ((name, file),) = files
    assert (name, file.filename, file.content_type, file.read()) == ("image", "cover.png", "image/png", PNG)
    assert encoded.replayable


def test_our_own_reader_agrees() -> None:
    encoded = _encode({"image": PNG, 'na"me': "x\r\ny"}, IMAGE)
    received = Received("POST", "/", Headers([("content-type", encoded.content_type)]), _bytes(encoded))
    image, text = parts_of(received) or []
    assert (image.name, image.filename, image.content_type, image.content) == ("image", "image.png", "image/png", PNG)
    assert (text.name, text.filename, text.content) == ('na"me', None, b"x\r\ny")


@given(
    st.dictionaries(
        TEXT.filter(lambda name: '"' not in name and "\\" not in name and "%" not in name),
        st.binary(max_size=60),
        max_size=4,
    )
)
def test_any_names_and_bytes_come_back(members: dict[str, bytes]) -> None:
    form, files = _read(_encode(members))
    assert form == []
    assert [(name, file.read()) for name, file in files] == list(members.items())


def test_the_boundary_is_random_and_does_not_occur_in_the_parts() -> None:
    first, second = _encode({"a": "x"}), _encode({"a": "x"})
    assert first.content_type != second.content_type
    guesses = iter(["in-a-value", "in-a-name", "in-a-file", "free"])
    pieces = multipart_pieces({"in-a-name": "--in-a-value", "file": b"--in-a-file--"}, {})
    boundary, source = assemble(pieces, lambda: next(guesses))
    assert boundary == "free"
    assert source.data is not None
    assert source.data.count(b"--free") == 3


@pytest.mark.parametrize("bad", ["a\\", "a\r\nX-Evil: 1", "a\nb", "a\rb", "a\0b", "", "\x7f", "\ud800"])
def test_names_and_file_names_cannot_begin_a_header(bad: str) -> None:
    with pytest.raises(InvalidArgument):
        _encode({bad: "x"})
    if bad:
        with pytest.raises(InvalidArgument):
            _encode({"a": File(b"x", bad)})


@pytest.mark.parametrize("name", ["../../etc/passwd", "a/b.png", "c:\\x.png"])
def test_a_file_name_is_no_path(name: str) -> None:
    with pytest.raises(InvalidArgument, match="folder"):
        _encode({"a": File(b"x", name)})


@pytest.mark.parametrize(
    "content_type", ["image/png\r\nX-Evil: 1", "image/png\n", "image", "image/", "a b/c", 'a/b; c="d', "a/b\0", "é/b"]
)
def test_a_content_type_cannot_begin_a_header(content_type: str) -> None:
    with pytest.raises(InvalidArgument, match="content type"):
        _encode({"a": File(b"x", "x", content_type)})


def test_quotes_in_names_are_escaped_as_browsers_do() -> None:
    data = _bytes(_encode({'a"; filename="evil': File(b"x", 'b"c.txt')}))
    assert b'name="a%22; filename=%22evil"; filename="b%22c.txt"' in data


# --- files -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("data", "expected"), [(PNG, "image/png"), (JPEG, "image/jpeg"), (WEBP, "image/webp")])
def test_the_content_type_is_told_from_the_first_bytes_when_none_is_given(data: bytes, expected: str) -> None:
    for value in (data, io.BytesIO(data), File(data, "wrong.gif")):
        (_, file), *_ = _read(_encode({"image": value}, IMAGE))[1]
        assert file.content_type == expected


def test_the_caller_has_the_last_word_on_the_content_type() -> None:
    (_, file), *_ = _read(_encode({"image": File(JPEG, "a.jpg", "image/png")}, IMAGE))[1]
    assert file.content_type == "image/png"


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (b"GIF89a", "image/gif is not allowed"),
        (b"unknown", "say which content type"),
        (File(PNG, "a.png", "image/gif"), "image/gif is not allowed"),
        (PNG + b"\0" * 100, "116 bytes are more than the 100"),
        ("cover.png", "a str is not a file"),
        ([("a.txt", b"1")], "a tuple is not a file: give bytes, a Path, an open file or a credkit.File"),
        ({"a": 1}, "a dict is not a file"),
        (io.StringIO("x"), "binary mode"),
    ],
)
def test_a_file_that_is_not_allowed_is_refused_before_sending(value: object, says: str) -> None:
    with pytest.raises(InvalidArgument, match=says):
        _encode({"image": value}, IMAGE)


def test_a_name_tells_the_type_where_the_bytes_do_not() -> None:
    part = Part("report", ("text/csv", "application/pdf"), file=True)
    (_, file), *_ = _read(_encode({"report": File(b"a,b", "report.csv")}, part))[1]
    assert file.content_type == "text/csv"
    (_, file), *_ = _read(_encode({"report": b"a,b"}, Part("report", ("text/csv",), file=True)))[1]
    assert (file.content_type, file.filename) == ("text/csv", "report.csv")
    (_, file), *_ = _read(_encode({"report": b"a,b"}))[1]
    assert (file.content_type, file.filename) == ("application/octet-stream", "report")


def test_sniffing_knows_nothing_it_does_not_know() -> None:
    assert sniff(b"") is None
    assert sniff(b"xxxxxxxxWEBP") is None
    assert sniff(b"", "x.JPEG") == "image/jpeg"


def test_a_path_gives_its_name_and_a_stream_that_was_cut_short_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "cover.png"
    path.write_bytes(PNG)
    encoded = _encode({"image": path}, IMAGE)
    assert encoded.content is None
    assert encoded.replayable
    (_, file), *_ = _read(encoded)[1]
    assert (file.filename, file.read()) == ("cover.png", PNG)
    path.write_bytes(PNG[:4])
    with pytest.raises(InvalidArgument, match="shorter"):
        _bytes(encoded)


class _Pipe(io.BytesIO):
    def seekable(self) -> bool:
        return False


def test_a_pipe_is_read_only_up_to_its_limit() -> None:
    pipe = _Pipe(PNG + b"\0" * 1_000_000)
    with pytest.raises(InvalidArgument, match="more than the 100 bytes"):
        _encode({"image": pipe}, IMAGE)
    assert pipe.tell() <= 200
    encoded = _encode({"image": _Pipe(PNG)}, IMAGE)
    assert encoded.replayable
    streamed = _encode({"image": _Pipe(PNG * 1000)})
    assert (streamed.length, streamed.replayable) == (None, False)
    assert _read(streamed)[1][0][1].read() == PNG * 1000


def test_a_large_file_is_never_in_memory(tmp_path: Path) -> None:
    path = tmp_path / "large.bin"
    with path.open("wb") as file:
        file.truncate(50_000_000)
    encoded = _encode({"file": path, "title": "x"})
    assert encoded.stream is not None
    tracemalloc.start()
    try:
        size = sum(len(piece) for piece in encoded.stream())
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert size == encoded.length
    assert peak < 1_000_000


def test_several_files_under_one_name() -> None:
    files = _read(_encode({"files": [PNG, File(JPEG, "b.jpg")]}))[1]
    assert [(name, file.filename) for name, file in files] == [("files", "files.png"), ("files", "b.jpg")]


def test_a_model_keeps_its_bytes() -> None:
    class Upload(Model):
        image: bytes

    (_, file), *_ = _read(_encode(Upload(image=b"\xff\xfe\0"), Part("image", file=True)))[1]
    assert file.read() == b"\xff\xfe\0"


def test_a_model_with_a_member_called_read_is_no_file() -> None:
    class Rights(Model):
        read: bool

    assert _read(_encode({"rights": Rights(read=True)}))[0] == [("rights", '{"read":true}')]


def test_a_part_can_be_declared_json() -> None:
    data = _bytes(_encode({"a": "text"}, Part("a", ("application/json",))))
    assert b'Content-Type: application/json\r\n\r\n"text"\r\n' in data


def test_a_body_that_is_no_object_is_refused() -> None:
    with pytest.raises(InvalidArgument, match="takes an object"):
        _encode(["a"])
