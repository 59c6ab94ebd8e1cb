"""Claims of JSON Lines may stand in an object of their own; none of them is lost without a word."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from credkit.cohort.columns import match_columns
from credkit.cohort.requests import Recipient, read_recipients
from credkit.cohort.rows import BadRow, read_columns


def read(folder: Path, *rows: Any) -> list[Recipient | BadRow]:
    path = folder / "cohort.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    columns, unknown = match_columns(read_columns(path), {}, path=path)
    assert unknown == ()
    return list(read_recipients(path, columns, template="t"))


def test_nested_claims_are_claims_and_keep_their_types(tmp_path: Path) -> None:
    nested = {"name": "X", "Claims": {"n": 1, "deep": {"a": [True]}, "a.b": 0.5}, "attributes": {"pronouns": "they"}}
    flat = {"name": "X", "claims.n": 1, "claims.deep": {"a": [True]}, "claims.a.b": 0.5, "attributes.pronouns": "they"}
    one, two = read(tmp_path, nested, flat)
    assert isinstance(one, Recipient)
    assert isinstance(two, Recipient)
    assert one.request == two.request
    assert one.request.claims == {"n": 1, "deep": {"a": [True]}, "a.b": 0.5}


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"name": "X", "claims": [1]}, "claims: expected an object with a member for each of them"),
        ({"name": "X", "claims": "n=1"}, "claims: expected an object with a member for each of them"),
        ({"name": "X", "claims": {" ": 1}}, "claims: a member has no name"),
        ({"name": "X", "claims": {"n": 1}, "claims.n": 2}, "a member stands there twice"),
    ],
)
def test_what_cannot_be_read_is_held_back(tmp_path: Path, row: Any, reason: str) -> None:
    good, bad = read(tmp_path, {"name": "Y"}, row)
    assert isinstance(good, Recipient)
    assert isinstance(bad, BadRow)
    assert bad.reason.startswith(reason)
    assert bad.line == 2
