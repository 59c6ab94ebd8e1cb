"""Whole documents: our four specs are clean under `strict`, other people's never crash a rule."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from credkit_codegen.config import load_config
from credkit_codegen.lint import Profile, Settings, lint_document
from credkit_codegen.lint.extensions import EXTENSIONS
from credkit_codegen.lint.settings import load_settings
from credkit_codegen.load import load_document

ROOT = Path(__file__).resolve().parents[3]
SPECS = sorted(ROOT.glob("specs/*/openapi.yaml"))
CORPUS = sorted(path for path in (ROOT.parent / "shared" / "corpus").glob("*") if path.suffix in (".json", ".yaml"))
STRICT = Settings(profile=Profile.STRICT)


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.parent.name)
def test_our_specs_are_clean_under_strict(path: Path) -> None:
    config = load_config(path.with_name("client.toml"))
    report = lint_document(load_document(path), load_settings(path, STRICT), config)
    assert [f"{item.line}: {item.message} [{item.rule}]" for item in report.diagnostics] == []


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_other_documents_crash_no_rule(path: Path) -> None:
    """What the generator makes of the largest is asked in the long runs only (`make soak`): it takes half a minute each."""
    large = path.stat().st_size > 700_000 and not os.environ.get("CREDKIT_SOAK")
    report = lint_document(load_document(path), Settings() if large else STRICT)
    assert [item for item in report.diagnostics if item.rule == "rule-crashed"] == []
    assert all(item.line > 0 and item.column > 0 for item in report.diagnostics)


def test_the_table_of_extensions_is_that_of_the_conventions() -> None:
    text = (ROOT / "docs" / "spec-conventions.md").read_text(encoding="utf-8")
    headings = {line.removeprefix("### ").strip("`\n") for line in text.splitlines() if line.startswith("### `")}
    assert {name.removeprefix("info.") for name in headings} == set(EXTENSIONS)
