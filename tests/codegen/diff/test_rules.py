"""Every rule on its own example: found with the severity of the table, in its directions and in no other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

import credkit_codegen.diff
from credkit_codegen.diff.change import Change, Direction
from credkit_codegen.diff.pairs import Kind
from credkit_codegen.diff.registry import RULES
from credkit_codegen.diff.rule import BOTH_WAYS, Rule
from tests.codegen.diff.kit import diff, place_schema

FILES = sorted(path.stem for path in (Path(credkit_codegen.diff.__file__).parent / "rules").glob("[a-z]*.py"))
SCHEMAS = BOTH_WAYS - {Kind.MEDIA_TYPE}
CASES = [
    pytest.param(rule, direction, id=f"{rule.id}-{direction}")
    for rule in RULES
    for direction in (Direction if rule.on in SCHEMAS else [None])
]


def changes(rule: Rule, direction: Direction | None, folder: Path) -> tuple[Change, ...]:
    old, new = (yaml.safe_load(text) for text in (rule.before, rule.after))
    if direction is not None:
        old, new = (place_schema(part, direction) for part in (old, new))
    return diff(old, new, folder)


@pytest.mark.parametrize(("rule", "direction"), CASES)
def test_example_is_found_and_nothing_else(rule: Rule, direction: Direction | None, tmp_path: Path) -> None:
    everything = changes(rule, direction, tmp_path)
    found = [item for item in everything if item.rule == rule.id]
    severity: Any = rule.severity(direction) if direction is not None else rule.request or rule.response
    assert {item.severity for item in found} == ({severity} if severity is not None else set())
    assert not found or {item.rule for item in everything} == {rule.id}, "an example shows one thing"
    for item in found:
        assert item.message
        assert item.means
        assert item.verdict is rule.verdict
        assert (item.new or item.old) is not None
        assert all(spot is None or spot.line > 0 for spot in (item.old, item.new))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_says_what_and_why(rule: Rule) -> None:
    assert rule.what.endswith(".")
    assert "Why:" not in rule.what
    assert len(rule.why) > 8
    assert rule.request is not None or rule.response is not None
    for direction in Direction:
        assert bool(rule.means(direction)) == (rule.severity(direction) is not None)


def test_every_module_is_in_the_table_once() -> None:
    ids = [rule.id for rule in RULES]
    assert sorted(name.replace("_", "-") for name in FILES) == sorted(ids)
