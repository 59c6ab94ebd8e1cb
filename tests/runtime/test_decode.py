"""A body becomes a typed value or a typed error, whatever it is; the happy path is one parse."""

from __future__ import annotations

import gc
import json
import sys
import weakref
from contextlib import suppress
from functools import partial
from types import ModuleType
from typing import Any

import pydantic_core
import pytest
from hypothesis import given
from hypothesis import strategies as st

from credkit.runtime import Content, decode, tolerant
from credkit.runtime.decode import Decoded, UndecodableBody, decode_body, plan_for
from credkit.runtime.drift import DriftFound
from credkit.runtime.models import Model

from .vendor import BATCH, Batch, BatchResponse

JSON = (Content("application/json", lambda: BatchResponse),)
ANY = (Content("application/json", lambda: Any),)
WHOLE = {"success": True, "data": BATCH}


def _body(**changes: Any) -> bytes:
    return json.dumps({**WHOLE, **changes}).encode()


def _same(value: Any) -> Any:
    return value


def _decode(content: bytes, content_type: str | None = "application/json", **options: Any) -> Decoded:
    return decode_body(content, content_type, JSON, **options)


def test_the_value_is_the_member_that_the_envelope_wraps() -> None:
    decoded = _decode(_body(), unwrap="data")
    assert isinstance(decoded.value, Batch)
    assert decoded.drift == ()
    assert isinstance(_decode(_body()).value, BatchResponse)


def test_the_happy_path_parses_once_and_runs_no_python(monkeypatch: pytest.MonkeyPatch) -> None:
    content = _body()
    _decode(content, unwrap="data")  # plans are made once
    monkeypatch.setattr(pydantic_core, "from_json", lambda *_: pytest.fail("a second parse"))
    monkeypatch.setattr(tolerant, "Reader", lambda *_: pytest.fail("a tolerant reading"))
    frames: list[str] = []
    sys.setprofile(lambda frame, event, _: frames.append(frame.f_code.co_filename) if event == "call" else None)
    try:
        _decode(content, unwrap="data")
    finally:
        sys.setprofile(None)
    assert frames
    assert not [name for name in frames if name.endswith(("models.py", "tolerant.py")) and "runtime" in name][1:]


def test_plans_are_kept_and_bounded() -> None:
    assert plan_for(JSON[0]) is plan_for(JSON[0])
    limit = plan_for.cache_info().maxsize
    assert limit is not None
    assert limit <= 4096


def test_a_model_is_built_once_however_many_operations_return_it() -> None:
    plans = [plan_for(Content("application/json", partial(_same, Batch))) for _ in range(3)]
    built = {id(getattr(plan.validate_json, "__self__", None)) for plan in plans}
    assert built == {id(Batch.__pydantic_validator__)}


@pytest.mark.parametrize("in_a_list", [False, True])
def test_models_in_a_long_row_can_be_built_and_used(in_a_list: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """pydantic builds a model with everything that it refers to, recursively: 150 in a row are too many for Python."""
    module: Any = ModuleType("long_row")
    monkeypatch.setitem(sys.modules, "long_row", module)
    rows = (f"class M{index}(Model):\n    next: Omittable[list[M{(index + 1) % 150}]] = None" for index in range(150))
    header = "from __future__ import annotations\nfrom credkit.runtime.models import Model, Omittable"
    exec("\n".join([header, *rows]), module.__dict__)
    limit = sys.getrecursionlimit()
    type_ = list[module.M0] if in_a_list else module.M0
    body = b'{"next": [{"next": [{"next": [{}]}]}]}'
    content = Content("application/json", partial(_same, type_))
    value = decode_body(b"[%s]" % body if in_a_list else body, "application/json", (content,)).value
    first = value[0] if in_a_list else value
    assert type(first.next[0].next[0].next[0]).__name__ == "M3"
    assert module.M77(next=[module.M78()]).to_json() == b'{"next":[{}]}'
    assert sys.getrecursionlimit() == limit


def test_a_plan_that_is_not_used_any_more_leaves_nothing_behind() -> None:
    class Passing(Model):
        a: int

    seen = weakref.ref(Passing)
    content = Content("application/json", partial(_same, Passing))
    assert decode_body(b'{"a":1}', "application/json", (content,)).value.a == 1
    del content, Passing
    plan_for.cache_clear()
    decode._match.cache_clear()
    gc.collect()
    assert seen() is None


@pytest.mark.parametrize(
    ("content", "content_type", "says"),
    [
        (b"", "application/json", "empty"),
        (b"", None, "empty"),
        (b"<html>canary</html>", "text/html", "text/html"),
        (b"<html>canary</html>", None, "no stated media type"),
        (b"<html>canary</html>", "application/json", "not JSON"),
        (b'{"success": true, "data": {"batchId": "canary', "application/json", "not JSON"),
        (b"[" * 100_000, "application/json", "recursion limit"),
        (b'{"success":' + b'{"a":' * 100_000 + b"1" + b"}" * 100_001, "application/json", "recursion limit"),
        (b'{"success": "\\ud800canary"}', "application/json", "not JSON"),
        (b'{"success": "\xffcanary"}', "application/json", "not JSON"),
        (b'{"success": ' + b"1" * 10_000 + b"}", "application/json", "not JSON"),
        (b'"canary"', "application/json", "expected BatchResponse, got string"),
        (b"[]", "application/json", "expected BatchResponse, got array"),
        (b"null", "application/json", "got null"),
        (b'{"success": true}', "application/json", "no member 'data'"),
        (b'{"success": true, "data": "canary"}', "application/json", "/data: expected Batch, got string"),
        (b"\x00\x01canary", "application/octet-stream", "application/octet-stream"),
        (b"<xml/>", "application/xml\r\nx: canary", "the document promises"),
        (b"\x1b[31mcanary", "x\x1b[31m/canary", "another media type"),
    ],
)
def test_a_body_without_a_value_is_one_typed_error(content: bytes, content_type: str | None, says: str) -> None:
    with pytest.raises(UndecodableBody) as caught:
        _decode(content, content_type, unwrap="data")
    assert says in str(caught.value)
    assert "canary" not in f"{caught.value!r} {caught.value.__context__!r} {caught.value.__cause__!r}"
    assert str(caught.value).isprintable()


@given(st.binary(max_size=60) | st.text(max_size=60).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_bytes_are_a_value_or_a_typed_error(content: bytes) -> None:
    for documented in (JSON, ANY, (Content("text/plain"),), (Content("*/*"),)):
        with suppress(UndecodableBody):
            decode_body(content, documented[0].media_type.replace("*", "x"), documented)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.floats(),
        lambda x: st.lists(x)
        | st.dictionaries(st.sampled_from(["success", "data", "batchId", "recipients", "mode", "payment", "kind"]), x),
    )
)
def test_any_json_is_a_value_or_a_typed_error(value: Any) -> None:
    try:
        decoded = _decode(json.dumps(value).encode())
    except UndecodableBody:
        return
    assert isinstance(decoded.value, BatchResponse)


