"""Loading: values as written, limits before anything is walked, refusals in one clear line."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from credkit_codegen.diagnostics import SpecError, render_text
from credkit_codegen.load import Document, LoadLimits, load_document


def load(tmp_path: Path, text: str | bytes, name: str = "openapi.yaml", limits: LoadLimits | None = None) -> Document:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return load_document(path, limits, file=name)


def refusal(tmp_path: Path, text: str | bytes, name: str = "openapi.yaml", limits: LoadLimits | None = None) -> str:
    with pytest.raises(SpecError) as caught:
        load(tmp_path, text, name, limits)
    return "\n".join(render_text(item) for item in caught.value.diagnostics)


def test_yaml_values_are_those_of_the_core_schema(tmp_path: Path) -> None:
    text = """
    country: NO
    switch: on
    time: 12:30:45
    date: 2024-01-02
    moment: 2024-01-02T03:04:05Z
    octal: 0o17
    leading: 017
    hexadecimal: 0x1F
    number: 1e3
    negative: -12
    underscore: 1_000
    not a number: .nan
    endless: .inf
    huge: 1e999
    nothing: ~
    empty:
    yes: "true"
    quoted: "200"
    bool: true
    200: ok
    1.10: version
    null: key
    !!str 12: tagged
    tagged: !!str 12
    custom: !thing text
    """
    assert load(tmp_path, text).data == {
        "country": "NO",
        "switch": "on",
        "time": "12:30:45",
        "date": "2024-01-02",
        "moment": "2024-01-02T03:04:05Z",
        "octal": 15,
        "leading": 17,
        "hexadecimal": 31,
        "number": 1000.0,
        "negative": -12,
        "underscore": "1_000",
        "not a number": ".nan",
        "endless": ".inf",
        "huge": "1e999",
        "nothing": None,
        "empty": None,
        "yes": "true",
        "quoted": "200",
        "bool": True,
        "200": "ok",
        "1.10": "version",
        "null": "key",
        "12": "tagged",
        "tagged": "12",
        "custom": "text",
    }


def test_anchors_and_merge_keys(tmp_path: Path) -> None:
    data = load(tmp_path, "base: &b {a: 1, b: 2}\nown: {<<: *b, b: 3}\nmany: {<<: [*b, {c: 4}]}\n").data
    assert data == {"base": {"a": 1, "b": 2}, "own": {"b": 3, "a": 1}, "many": {"a": 1, "b": 2, "c": 4}}


def test_tabs_before_comments_are_no_indentation(tmp_path: Path) -> None:
    text = "ü:\n\t# one\n \t # two\n\t\n  a: |\n    x\n    \t# kept\n\t#three\r\n  b: 2\n\t"
    document = load(tmp_path, text)
    assert document.data == {"ü": {"a": "x\n\t# kept\n", "b": 2}}
    assert document.position("/ü/b") == (9, 6)


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        ("|\n   x\n\t\n   y", "x\n\ny"),  # the tab stands before the block
        ("|\n  x\n  \t\n  \t# y", "x\n\t\n\t# y"),  # in it
        ("|2\n    \t# x\n  \t# y", "  \t# x\n\t# y"),
        (">-\n\t\n", ""),
        ("|", ""),
    ],
)
def test_tabs_that_are_the_value_stay(tmp_path: Path, block: str, expected: str) -> None:
    assert load(tmp_path, f"\t# first\na: {block}").data == {"a": expected}


def test_tabs_before_comments_cost_no_more_the_more_there_are(tmp_path: Path) -> None:
    """As one comment costs, so do thousands, each behind a key of its own."""
    times = []
    for mark in ("  # x", "\t# x"):
        text = "".join(f"k{number}:\n{mark}\n  - {{a: 1, b: [2, 3]}}\n" for number in range(2000))
        start = time.process_time()
        data = load(tmp_path, text).data
        times.append(time.process_time() - start)
        assert isinstance(data, dict)
        assert len(data) == 2000
    assert times[1] < 20 * times[0] + 0.5
    with pytest.raises(SpecError, match="a tab before the first word of a line"):
        load(tmp_path, text + "z:\n\tno: comment\n")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_byte_order_marks(tmp_path: Path, encoding: str) -> None:
    assert load(tmp_path, "title: Größe 🎓".encode(encoding)).data == {"title": "Größe 🎓"}
    assert load(tmp_path, '{"title": "Größe 🎓"}'.encode(encoding), "a.json").data == {"title": "Größe 🎓"}


def test_json_numbers_and_half_characters(tmp_path: Path) -> None:
    data = load(tmp_path, '{"a": 1e999, "b": 1.5, "c": "\\ud800x", "d": "\\ud83d\\ude00"}', "a.json").data
    assert data == {"a": "1e999", "b": 1.5, "c": "\ufffdx", "d": "😀"}


def test_json_without_a_json_name_is_recognised(tmp_path: Path) -> None:
    assert load(tmp_path, '{"a": 1}', "document").is_json
    assert not load(tmp_path, "{a: 1}", "document.yaml").is_json


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "openapi.yaml:1:1: error: expected a mapping at the top; got nothing [document-not-a-mapping]"),
        ("- a", "openapi.yaml:1:1: error: expected a mapping at the top; got list [document-not-a-mapping]"),
        ("a: 1\n---\nb: 2", "openapi.yaml:2:1: error: expected one document; got a second one [yaml-syntax]"),
        (
            "a: b: c",
            "openapi.yaml:1:5: error: expected YAML; got a fault: mapping values are not allowed in this context [yaml-syntax]",
        ),
        (
            "ü: ä\nb:\n\tc: 1",
            "openapi.yaml:3:1: error: expected YAML; got a fault: a tab before the first word of a line [yaml-syntax]",
        ),
        ("a: *b", 'openapi.yaml:1:4: error: expected a known anchor; got "b" [yaml-alias]'),
        ("a: &b [*b]", 'openapi.yaml:1:8: error: expected a finished anchor; got "b" inside itself [yaml-alias]'),
        ("? [a]\n: b", "openapi.yaml:1:3: error: expected text as a key; got a collection [yaml-syntax]"),
        (b"a: \xff", "openapi.yaml:1:4: error: expected UTF-8 text; got byte 0xff [document-not-utf8]"),
        (
            "a: \x07",
            "openapi.yaml:1:1: error: expected YAML; got a fault: control characters are not allowed [yaml-syntax]",
        ),
    ],
)
def test_refused_yaml(tmp_path: Path, text: str | bytes, expected: str) -> None:
    assert refusal(tmp_path, text).split("\n")[0] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"a": }', "a.json:1:7: error: expected JSON; got a fault: Expecting value [json-syntax]"),
        ('{"a": NaN}', "a.json: error: expected JSON; got a fault: NaN is no JSON value [json-syntax]"),
        ("[1]", "a.json:1:1: error: expected a mapping at the top; got list [document-not-a-mapping]"),
    ],
)
def test_refused_json(tmp_path: Path, text: str, expected: str) -> None:
    assert refusal(tmp_path, text, "a.json").split("\n")[0] == expected


def test_unreadable_files(tmp_path: Path) -> None:
    for path, message in ((tmp_path / "none.yaml", "got nothing at this path"), (tmp_path, "got a folder")):
        with pytest.raises(SpecError, match=message):
            load_document(path)


@pytest.mark.parametrize("opener", ["[", "{a: ", '{"a": '])
def test_nesting_is_refused_quickly(tmp_path: Path, opener: str) -> None:
    name = "deep.json" if '"' in opener else "deep.yaml"
    start = time.process_time()
    assert "[document-too-deep]" in refusal(tmp_path, "{" + '"x": ' + opener * 100_000, name)
    assert time.process_time() - start < 5


def test_nesting_that_json_can_hold_is_measured(tmp_path: Path) -> None:
    value: object = 1
    for _ in range(300):
        value = [value]
    assert "[document-too-deep]" in refusal(tmp_path, json.dumps({"a": value}), "deep.json")


def test_alias_bombs_are_refused_before_they_grow(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    assert "[document-too-large]" in refusal(tmp_path, "\n".join(lines))


def test_aliases_count_for_the_depth(tmp_path: Path) -> None:
    lines = ["a0: &a0 [[[[[[[[[[x]]]]]]]]]]"] + [f"a{n}: &a{n} [[[[[[[[[[*a{n - 1}]]]]]]]]]]" for n in range(1, 40)]
    assert "[document-too-deep]" in refusal(tmp_path, "\n".join(lines))


def test_size_limits(tmp_path: Path) -> None:
    assert "[document-too-large]" in refusal(tmp_path, "a: " + "x" * 100, limits=LoadLimits(max_bytes=50))
    assert "[document-too-large]" in refusal(tmp_path, json.dumps({"a": [1] * 100}), "a.json", LoadLimits(max_nodes=50))


def test_more_than_three_million_characters(tmp_path: Path) -> None:
    data = load(tmp_path, "a: 1\n" + "# comment\n" * 320_000 + "b: 2\n").data
    assert data == {"a": 1, "b": 2}


def test_duplicate_keys_are_findings(tmp_path: Path) -> None:
    for text, name, place in (
        ("a: 1\nb: {c: 1, c: 2}\na: 3\n", "a.yaml", [(2, 11), (3, 1)]),
        ('{"a": 1,\n"b": {"c": 1, "c": 2},\n"a": 3}', "a.json", [(2, 15), (3, 1)]),
    ):
        document = load(tmp_path, text, name)
        assert document.data == {"a": 3, "b": {"c": 2}}
        assert [(item.line, item.column) for item in document.findings] == place
        assert {item.rule for item in document.findings} == {"duplicate-key"}


def test_places(tmp_path: Path) -> None:
    yaml = "openapi: 3.1.0\npaths:\n  /a/{b}:\n    get:\n      tags: [x, 'y']\n"
    document = load(tmp_path, yaml)
    assert document.position("") == (1, 1)
    assert document.position("/openapi") == (1, 10)
    assert document.position("/paths") == (2, 1)
    assert document.position("/paths/~1a~1{b}/get") == (4, 5)
    assert document.position("/paths/~1a~1{b}/get/tags/1") == (5, 17)
    assert document.position("/paths/~1a~1{b}/get/nothing/below") == (4, 5)
    assert document.line(4) == "    get:"
    assert document.line(40) == ""
    pretty = json.dumps({"openapi": "3.1.0", "paths": {"/a": {"get": {"tags": ["x", "y"]}}}}, indent=1)
    document = load(tmp_path, pretty, "a.json")
    assert document.position("/openapi") == (2, 13)
    assert document.position("/paths/~1a/get") == (5, 4)
    assert document.position("/paths/~1a/get/tags/1") == (8, 6)
    assert document.places(["/openapi"])["/openapi"].source == "3.1.0"


def test_places_through_an_alias_are_the_alias(tmp_path: Path) -> None:
    document = load(tmp_path, "a: &x\n  b: 1\nc: *x\n")
    assert document.position("/c/b") == (3, 4)
