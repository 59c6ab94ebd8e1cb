"""A document with seeded defects of every group: each is found at its line by exactly the expected rule, nothing else is."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml

from credkit_codegen.lint import Group, Profile, Settings, lint_document
from credkit_codegen.lint.registry import RULES
from credkit_codegen.load import load_document

SEEDED = Path(__file__).with_name("seeded.yaml")
SEEDED_32 = Path(__file__).with_name("seeded32.yaml")
both = pytest.mark.parametrize("path", [SEEDED, SEEDED_32], ids=lambda path: path.stem)
MARK = re.compile(r"# <- ([a-z, -]+)$")


def expected(path: Path) -> set[tuple[int, str]]:
    lines = path.read_text(encoding="utf-8").splitlines()
    found = [(number, match.group(1)) for number, line in enumerate(lines, 1) if (match := MARK.search(line))]
    return {(number, rule) for number, rules in found for rule in rules.split(", ")}


@both
def test_every_defect_is_found_at_its_line_by_its_rule_and_nothing_else_is(path: Path) -> None:
    report = lint_document(load_document(path, file=path.name), Settings(profile=Profile.STRICT))
    found = {(item.line, item.rule) for item in report.diagnostics}
    assert sorted(found - expected(path)) == []
    assert sorted(expected(path) - found) == []
    assert len(report.diagnostics) == len(expected(path))


def test_there_are_forty_defects_of_all_groups() -> None:
    groups = {rule.id: rule.group for rule in RULES}
    assert len(expected(SEEDED)) >= 40
    assert {groups[rule] for _, rule in expected(SEEDED)} == set(Group) - {Group.CONTROL}


@both
def test_the_same_defects_are_found_in_json(path: Path, tmp_path: Path) -> None:
    seeded, path = path, tmp_path / "seeded.json"
    path.write_text(json.dumps(yaml.safe_load(seeded.read_text(encoding="utf-8")), indent=1), encoding="utf-8")
    settings = Settings(profile=Profile.STRICT)
    in_json = lint_document(load_document(path), settings).diagnostics
    in_yaml = lint_document(load_document(seeded), settings).diagnostics
    assert sorted((item.rule, item.pointer) for item in in_json) == sorted(
        (item.rule, item.pointer) for item in in_yaml
    )
    lines = path.read_text(encoding="utf-8").splitlines()
    for item in in_json:
        assert 0 < item.line <= len(lines)
        assert 0 < item.column <= len(lines[item.line - 1])
