"""Overlays through the commands: `overlays` in client.toml and `--overlay`, places in findings, the lock."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from credkit_codegen import cli

PUBLISHED = """\
openapi: 3.1.0
info: {title: Zoo, version: "1"}
servers: [{url: https://zoo.example}]
paths:
  /pets:
    get:
      operationId: listPets
      tags: [pets]
      summary: List the pets
      responses: {"200": {description: ok}}
"""
OVERLAY = """\
overlay: 1.1.0
info: {title: What the page says beyond the document, version: "1"}
extends: openapi.yaml
actions:
  - target: $.paths['/pets'].get
    description: The page has a limit, the document has not.
    update:
      parameters:
        - name: limit
          in: query
          description: How many.
          schema: {type: integer}
"""


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as caught:
        cli.main(list(arguments))
    assert isinstance(caught.value.code, int)
    return caught.value.code


@pytest.fixture
def zoo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with a vendor whose document stays as published."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "specs" / "zoo"
    folder.mkdir(parents=True)
    (folder / "openapi.yaml").write_text(PUBLISHED)
    (folder / "overlay.yaml").write_text(OVERLAY)
    (folder / "client.toml").write_text('overlays = ["overlay.yaml"]\n[package]\nname = "credkit_zoo"\n')
    return folder


def test_what_an_overlay_adds_is_generated_and_its_digest_stands_in_the_lock(
    zoo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("generate") == 0
    out = zoo.parents[1] / "generated" / "zoo"
    assert "limit: int" in (out / "credkit_zoo" / "pets.py").read_text()
    sources = tomllib.loads((out / "codegen.lock").read_text())["sources"]
    assert sorted(sources) == ["openapi.yaml", "overlay.yaml"]
    assert run("check") == 0
    (zoo / "overlay.yaml").write_text(OVERLAY.replace("name: limit", "name: size"))
    assert run("check") == 1
    assert "size: int" in capsys.readouterr().err
    assert run("generate") == 0
    (zoo / "overlay.yaml").unlink()
    assert run("check") == 2
    assert "specs/zoo/overlay.yaml: error: expected a file" in capsys.readouterr().err


def test_findings_in_overlaid_parts_point_at_the_overlay(zoo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = OVERLAY.replace("{type: integer}", "{$ref: '#/components/schemas/None'}")
    (zoo / "overlay.yaml").write_text(broken)
    assert run("lint", "specs/zoo/openapi.yaml", "--profile", "minimal") == 1
    out = capsys.readouterr().out
    assert "specs/zoo/overlay.yaml:12:26: error: " in out
    assert "12 |           schema: {$ref: '#/components/schemas/None'}" in out
    (zoo / "overlay.yaml").write_text(OVERLAY.replace("{type: integer}", "{type: strng}"))
    assert run("generate") == 0
    err = capsys.readouterr().err
    assert 'specs/zoo/overlay.yaml:12:26: warning: "strng" is no type; read as any value [degraded]' in err


def test_lint_tells_of_actions_that_change_nothing_and_mends_no_published_document(
    zoo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (zoo / "overlay.yaml").write_text(OVERLAY + "  - {target: $.info, description: named so, update: {title: Zoo}}\n")
    assert run("lint", "specs/zoo/openapi.yaml", "--profile", "minimal", "--fail-on", "warning") == 1
    assert "specs/zoo/overlay.yaml:13:5: warning: expected the action to change something" in capsys.readouterr().out
    (zoo / "openapi.yaml").write_text(PUBLISHED.replace("zoo.example}", "zoo.example/}"))
    run("lint", "specs/zoo/openapi.yaml", "--profile", "strict", "--fix")
    assert "zoo.example/}" in (zoo / "openapi.yaml").read_text()


def test_no_order_is_asked_of_what_is_published_and_of_what_overlays_bring(
    zoo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sources = "  - {target: $.info, description: Read., update: {x-sources: {docs: https://zoo.example/docs}}}\n"
    tags = "  - {target: $, description: Named by the page., update: {tags: [{name: pets, description: Pets.}]}}\n"
    lint = (
        "lint",
        "specs/zoo/openapi.yaml",
        "--rule",
        "section-order",
        "--rule",
        "tag-undeclared",
        "--fail-on",
        "warning",
    )
    (zoo / "overlay.yaml").write_text(OVERLAY + sources)
    assert run(*lint) == 1
    out = capsys.readouterr().out
    assert "[tag-undeclared]" in out
    assert "add `- name: pets` to tags" in out
    (zoo / "overlay.yaml").write_text(OVERLAY + sources + tags)
    assert run(*lint) == 0, capsys.readouterr().out
    (zoo / "openapi.yaml").write_text("paths: {}\n" + PUBLISHED.replace("paths:", "x-paths:"))
    (zoo / "overlay.yaml").write_text(OVERLAY.replace("$.paths['/pets'].get", "$") + sources)
    assert run(*lint) == 0, capsys.readouterr().out
    (zoo / "client.toml").unlink()
    (zoo / "openapi.yaml").write_text(
        "paths: {}\n" + PUBLISHED.replace("paths:", "x-paths:").replace('"1"}', '"1", x-sources: {}}')
    )
    assert run(*lint) == 1
    assert "[section-order]" in capsys.readouterr().out


def test_an_overlay_is_no_document(zoo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("inspect", "--spec", "specs/zoo/overlay.yaml") == 2
    err = capsys.readouterr().err
    assert "specs/zoo/overlay.yaml:1:1: error: expected `openapi: 3.0.x`, 3.1.x or 3.2.x; got an overlay" in err
    assert "help: name the document that it changes" in err


def test_an_overlay_on_the_command_line(zoo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (zoo / "client.toml").unlink()
    given = ("--spec", "specs/zoo/openapi.yaml", "--package", "zoo", "--overlay", "specs/zoo/overlay.yaml")
    assert run("inspect", *given, "--json") == 0
    assert '"api_name": "limit"' in capsys.readouterr().out
    assert run("generate", *given, "--out", "out") == 0
    assert run("generate", *given, "--out", "out", "--check") == 0
    assert run("generate", *given[:-2], "--out", "out", "--check") == 1
    assert "credkit-codegen generate --spec specs/zoo/openapi.yaml --package zoo --out out" in capsys.readouterr().err
    assert run("lint", "specs/zoo/openapi.yaml", "--overlay", "nothing.yaml") == 2
    assert run("generate", "--overlay", "specs/zoo/overlay.yaml") == 2


@pytest.mark.parametrize("value", ['"overlay.yaml"', '["../overlay.yaml"]', '["/etc/x.yaml"]', "[1]", '["a", "a"]'])
def test_overlays_in_client_toml_are_files_beside_it(zoo: Path, capsys: pytest.CaptureFixture[str], value: str) -> None:
    (zoo / "client.toml").write_text(f'overlays = {value}\n[package]\nname = "credkit_zoo"\n')
    assert run("generate") == 2
    assert "client.toml: error: overlays: expected" in capsys.readouterr().err
