"""`--fix`: what is safe is changed, everything else stays letter for letter."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from credkit_codegen.lint import Profile, Settings, lint_document
from credkit_codegen.lint.command import main
from credkit_codegen.lint.fix import fix_document
from credkit_codegen.load import load_document

BEFORE = """\
# header comment
openapi: 3.1.0   # version
info: {title: Pets, version: "1", x-sources: {p: "https://p.dev"}}
# the components
components:
  schemas:
    Pet: # a pet
      # its members
      properties:
        name: {type: string}   # short
        password:  {type: string}
    Flow: {properties: {a: {type: string}}}
# the paths

# of the API
paths:
  /pets/{id}:
    parameters:
    - name: id
      in: path
      schema: {type: string}
    get:
      operationId: getPet
      x-rateLimit: {calls: 1, per: 1, scope: key}
      responses:
        '2xx': {description: ok}
servers:
- url: "https://p.dev/"
x-source: {page: p, basis: documented}
"""
AFTER = """\
# header comment
openapi: 3.1.0   # version
info: {title: Pets, version: "1", x-sources: {p: "https://p.dev"}}
servers:
- url: https://p.dev
# the paths

# of the API
paths:
  /pets/{id}:
    parameters:
    - required: true
      name: id
      in: path
      schema: {type: string}
    get:
      operationId: getPet
      x-rate-limit: {calls: 1, per: 1, scope: key}
      responses:
        '2XX': {description: ok}
# the components
components:
  schemas:
    Pet: # a pet
      type: object
      # its members
      properties:
        name: {type: string}   # short
        password:  {x-secret: true, type: string}
    Flow: {type: object, properties: {a: {type: string}}}
x-source: {page: p, basis: documented}
"""
FIXABLE = {
    "path-parameter-optional",
    "type-missing",
    "server-trailing-slash",
    "extension-unknown",
    "status-invalid",
    "secret-unmarked",
    "section-order",
}


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    path = tmp_path / "openapi.yaml"
    path.write_text(BEFORE, encoding="utf-8")
    return path


def test_fix_changes_what_is_safe_and_keeps_the_rest(spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main([str(spec), "--fix", "--fail-on", "never"])
    assert spec.read_text(encoding="utf-8") == AFTER
    report = lint_document(load_document(spec))
    assert {item.rule for item in report.diagnostics} & FIXABLE == set()
    assert report.edits == ()


def test_diff_shows_it_and_writes_nothing(spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(spec), "--diff"]) == 0
    shown = capsys.readouterr().out
    assert "+      type: object\n" in shown
    assert '-- url: "https://p.dev/"\n' in shown
    assert spec.read_text(encoding="utf-8") == BEFORE


def test_json_is_fixed_too(tmp_path: Path) -> None:
    path = tmp_path / "openapi.json"
    data = {"openapi": "3.1.0", "info": {"title": "P", "version": "1"}, "servers": [{"url": "https://p.dev/"}], "paths": {},
            "components": {"schemas": {"Pet": {"properties": {"a": {"type": "string"}}}}}}  # fmt: skip
    path.write_text(json.dumps(data, indent=2), encoding="utf-8")
    report = lint_document(load_document(path), Settings(profile=Profile.STRICT))
    fixed = fix_document(report.documents[0], [edit for _, edit in report.edits])
    assert (fixed.applied, fixed.left) == (2, 0)
    changed = json.loads(fixed.text)
    assert changed["servers"][0]["url"] == "https://p.dev"
    assert changed["components"]["schemas"]["Pet"]["type"] == "object"


def test_what_cannot_be_changed_safely_is_left_and_the_rest_is_done(tmp_path: Path) -> None:
    path = tmp_path / "openapi.yaml"
    text = """\
openapi: 3.1.0
info: {title: P, version: "1"}
servers:
  - url: >-
      https://p.dev/
paths: {}
components:
  schemas:
    Pet:
      properties: {a: {type: string}}
"""
    path.write_text(text, encoding="utf-8")
    report = lint_document(load_document(path))
    fixed = fix_document(report.documents[0], [edit for _, edit in report.edits])
    assert (fixed.applied, fixed.left) == (1, 1)
    assert fixed.text == text.replace("      properties", "      type: object\n      properties")
