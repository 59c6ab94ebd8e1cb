"""Places found by lines are those that a full reading of the text finds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from credkit_codegen.ir import JSON
from credkit_codegen.lint.places import _Lines, _Unsure, find_places
from credkit_codegen.load import load_document
from credkit_codegen.positions import escape

ROOT = Path(__file__).resolve().parents[3]
CORPUS = ROOT.parent / "shared" / "corpus"
DOCUMENTS = sorted([*ROOT.glob("specs/*/openapi.yaml"), *CORPUS.glob("*.yaml")])

ODD = """\
# a comment first
---
"quoted key": 'single ''quoted'' value'
plain: text that
  goes on in the next line
folded: >-
  key: no key
    deeper: neither

block: |
  - not: a list
same-indent-list:
- one
-   two: 2
    three:
      - a
      -
        b: 1
      - - x
        - y
flow: {a: 1, b: [1, 2]}
anchor: &here
  c: 1
alias: *here
anchors:
  - &one
    d: 1
  - &two { e: 1 }
  - &three f: 1
  - *one
  - &four text
x5t#S256: 1
null-value:
"with: colon": 1
url: http://a.example/b:c
? complex
: value
last: # comment
  deep: # comment
    deeper: yes
"""


def pointers(value: JSON, at: str = "") -> Iterator[str]:
    yield at
    if isinstance(value, dict):
        for key, item in value.items():
            yield from pointers(item, f"{at}/{escape(key)}")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from pointers(item, f"{at}/{index}")


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_the_fast_way_agrees_with_the_slow_one(path: Path) -> None:
    document = load_document(path)
    wanted = list(pointers(document.data))
    wanted = wanted[:: max(1, len(wanted) // 500)]
    slow = {pointer: (place.line, place.column) for pointer, place in document.places(wanted).items()}
    assert find_places(document, wanted) == slow


def test_odd_yaml(tmp_path: Path) -> None:
    path = tmp_path / "odd.yaml"
    path.write_text(ODD, encoding="utf-8")
    document = load_document(path)
    wanted = [*pointers(document.data), "/block/nothing", "/nothing", "/flow/b/7"]
    slow = {pointer: (place.line, place.column) for pointer, place in document.places(wanted).items()}
    assert find_places(document, wanted) == slow


def test_our_specs_need_no_second_reading() -> None:
    document = load_document(ROOT / "specs" / "record" / "openapi.yaml")
    lines = _Lines.of(document.text)
    unsure = 0
    for pointer in pointers(document.data):
        try:
            lines.find(pointer, document.data)
        except _Unsure:
            unsure += 1
    assert unsure < 200
