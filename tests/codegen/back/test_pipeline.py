"""The whole run: what is current is left alone, what is not is found and said."""

from __future__ import annotations

import gc
import subprocess
import sys
import tomllib
from contextlib import suppress
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

import pytest

from credkit_codegen import pipeline
from credkit_codegen.diagnostics import SpecError
from credkit_codegen.lock import LOCK_NAME, read_lock
from credkit_codegen.pipeline import Target, generate
from credkit_codegen.profile import Profile
from credkit_codegen.write import ChangeKind

DOCUMENT = """\
openapi: 3.1.0
info: {title: Tiny, version: "1"}
servers: [{url: https://api.example.com}]
paths:
  /things:
    get:
      operationId: listThings
      tags: [things]
      summary: List the things
      responses:
        "200":
          description: Things.
          content:
            application/json:
              schema:
                type: array
                items: {$ref: "parts.yaml#/Thing"}
  /things/{id}:
    parameters:
      - {name: id, in: path, required: true, schema: {type: string}}
    delete:
      operationId: deleteThing
      tags: [things]
      summary: Delete a thing
      responses:
        "204": {description: Gone.}
"""
PARTS = """\
Thing:
  type: object
  required: [id]
  properties:
    id: {type: string}
    owner:
      type: object
      properties: {name: {type: string}}
"""