def test_duplicate_keys_the_last_one_counts_on_both_paths() -> None:
    fast = b'{"success": true, "success": false, "data": ' + json.dumps(BATCH).encode() + b"}"
    slow = fast.replace(b'"test"', b'"unheard of"')
    assert _decode(fast).value.success is False
    assert _decode(slow).value.success is False


def test_nan_is_a_value_where_a_number_may_stand_and_drift_elsewhere() -> None:
    assert decode_body(b"[NaN]", "application/json", ANY).value != [None]
    assert [drift.pointer for drift in _decode(_body(success=float("nan"))).drift] == ["/success"]


def test_no_documented_body_gives_none_whatever_came() -> None:
    assert decode_body(b"", None, ()).value is None
    assert decode_body(b"surprise", "text/plain", ()).value is None


@pytest.mark.parametrize("content_type", ["text/plain", "text/html", None, "application/octet-stream", ""])
def test_json_under_a_wrong_label_is_taken_and_reported(content_type: str | None) -> None:
    decoded = _decode(_body(), content_type, unwrap="data")
    assert decoded.value.batch_id == "batch_1"
    assert [drift.pointer for drift in decoded.drift] == [""]
    with pytest.raises(DriftFound):
        _decode(_body(), content_type, unwrap="data", strict=True)


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "Application/JSON; charset=utf-8", "application/problem+json", "application/vnd.x+json;a=b"],
)
def test_every_json_media_type_is_read(content_type: str) -> None:
    assert _decode(_body(), content_type).drift == ()


def test_a_byte_order_mark_and_other_charsets_are_read() -> None:
    assert _decode(b"\xef\xbb\xbf" + _body()).value.success is True
    assert _decode(_body().decode().encode("utf-16"), "application/json; charset=utf-16").value.success is True
    assert decode_body("é".encode("latin-1"), "text/plain; charset=ISO-8859-1", (Content("text/plain"),)).value == "é"
    with pytest.raises(UndecodableBody, match="not text"):
        decode_body(b"\xff", "text/plain; charset=rot13", (Content("text/plain"),))


def test_bytes_and_text_without_a_type() -> None:
    assert decode_body(b"\x00\xff", "application/pdf", (Content("application/pdf"),)).value == b"\x00\xff"
    assert decode_body(b"hi", "text/csv", (Content("text/csv"),)).value == "hi"
    assert decode_body(b"", "application/pdf", (Content("application/pdf"),)).value == b""


def test_ranges_and_several_media_types() -> None:
    contents = (Content("application/json", lambda: Batch), Content("image/*"), Content("*/*", lambda: Any))
    assert decode_body(b"x", "image/png", contents).value == b"x"
    assert isinstance(decode_body(json.dumps(BATCH).encode(), "application/json", contents).value, Batch)
    assert decode_body(b"[1]", "application/hal+json", contents).value == [1]
