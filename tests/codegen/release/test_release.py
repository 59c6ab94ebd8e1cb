"""Releases: the next version, the changelog, what is refused, and that nothing is written by halves."""

from __future__ import annotations

import os
import tomllib
from datetime import date
from pathlib import Path

import pytest

from credkit_codegen.cli import main
from credkit_codegen.diff.report import Bump
from credkit_codegen.pipeline import Target, generate
from credkit_codegen.project import UsageError
from credkit_codegen.release.apply import put
from credkit_codegen.release.changelog import with_section
from credkit_codegen.release.settings import with_version
from credkit_codegen.release.versions import Version, parse_version
from tests.codegen.diff.repository import CONFIG, Project

DAY = "--date=2026-11-21"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.chdir(tmp_path)
    return Project(tmp_path)


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as stop:
        main(["release", "pets", DAY, *arguments])
    return int(stop.value.code or 0)


def tree(root: Path) -> dict[str, bytes]:
    found = (path for folder in ("specs", "generated") for path in (root / folder).rglob("*"))
    return {str(path.relative_to(root)): path.read_bytes() for path in found if path.is_file()}


def changed(project: Project, *edits: tuple[str, str]) -> None:
    for old, new in edits:
        project.edit(old, new)
    project.generate()
    project.commit("Follow the vendor")


OPTIONAL = ("        name: {", "        kind: {type: string}\n        name: {")
REQUIRED = ("required: [name]", "required: [name, kind]")


# --- versions ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("version", "bump", "follows"),
    [
        ("1.2.3", Bump.NONE, "1.2.3"),
        ("1.2.3", Bump.PATCH, "1.2.4"),
        ("1.2.3", Bump.MINOR, "1.3.0"),
        ("1.2.3", Bump.MAJOR, "2.0.0"),
        ("0.2.3", Bump.PATCH, "0.2.4"),
        ("0.2.3", Bump.MINOR, "0.2.4"),
        ("0.2.3", Bump.MAJOR, "0.3.0"),
        ("0.0.9", Bump.MAJOR, "0.1.0"),
    ],
)
def test_next_version(version: str, bump: Bump, follows: str) -> None:
    assert str(parse_version(version).next(bump)) == follows


@pytest.mark.parametrize("text", ["1.2", "1.2.3.4", "1.2.x", "01.2.3", "1.2.3rc1", ""])
def test_no_version(text: str) -> None:
    with pytest.raises(UsageError, match="expected a version of three numbers"):
        parse_version(text)


# --- what is printed -----------------------------------------------------------------------------------------------


