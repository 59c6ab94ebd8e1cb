"""Places in JSON: whatever the layout, a place holds the value, or the key of the container, that its pointer names."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credkit_codegen.positions import escape, locate_json

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4), max_leaves=20
)
LAYOUTS = st.sampled_from(
    [
        {},
        {"indent": 2},
        {"separators": (",", ":")},
        {"indent": 1, "separators": ("\t,", "\t:\n ")},
        {"ensure_ascii": False},
    ]
)


def parts(value: Any, pointer: str = "", key: str | None = None) -> Iterator[tuple[str, str | None, Any]]:
    """Every part of a value: its pointer, its key where a mapping holds it, the part."""
    yield pointer, key, value
    if isinstance(value, dict):
        for name, item in value.items():
            yield from parts(item, f"{pointer}/{escape(name)}", name)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from parts(item, f"{pointer}/{index}")


@given(VALUES, LAYOUTS)
def test_every_place_holds_what_its_pointer_names(value: Any, layout: dict[str, Any]) -> None:
    text = json.dumps(value, **layout)
    found = list(parts(value))
    places = locate_json(text, [pointer for pointer, _, _ in found])
    lines = text.split("\n")
    for pointer, key, part in found:
        place = places[pointer]
        rest = "\n".join([lines[place.line - 1][place.column - 1 :], *lines[place.line :]])
        there, _ = json.JSONDecoder().raw_decode(rest)
        container = isinstance(part, dict | list)
        assert there == (key if container and key is not None else part)
        assert (place.source is None) == container


@pytest.mark.parametrize(
    ("pointer", "line", "column"),
    [("/a/x/y", 1, 2), ("/a/0", 1, 8), ("/a/7", 1, 2), ("/none", 1, 1), ("/b", 2, 5), ("/b/c", 2, 5), ("", 1, 1)],
)
def test_what_is_not_there_has_the_place_of_what_encloses_it(pointer: str, line: int, column: int) -> None:
    place = locate_json('{"a": [1],\n"b":2}', [pointer])[pointer]
    assert (place.line, place.column) == (line, column)


def test_of_a_key_that_stands_twice_the_second_counts() -> None:
    assert locate_json('{"a": {"b": 1}, "a": {"b": 22}}', ["/a/b"])["/a/b"].source == "22"
