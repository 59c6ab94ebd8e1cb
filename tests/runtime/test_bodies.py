"""Bodies hold exactly what was given, in every media type, and say whether they can be sent again."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credkit.runtime import UNSET, Body, File, Part
from credkit.runtime.bodies import EncodedBody, encode_body
from credkit.runtime.errors import InvalidArgument

from .json_values import objects, values
from .vendor import Recipient

JSON = Body("application/json", lambda: Any)
FORM = "application/x-www-form-urlencoded"
TEXT = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=30)


def _encode(body: Body, value: object) -> EncodedBody:
    encoded = encode_body(body, value)
    assert encoded is not None
    return encoded


def _bytes(encoded: EncodedBody) -> bytes:
    if encoded.content is not None:
        assert encoded.stream is None
        assert encoded.length == len(encoded.content)
        return encoded.content
    assert encoded.stream is not None
    data = b"".join(encoded.stream())
    assert encoded.length in (None, len(data))
    return data


@given(values)
def test_json_is_exactly_the_value(value: Any) -> None:
    encoded = _encode(JSON, value)
    assert json.loads(_bytes(encoded)) == value
    assert (encoded.content_type, encoded.replayable) == ("application/json", True)


@given(objects)
def test_a_spread_body_leaves_out_what_is_unset_and_keeps_null(members: dict[str, Any]) -> None:
    encoded = _encode(JSON, {**members, "gone": UNSET, "null": None})
    assert json.loads(_bytes(encoded)) == {
        **{name: value for name, value in members.items() if name != "gone"},
        "null": None,
    }


@pytest.mark.parametrize(
    "media_type", ["application/json", "application/vnd.api+json", "application/json; charset=utf-8"]
)
def test_every_json_media_type_is_json(media_type: str) -> None:
    encoded = _encode(Body(media_type, lambda: Recipient), Recipient(name="A", email="a@x"))
    assert encoded.content_type == media_type
    assert json.loads(_bytes(encoded)) == {"name": "A", "email": "a@x"}


def test_a_body_that_is_absent() -> None:
    optional = Body("application/json", lambda: Any, required=False)
    assert encode_body(optional, UNSET) is None
    assert encode_body(optional, {"a": UNSET}) is None
    assert _bytes(_encode(optional, None)) == b"null"
    assert _bytes(_encode(JSON, {"a": UNSET})) == b"{}"
    with pytest.raises(InvalidArgument, match="required"):
        encode_body(JSON, UNSET)


def test_an_empty_object_that_was_given_is_sent() -> None:
    optional = Body("application/json", lambda: Any, required=False)
    assert _bytes(_encode(optional, {})) == b"{}"
    assert encode_body(optional, {"a": UNSET}) is None


@pytest.mark.parametrize("value", [{"a": float("nan")}, {"a": {"b": UNSET}}, "\ud800", {"a": object()}])
def test_what_has_no_json_form_is_refused_with_its_place(value: object) -> None:
    with pytest.raises(InvalidArgument, match="has no JSON form"):
        encode_body(JSON, value)


# --- forms -----------------------------------------------------------------------------------------------------------


@given(st.dictionaries(TEXT.filter(bool), TEXT | st.lists(TEXT, max_size=3), max_size=4))
def test_a_form_comes_back(members: dict[str, Any]) -> None:
    encoded = _encode(Body(FORM, lambda: Any), members)
    expected = [
        (name, item) for name, value in members.items() for item in (value if isinstance(value, list) else [value])
    ]
    assert parse_qsl(_bytes(encoded).decode(), keep_blank_values=True) == expected


@pytest.mark.parametrize(
    ("part", "value", "pairs"),
    [
        (Part("a"), {"x": 1}, [("a", '{"x":1}')]),
        (Part("a", style="form", explode=True), {"x": 1, "y": 2}, [("x", "1"), ("y", "2")]),
        (Part("a", style="form", explode=False), ["x", "y"], [("a", "x,y")]),
        (Part("a", style="pipeDelimited", explode=False), ["x", "y"], [("a", "x|y")]),
        (Part("a", style="spaceDelimited", explode=False), {"x": 1}, [("a", "x 1")]),
        (Part("a", style="deepObject", explode=True), {"x": {"y": [1]}}, [("a[x][y][]", "1")]),
        (Part("a", style="deepObject", explode=True), [{"x": 1}], [("a[0][x]", "1")]),
        (Part("a", ("application/json",)), [1, "b"], [("a", '[1,"b"]')]),
        (Part("a"), True, [("a", "true")]),
        (Part("a"), None, []),
        (Part("a"), UNSET, []),
    ],
)
def test_members_of_a_form_follow_their_encoding(part: Part, value: object, pairs: list[tuple[str, str]]) -> None:
    encoded = encode_body(Body(FORM, lambda: Any, parts=(part,)), {"a": value})
    assert encoded is not None
    assert parse_qsl(_bytes(encoded).decode(), keep_blank_values=True) == pairs


def test_a_model_can_be_a_form() -> None:
    encoded = _encode(Body(FORM, lambda: Recipient), Recipient(name="A B", email="a@x", recipient_id="r"))
    assert _bytes(encoded) == b"name=A+B&email=a%40x&recipientId=r"


@pytest.mark.parametrize("value", [{"a": object()}, {"a": float("inf")}, {"a": "\ud800"}])
def test_what_has_no_form_form_is_refused(value: object) -> None:
    with pytest.raises(InvalidArgument):
        encode_body(Body(FORM, lambda: Any), value)


# --- bytes, text, files, streams -------------------------------------------------------------------------------------


def test_bytes_and_text_are_sent_as_they_are() -> None:
    assert _bytes(_encode(Body("application/octet-stream"), b"\x00\xff")) == b"\x00\xff"
    text = _encode(Body("text/plain"), "é")
    assert (text.content, text.content_type) == ("é".encode(), "text/plain; charset=utf-8")
    assert _encode(Body("text/csv; charset=utf-8"), "a").content_type == "text/csv; charset=utf-8"
    assert _bytes(_encode(Body("application/json"), '{"raw": 1}')) == b'{"raw": 1}'
    assert _bytes(_encode(Body("application/xml"), "<a/>")) == b"<a/>"


def test_a_range_leaves_the_media_type_to_the_value() -> None:
    assert _encode(Body("*/*", lambda: Any), {"a": 1}).content_type == "application/json"
    assert _encode(Body("*/*"), "text").content_type == "text/plain; charset=utf-8"
    assert _encode(Body("image/*"), b"\x89PNG\r\n\x1a\n").content_type == "image/png"
    assert _encode(Body("*/*"), File(b"x", content_type="audio/ogg")).content_type == "audio/ogg"
    with pytest.raises(InvalidArgument, match="not allowed"):
        encode_body(Body("image/*"), b"%PDF-1.7")


@pytest.mark.parametrize("value", [{"a": 1}, 5, object(), ["x"]])
def test_a_value_that_is_no_bytes_is_refused_for_a_raw_body(value: object) -> None:
    with pytest.raises(InvalidArgument, match="give text, bytes or a file"):
        encode_body(Body("application/xml", lambda: Any), value)


def test_a_path_is_read_when_it_is_sent_and_every_time_anew(tmp_path: Path) -> None:
    path = tmp_path / "file.bin"
    path.write_bytes(os.urandom(200_000))
    encoded = _encode(Body("application/octet-stream"), path)
    assert encoded.content is None
    assert encoded.stream is not None
    assert (encoded.length, encoded.replayable) == (200_000, True)
    assert _bytes(encoded) == _bytes(encoded) == path.read_bytes()
    assert max(map(len, encoded.stream())) <= 64 * 1024


def test_an_open_file_is_sent_from_where_it_stands_and_stays_open(tmp_path: Path) -> None:
    path = tmp_path / "file.bin"
    path.write_bytes(b"0123456789")
    with path.open("rb") as file:
        file.seek(4)
        encoded = _encode(Body("application/octet-stream"), file)
        assert encoded.length == 6
        assert _bytes(encoded) == _bytes(encoded) == b"456789"
        assert not file.closed


def test_a_pipe_is_sent_once() -> None:
    encoded = _encode(Body("application/octet-stream"), _Pipe(b"x" * 100_000))
    assert (encoded.length, encoded.replayable) == (None, False)
    assert _bytes(encoded) == b"x" * 100_000


class _Pipe(io.BytesIO):
    def seekable(self) -> bool:
        return False


def test_an_iterator_over_bytes_is_sent_once() -> None:
    encoded = _encode(Body("application/octet-stream"), iter([b"a", b"", b"b"]))
    assert (encoded.length, encoded.replayable) == (None, False)
    assert encoded.stream is not None
    assert list(encoded.stream()) == [b"a", b"b"]
    text: Any = iter(["text"])
    with pytest.raises(InvalidArgument, match="yielded a str"):
        _bytes(_encode(Body("application/octet-stream"), text))


def test_a_file_that_shrinks_while_it_is_sent_is_an_error_and_one_that_grows_is_cut(tmp_path: Path) -> None:
    path = tmp_path / "file.bin"
    path.write_bytes(b"x" * 10)
    encoded = _encode(Body("application/octet-stream"), path)
    path.write_bytes(b"x" * 15)
    assert _bytes(encoded) == b"x" * 10
    path.write_bytes(b"x" * 5)
    with pytest.raises(InvalidArgument, match="shorter"):
        _bytes(encoded)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda folder: folder / "none", "cannot be read"),
        (lambda folder: folder, "cannot be read"),
        (lambda folder: File("name.png"), "not a file"),  # type: ignore[arg-type]
        (lambda folder: io.StringIO("text"), "binary mode"),
    ],
)
def test_what_is_no_file_is_refused_before_sending(make: Callable[[Path], object], says: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidArgument, match=says):
        encode_body(Body("application/octet-stream"), make(tmp_path))


@settings(max_examples=30)
@given(st.lists(objects, max_size=2))
def test_json_lines_are_one_value_a_line(rows: list[dict[str, Any]]) -> None:
    body = Body("application/jsonl", lambda: Any)
    whole, streamed = _encode(body, rows), _encode(body, iter(rows))
    assert [json.loads(line) for line in _bytes(whole).splitlines()] == rows
    assert (whole.replayable, streamed.replayable) == (True, False)
    assert _bytes(streamed) == _bytes(whole)


def test_the_repr_of_a_body_shows_nothing_of_it() -> None:
    assert "canary" not in repr(_encode(JSON, "canary"))
    assert "canary" not in repr(File(b"canary"))


@pytest.mark.parametrize("media_type", ["application/json\r\nX-Evil: 1", "json", "", "a/b; c", "a/b\0"])
def test_a_media_type_that_cannot_be_a_header_is_refused(media_type: str) -> None:
    with pytest.raises(InvalidArgument, match="content type"):
        encode_body(Body(media_type, lambda: Any), {})
