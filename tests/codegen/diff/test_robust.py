"""Documents as they are found: against themselves nothing changed, and whatever is wrong with them stops nobody."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from credkit_codegen.diagnostics import SpecError
from credkit_codegen.diff.engine import diff_documents
from credkit_codegen.diff.inputs import read_document
from credkit_codegen.resolve import UnresolvedRef

ROOT = Path(__file__).resolve().parents[3]
CORPUS = ROOT.parent / "shared" / "corpus"
OURS = sorted([*ROOT.glob("specs/*/openapi.yaml"), *Path(__file__).parent.glob("histories/*/*w.yaml")])
JUNK: list[Any] = [
    None, [], {}, "x", 0, -1, True, False, 1.5, ["a", 1, None], {"$ref": "#/nowhere"}, {"$ref": "#"}, {"$ref": 3},
    {"$ref": "https://elsewhere.example/x"}, {"type": 7}, [{}], {"a": {"b": None}}, "#/components",
]  # fmt: skip
SMALL = 400_000
ROUNDS = 25


def documents() -> Iterator[Path]:
    yield from OURS
    if CORPUS.is_dir():
        yield from (path for path in sorted(CORPUS.iterdir()) if path.suffix != ".md" and path.stat().st_size < SMALL)


@pytest.mark.parametrize("path", list(documents()), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_document_against_itself(path: Path) -> None:
    assert diff_documents(read_document(path, "old"), read_document(path, "new")) == ()


@pytest.mark.parametrize("folder", sorted((Path(__file__).parent / "histories").iterdir()), ids=lambda path: path.name)
def test_what_is_found_one_way_is_found_the_other(folder: Path) -> None:
    sides = [read_document(folder / f"{side}.yaml", side) for side in ("old", "new")]
    there, back = diff_documents(sides[0], sides[1]), diff_documents(sides[1], sides[0])
    assert {item.old.pointer for item in there if item.old and item.new} <= {
        item.new.pointer for item in back if item.new
    }


@pytest.mark.parametrize("path", OURS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_junk_anywhere_stops_nobody(path: Path, tmp_path: Path) -> None:
    dice = random.Random(path.name + path.parent.name)
    data = json.loads(json.dumps(yaml.safe_load(path.read_text(encoding="utf-8")), default=str))
    places = [place for place in pointers(data) if place]
    whole, broken = tmp_path / "whole.json", tmp_path / "broken.json"
    whole.write_text(json.dumps(data), encoding="utf-8")
    for _ in range(ROUNDS if len(places) < 2000 else 4):
        changed = copy.deepcopy(data)
        put(changed, dice.choice(places), copy.deepcopy(dice.choice(JUNK)))
        broken.write_text(json.dumps(changed), encoding="utf-8")
        for old, new in ((whole, broken), (broken, whole), (broken, broken)):
            try:
                found = diff_documents(read_document(old, "old"), read_document(new, "new"))
            except (SpecError, UnresolvedRef):
                continue
            assert old != new or not found


def pointers(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield at
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in items:
        yield from pointers(child, (*at, key))


def put(value: Any, at: tuple[Any, ...], junk: Any) -> None:
    for key in at[:-1]:
        value = value[key]
    value[at[-1]] = junk