@pytest.fixture
def target(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Target:
    """A document in two files. The generator counts as unchanged, whoever works on it meanwhile."""
    monkeypatch.setattr(pipeline, "digest_generator", lambda: "generator")
    monkeypatch.setattr(pipeline, "digest_templates", lambda: "templates")
    (tmp_path / "openapi.yaml").write_text(DOCUMENT)
    (tmp_path / "parts.yaml").write_text(PARTS)
    return Target(spec=tmp_path / "openapi.yaml", out=tmp_path / "out", package="tiny")


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def tree(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_a_second_run_has_nothing_to_do_and_imports_no_stage(target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    generate(target)
    before = tree(target.out)
    code = (
        "import sys; from pathlib import Path; from credkit_codegen.pipeline import Target, generate\n"
        "spec, out = map(Path, sys.argv[1:])\n"
        "result = generate(Target(spec=spec, out=out, package='tiny'))\n"
        "assert result.was_current and result.operations == 2, result\n"
        "heavy = {'ruff', 'jinja2', 'yaml', 'pydantic', 'jsonpath_rfc9535'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    subprocess.run([sys.executable, "-c", code, target.spec, target.out], check=True, timeout=60)
    assert tree(target.out) == before


def test_generating_elsewhere_gives_the_same_bytes(target: Target, tmp_path: Path) -> None:
    generate(target)
    other = tmp_path / "another place"
    other.mkdir()
    (other / "openapi.yaml").write_text(DOCUMENT)
    (other / "parts.yaml").write_text(PARTS)
    generate(Target(spec=other / "openapi.yaml", out=other / "out", package="tiny"))
    assert tree(other / "out") == tree(target.out)


@pytest.mark.parametrize(
    ("name", "old", "new", "kinds"),
    [
        ("openapi.yaml", "List the things", "List all things", {ChangeKind.STALE}),
        ("parts.yaml", "{name: {type: string}}", "{name: {type: integer}}", {ChangeKind.STALE}),
        ("out/tiny/models.py", "id: str", "id: int", {ChangeKind.EDITED}),
        ("out/codegen.lock", "operations_in_spec = 2", "operations_in_spec = 3", {ChangeKind.STALE}),
    ],
)
def test_check_finds_one_changed_character_in_any_file(
    target: Target, name: str, old: str, new: str, kinds: set[ChangeKind]
) -> None:
    generate(target)
    assert generate(target, check=True).report.is_current
    edit(target.spec.parent / name, old, new)
    before = tree(target.out)
    report = generate(target, check=True).report
    assert kinds <= {change.kind for change in report.changes}
    assert tree(target.out) == before
    generate(target, overwrite=True)
    assert generate(target, check=True).report.is_current


def test_an_edit_by_hand_is_not_written_over_unless_asked(target: Target) -> None:
    generate(target)
    wanted = tree(target.out)
    edit(target.out / "tiny" / "models.py", "id: str", "id: int")
    edit(target.spec, "List the things", "List all things")
    before = tree(target.out)
    with pytest.raises(SpecError, match=r"models\.py: .* edited by hand \[edited-by-hand\]"):
        generate(target)
    assert tree(target.out) == before
    assert generate(target, overwrite=True).report.edited == (PurePosixPath("tiny/models.py"),)
    assert tree(target.out)["tiny/models.py"] == wanted["tiny/models.py"]


def test_a_hand_edit_is_found_although_the_spec_changed_too(target: Target) -> None:
    generate(target)
    edit(target.spec, "List the things", "List all things")
    edit(target.out / "tiny" / "things.py", "List the things", "List my things")
    kinds = {str(change.path): change.kind for change in generate(target, check=True).report.changes}
    assert kinds["tiny/things.py"] is ChangeKind.EDITED
    assert kinds[LOCK_NAME] is ChangeKind.STALE


def test_a_file_that_nobody_generates_is_found(target: Target) -> None:
    generate(target)
    (target.out / "tiny" / "mine.py").write_text("")
    (change,) = generate(target, check=True).report.changes
    assert (change.kind, str(change.path)) == (ChangeKind.EXTRA, "tiny/mine.py")


@pytest.mark.parametrize("digest", ["digest_templates", "digest_generator"])
def test_a_changed_template_or_generator_makes_everything_stale(
    target: Target, digest: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    generate(target)
    monkeypatch.setattr(pipeline, digest, lambda: "other")
    report = generate(target, check=True).report
    assert [str(change.path) for change in report.changes] == [LOCK_NAME]


def test_a_resource_that_is_gone_takes_its_files_with_it(target: Target) -> None:
    generate(target)
    edit(target.spec, "tags: [things]\n      summary: Delete", "tags: [others]\n      summary: Delete")
    generate(target)
    assert (target.out / "tiny" / "others.py").is_file()
    edit(target.spec, "tags: [others]", "tags: [things]")
    generate(target)
    assert not (target.out / "tiny" / "others.py").exists()
    assert not (target.out / "tests" / "test_others.py").exists()


def test_the_lock_lists_sources_operations_and_files(target: Target) -> None:
    generate(target)
    text = (target.out / LOCK_NAME).read_text()
    data = tomllib.loads(text)
    assert data["operations_in_spec"] == 2
    assert data["operations"] == {
        "deleteThing": "DELETE /things/{id} -> things.delete_thing",
        "listThings": "GET /things -> things.list_things",
    }
    assert sorted(data["sources"]) == ["openapi.yaml", "parts.yaml"]
    files = {path for path in tree(target.out) if path != LOCK_NAME}
    assert set(data["files"]) == files
    for table in ("sources", "operations", "names", "files"):
        assert list(data[table]) == sorted(data[table])


def test_names_of_inline_schemas_stay_when_their_surroundings_change(target: Target) -> None:
    generate(target)
    (key, name), *_ = sorted(read_lock(target.out).names.items())
    lock = target.out / LOCK_NAME
    lock.write_text(lock.read_text().replace(f'"{name}"', '"Keeper"'))
    generate(target)
    assert read_lock(target.out).names[key] == "Keeper"
    assert "class Keeper(" in (target.out / "tiny" / "models.py").read_text()


@pytest.mark.parametrize("text", ["", "not toml [", "\x00", "[files]\nx = 1\n"])
def test_a_broken_lock_is_no_lock(target: Target, text: str) -> None:
    generate(target)
    wanted = tree(target.out)
    (target.out / LOCK_NAME).write_text(text)
    generate(target)
    assert tree(target.out) == wanted


def test_a_document_that_cannot_be_read_changes_nothing(target: Target) -> None:
    generate(target)
    before = tree(target.out)
    target.spec.write_text("openapi: [")
    with pytest.raises(SpecError):
        generate(target)
    assert tree(target.out) == before


def test_a_folder_of_somebody_else_is_not_written_over(target: Target) -> None:
    target.out.mkdir()
    (target.out / "README.md").write_text("mine")
    with pytest.raises(SpecError, match="folder-not-generated"):
        generate(target)
    assert tree(target.out) == {"README.md": b"mine"}


def test_an_operation_that_the_builder_overlooks_is_an_error(target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    from credkit_codegen import build

    whole = build.build_api

    def forgetful(*args: Any) -> Any:
        api = whole(*args)
        return replace(api, operations=api.operations[1:])

    monkeypatch.setattr(build, "build_api", forgetful)
    with pytest.raises(SpecError, match="GET /things"):
        generate(target)
    assert not target.out.exists()


def test_the_profile_names_every_stage(target: Target) -> None:
    profile = Profile()
    generate(target, profile=profile)
    assert {"load and resolve", "build", "models", "views and templates", "format", "verify", "write"} <= set(
        profile.seconds
    )
    assert len(list(profile.lines())) == len(profile.seconds) + 1


def test_the_cycle_collector_is_left_as_it_was(tmp_path: Path) -> None:
    spec = tmp_path / "openapi.yaml"
    for text in (DOCUMENT, "openapi: 3.1.0\npaths: {/a: {$ref: nowhere.yaml}}\n"):
        spec.write_text(text)
        with suppress(SpecError):
            generate(Target(spec=spec, out=tmp_path / "out", package="credkit_tiny"))
        assert gc.isenabled()
