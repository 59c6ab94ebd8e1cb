"""Documents that are broken in any way: lint tells of it and no rule crashes."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from credkit_codegen.lint import Profile, Settings, lint_document
from credkit_codegen.lint.reading import read_text

SEEDED = Path(__file__).with_name("seeded.yaml")
RECORD = Path(__file__).resolve().parents[3] / "specs" / "record" / "openapi.yaml"
ODD: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    2.5,
    "",
    "x",
    [],
    {},
    [None],
    [[]],
    {"": None},
    {"$ref": 7},
    {"$ref": "#/"},
    ["a", {"b": 1}],
)


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every holder and key below a value."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in pairs:
        yield value, key
        yield from places(item)


def broken(source: Path, seed: int) -> str:
    """The document with a few values replaced by odd ones."""
    chance = random.Random(seed)
    data = copy.deepcopy(yaml.load(source.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))
    for _ in range(chance.randint(1, 8)):
        holder, key = chance.choice([pair for pair in places(data) if pair[1] != "openapi"])
        holder[key] = copy.deepcopy(chance.choice(ODD))
    return yaml.dump(data, Dumper=yaml.CSafeDumper, sort_keys=False)


@pytest.mark.parametrize("source", [SEEDED, RECORD], ids=["seeded", "record"])
@pytest.mark.parametrize("seed", range(30))
def test_no_rule_crashes_on_a_broken_document(source: Path, seed: int, tmp_path: Path) -> None:
    text = broken(source, seed)
    document = read_text(text, tmp_path / "openapi.yaml", "openapi.yaml", is_json=False)
    report = lint_document(document, Settings(profile=Profile.STRICT))
    assert [item.message for item in report.diagnostics if item.rule == "rule-crashed"] == []


@pytest.mark.parametrize(
    "text",
    ["openapi: 3.1.0", "openapi: 3.0.0\ninfo: 7\npaths: []\ncomponents: x", 'openapi: "3.2.0"\npaths: {/a: {get: []}}'],
)
def test_next_to_nothing_is_a_document_with_findings(text: str, tmp_path: Path) -> None:
    document = read_text(text, tmp_path / "openapi.yaml", "openapi.yaml", is_json=False)
    found = lint_document(document, Settings(profile=Profile.STRICT)).diagnostics
    assert "document-structure" in {item.rule for item in found}
    assert "rule-crashed" not in {item.rule for item in found}
