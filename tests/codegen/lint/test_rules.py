"""Every rule on its own examples: BAD is found on the marked lines and nowhere else, GOOD is left alone."""

from __future__ import annotations

from pathlib import Path

import pytest

import credkit_codegen.lint
from credkit_codegen.lint.engine import lint_document
from credkit_codegen.lint.registry import ENGINE, RULES
from credkit_codegen.lint.rule import Profile, Rule
from credkit_codegen.lint.settings import Settings
from credkit_codegen.load import load_document

MARK = "# <-"
FILES = sorted(path.stem for path in (Path(credkit_codegen.lint.__file__).parent / "rules").glob("[a-z]*.py"))


def complete(text: str) -> str:
    """A document from the part that an example shows: what OpenAPI demands besides is added below it."""
    for key, value in (
        ("openapi", "openapi: 3.1.0"),
        ("info", 'info: {title: Pets, version: "1"}'),
        ("paths", "paths: {}"),
    ):
        if not any(line.startswith(f"{key}:") for line in text.splitlines()):
            text += f"{value}\n"
    return text


def lines_found(rule: Rule, text: str, folder: Path) -> list[int]:
    path = folder / "openapi.yaml"
    path.write_text(complete(text), encoding="utf-8")
    settings = Settings(profile=Profile.STRICT, only=frozenset({rule.id}))
    found = lint_document(load_document(path, file="openapi.yaml"), settings).diagnostics
    assert {item.rule for item in found} <= {rule.id}, found
    assert all(item.message and item.help for item in found)
    return [item.line for item in found]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_bad_is_found_where_it_says(rule: Rule, tmp_path: Path) -> None:
    expected = [number for number, line in enumerate(rule.bad.splitlines(), 1) if line.rstrip().endswith(MARK)]
    assert expected, "BAD marks no line"
    assert lines_found(rule, rule.bad, tmp_path) == expected


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_good_is_left_alone(rule: Rule, tmp_path: Path) -> None:
    assert MARK not in rule.good
    assert lines_found(rule, rule.good, tmp_path) == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_says_what_and_why(rule: Rule) -> None:
    assert rule.what.endswith((".", "`"))
    assert "Why:" not in rule.what
    assert len(rule.why) > 30


def test_every_module_is_in_the_table_once() -> None:
    ids = [rule.id for rule in RULES]
    assert sorted(name.replace("_", "-") for name in FILES) == sorted(ids)
    assert not set(ids) & set(ENGINE)