def test_nothing_to_release(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    before = tree(project.root)
    assert run("--write", "--no-tests") == 0
    assert "nothing to release" in capsys.readouterr().out
    assert tree(project.root) == before


def test_without_write_it_only_prints(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    changed(project, OPTIONAL)
    before = tree(project.root)
    assert run("--no-tests") == 0
    text = capsys.readouterr().out
    assert text.startswith("credkit-pets: 0.3.1 -> 0.3.2\n  compared with credkit-pets-v0.3.1\n")
    assert "## 0.3.2 (2026-11-21)\n\n### New and compatible\n" in text
    assert "- In requests, Pet.kind is new (`pets.add_pet()`)." in text
    assert tree(project.root) == before


def test_words_alone_are_a_patch(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    changed(project, ("What it answers to.", "The name to call it by."))
    assert run("--no-tests") == 0
    text = capsys.readouterr().out
    assert "0.3.1 -> 0.3.2" in text
    assert "Nothing changed in names, types or behaviour." in text


def test_the_first_release(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.git("tag", "--delete", "credkit-pets-v0.3.1")
    assert run() == 2
    assert "expected a tag such as credkit-pets-v0.3.1; there is none" in capsys.readouterr().err
    assert run("--first") == 0
    assert "## 0.3.1 (2026-11-21)\n\nFirst release.\n" in capsys.readouterr().out


# --- what is written -----------------------------------------------------------------------------------------------


def test_write(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    changed(project, OPTIONAL, REQUIRED)
    assert run("--write", "--no-tests") == 0
    text = capsys.readouterr().out
    assert "wrote specs/pets/client.toml" in text
    assert "next: git add specs/pets generated/pets, commit, then git tag credkit-pets-v0.4.0" in text
    assert project.config.read_text() == CONFIG.replace("0.3.1", "0.4.0"), "the comment beside it stays"
    assert tomllib.loads((project.out / "pyproject.toml").read_text())["project"]["version"] == "0.4.0"
    changelog = (project.spec.parent / "CHANGELOG.md").read_text()
    assert changelog.startswith("# Changelog of credkit-pets\n")
    assert "### Breaking\n\n- In requests, Pet.kind is new and required (`pets.add_pet()`). Requests" in changelog
    result = generate(Target(spec=project.spec, out=project.out, config=project.config), check=True)
    assert result.report.is_current, "what was written is what the sources give"
    assert not list(project.root.rglob("*.release"))


def test_two_releases_stand_on_top_of_each_other(project: Project) -> None:
    changed(project, OPTIONAL)
    assert run("--write", "--no-tests") == 0
    project.commit("Release")
    project.git("tag", "credkit-pets-v0.3.2")
    changed(project, REQUIRED)
    assert run("--write", "--no-tests") == 0
    lines = (project.spec.parent / "CHANGELOG.md").read_text().splitlines()
    assert [line for line in lines if line.startswith("## ")] == ["## 0.4.0 (2026-11-21)", "## 0.3.2 (2026-11-21)"]


def test_a_version_raised_by_hand_is_kept(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.config.write_text(CONFIG.replace("0.3.1", "1.0.0"))
    project.generate()
    project.commit("Declare it stable")
    assert run("--no-tests") == 0
    assert "0.3.1 -> 1.0.0" in capsys.readouterr().out


# --- what is refused -----------------------------------------------------------------------------------------------


def test_a_dirty_tree_is_refused(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.edit(*OPTIONAL)
    project.generate()
    before = tree(project.root)
    assert run("--write", "--no-tests") == 2
    error = capsys.readouterr().err
    assert "not committed: " in error
    assert "specs/pets/openapi.yaml" in error
    assert tree(project.root) == before
    assert run("--no-tests") == 0, "looking is free"
    assert "--write would refuse" in capsys.readouterr().err


def test_a_stale_tree_is_refused(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.edit(*OPTIONAL)
    project.commit("Forget to generate")
    before = tree(project.root)
    assert run("--write", "--no-tests") == 2
    assert "generated/pets is not what its sources give [release-refused]" in capsys.readouterr().err
    assert tree(project.root) == before


def test_no_vendor_and_no_client_toml(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["release", "cats"])
    assert stop.value.code == 2
    assert 'expected one of pets; got "cats"' in capsys.readouterr().err
    project.config.unlink()
    assert run("--no-tests") == 2
    assert "client.toml, which holds the version" in capsys.readouterr().err


# --- earlier tests (those that fail are shown by the session of docs/releasing.md) ---------------------------------


def test_earlier_tests_that_pass_say_nothing(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    changed(project, OPTIONAL)
    with pytest.raises(SystemExit) as stop:
        main(["diff", "--base", "credkit-pets-v0.3.1", "--tests"])
    assert not stop.value.code
    assert "python-test-fails" not in capsys.readouterr().out


# --- parts ---------------------------------------------------------------------------------------------------------


def test_files_are_written_together_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_text("old")
    real = os.replace

    def failing(source: Path, target: Path) -> None:
        if target == two:
            raise OSError(28, "No space left on device", str(two))
        real(source, target)

    monkeypatch.setattr(os, "replace", failing)
    with pytest.raises(UsageError, match="No space left on device; nothing was changed"):
        put({one: b"new", two: b"new"})
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"one": "old"}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('[package]\nname = "a"\nversion = "0.1.0"\n', '[package]\nname = "a"\nversion = "2.0.0"\n'),
        (
            "[package]\nversion='0.1.0' # x\n[other]\nversion = 1\n",
            '[package]\nversion="2.0.0" # x\n[other]\nversion = 1\n',
        ),
        ('[package]\nname = "a"\n\n[x]\n', '[package]\nversion = "2.0.0"\nname = "a"\n\n[x]\n'),
        ('[x]\nversion = "9"\n[package]\nname = "a"', '[x]\nversion = "9"\n[package]\nversion = "2.0.0"\nname = "a"'),
    ],
)
def test_the_version_in_a_text(before: str, after: str) -> None:
    assert with_version(before, Version(2, 0, 0)) == after


@pytest.mark.parametrize("text", ["", 'package = {name = "a"}\n', 'x = """\n[package]\nversion = "1"\n"""\n'])
def test_a_text_without_its_place(text: str) -> None:
    with pytest.raises(UsageError, match="cannot be changed safely"):
        with_version(text, Version(2, 0, 0))


def test_a_section_is_not_written_twice() -> None:
    section = f"## 0.2.0 ({date(2026, 11, 21).isoformat()})\n\nFirst release.\n"
    changelog = with_section(None, section, "credkit-pets", Version(0, 2, 0))
    with pytest.raises(UsageError, match=r"has a section for 0\.2\.0 already"):
        with_section(changelog, section, "credkit-pets", Version(0, 2, 0))
