"""The command: what is compared with what, exit codes, forms of the output, accepted changes."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema_rs
import pytest

from credkit_codegen.cli import main
from credkit_codegen.diff.output import json as output
from tests.codegen.diff.repository import SPEC, Project

REQUIRED = "required: [name]"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.chdir(tmp_path)
    return Project(tmp_path)


@pytest.fixture
def pair(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    """Two documents: the new one asks for a property more."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "old.yaml").write_text(SPEC, encoding="utf-8")
    new = SPEC.replace(REQUIRED, "required: [name, kind]").rstrip() + "\n        kind: {type: string}\n"
    (tmp_path / "new.yaml").write_text(new, encoding="utf-8")
    return "old.yaml", "new.yaml"


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as stop:
        main(["diff", *arguments])
    return int(stop.value.code or 0)


# --- what is compared ----------------------------------------------------------------------------------------------


def test_two_documents(pair: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(*pair) == 1
    text = capsys.readouterr().out
    assert "new.yaml:31:9: breaking: in requests: Pet.kind is new and required [required-property-added]" in text
    assert "  in: POST /pets\n  means: requests without it are refused: send it\n" in text
    assert "  wire      breaking\n  python    not looked at\n  behaviour unchanged\n  version   major\n" in text
    assert run(pair[1], pair[1]) == 0
    assert run(pair[1], pair[0]) == 1, "an answer that may lack what always came breaks, too"


@pytest.mark.parametrize(
    ("ref", "rule"),
    [
        ("../common/c.yaml#/Pet", "ref-outside-root"),
        ("gone.yaml#/Pet", "ref-file-missing"),
        ("https://pets.example/c.yaml#/Pet", "ref-remote"),
        ("broken.yaml#/Pet", "yaml-syntax"),
    ],
)
def test_what_cannot_be_read_is_not_called_unchanged(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], ref: str, rule: str
) -> None:
    paths = []
    for side in ("old", "new"):
        path = tmp_path / side / "api" / "openapi.yaml"
        path.parent.mkdir(parents=True)
        start, _, rest = SPEC.rpartition("#/components/schemas/Pet")
        path.write_text(f"{start}{ref}{rest}", encoding="utf-8")
        (path.parent / "broken.yaml").write_text("Pet: [", encoding="utf-8")
        shared = tmp_path / side / "common" / "c.yaml"
        shared.parent.mkdir()
        shared.write_text(f"Pet: {{type: object, required: [{side}]}}\n", encoding="utf-8")
        paths.append(str(path))
    assert run(*paths) == 2
    out, err = capsys.readouterr()
    assert f"[{rule}]" in err
    assert not out


def test_references_within_a_wider_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Beside each other, and as they were in git."""
    project = Project(tmp_path)
    monkeypatch.chdir(tmp_path)
    head, _, member = SPEC.partition("    Pet:\n")
    shared = tmp_path / "specs" / "common" / "pet.yaml"
    shared.parent.mkdir()
    shared.write_text(f"Pet:\n{member}", encoding="utf-8")
    project.spec.write_text(head.replace("#/components/schemas/", "../common/pet.yaml#/") + "    Other: {}\n")
    project.commit("Share")
    shared.write_text(f"Pet:\n{member.replace('[name]', '[name, kind]')}        kind: {{type: string}}\n")
    pair = "main:specs/pets/openapi.yaml", "specs/pets/openapi.yaml"
    assert run(*pair) == 2
    capsys.readouterr()
    for more in ((), ("--python",)):
        assert run(*pair, "--within", "specs", *more) == 1
        out = capsys.readouterr().out
        told = "specs/common/pet.yaml:6:9: breaking: in requests: body.kind is new and required"
        assert f"{told} [required-property-added]" in out
        assert ("python-parameter-required" in out) is bool(more)
    assert run(pair[1], pair[1], "--within", ".") == 0
    for wrong in ("specs/common", "nowhere", ".."):
        assert run(*pair, "--within", wrong) == 2
        assert "--within" in capsys.readouterr().err
    assert run("--base", "main", "--within", "specs") == 2


def test_python_between_documents(pair: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(*pair, "--python") == 1
    assert "pets.add_pet(): argument kind is new and required [python-parameter-required]" in capsys.readouterr().out


def test_folders_are_paired_by_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for side, names in (("a", "one two"), ("b", "two three")):
        for name in names.split():
            path = tmp_path / side / name / "openapi.yaml"
            path.parent.mkdir(parents=True)
            path.write_text(SPEC, encoding="utf-8")
    assert run(str(tmp_path / "a"), str(tmp_path / "b")) == 1
    text = capsys.readouterr().out
    assert "the vendor one is gone [vendor-removed]" in text
    assert "the vendor three is new [vendor-added]" in text


def test_the_project_since_a_revision(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--base", "main") == 0
    assert "pets: main:specs/pets/openapi.yaml -> specs/pets/openapi.yaml" in capsys.readouterr().out
    project.edit("name: {type: string,", "name: {type: string, maxLength: 5,")
    project.edit("operationId: addPet", "operationId: createPet")
    assert run("--base", "credkit-pets-v0.3.1", "pets") == 1
    text = capsys.readouterr().out
    assert "Pet.name: maxLength 5 (was no maxLength) [length-narrowed]" in text
    assert "breaking: pets.add_pet() is now pets.create_pet() [python-method-renamed]" in text
    project.commit("Change")
    assert run("--base", "main~1", "--head", "main") == 1
    assert "pets: main~1:specs/pets/openapi.yaml -> main:specs/pets/openapi.yaml" in capsys.readouterr().out


def test_a_project_below_the_top_of_its_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    project = Project(tmp_path / "tools" / "clients", top=tmp_path)
    monkeypatch.chdir(project.root)
    project.edit("/pets:", "/animals:")
    assert run("--base", "main", "--no-python") == 1
    assert "was: main:specs/pets/openapi.yaml:7:5" in capsys.readouterr().out
    assert run("main:specs/pets/openapi.yaml", "specs/pets/openapi.yaml") == 1


def test_a_link_out_of_a_revision_is_refused(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    (project.spec.parent / "passwords").symlink_to("/etc/passwd")
    project.commit("Link")
    assert run("--base", "main") == 2
    assert "error: cannot read main: " in capsys.readouterr().err


def test_a_document_at_a_revision(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.edit("/pets:", "/animals:")
    assert run("main:specs/pets/openapi.yaml", "specs/pets/openapi.yaml") == 1
    text = capsys.readouterr().out
    assert "POST /pets is now POST /animals [operation-moved]" in text
    assert "was: main:specs/pets/openapi.yaml:7:5" in text


def test_an_older_layout_is_read_from_its_own_revision(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """References are followed inside the revision, not in the files of today."""
    project.edit("        name: {type: string, description: What it answers to.}", '        name: {$ref: "name.yaml"}')
    (project.spec.parent / "name.yaml").write_text("{type: string, description: What it answers to.}", encoding="utf-8")
    project.commit("Split")
    (project.spec.parent / "name.yaml").write_text("{type: integer}", encoding="utf-8")
    assert run("--base", "main", "--no-python") == 1
    text = capsys.readouterr().out
    assert "specs/pets/name.yaml:1:8: breaking: in requests: Pet.name is integer (was string) [type-changed]" in text
    assert "was: main:specs/pets/name.yaml:1:8" in text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "expected OLD and NEW, or --base REVISION; got 0 paths"),
        (("old.yaml",), "got 1 path"),
        (("old.yaml", "nothing.yaml"), "nothing.yaml"),
        (("old.yaml", "new.yaml", "--head", "x"), "expected --base with --head or --root"),
        (("--explain", "no-such-rule"), "there is no rule 'no-such-rule'"),
        (("old.yaml", "new.yaml", "--format", "xml"), "'xml' is not one of"),
    ],
)
def test_what_cannot_be_used(
    pair: tuple[str, str], arguments: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*arguments) == 2
    assert said in capsys.readouterr().err


def test_unknown_revisions_and_vendors(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--base", "nowhere") == 2
    assert "expected a git revision; got 'nowhere', which names no commit" in capsys.readouterr().err
    assert run("--base", "--output=/tmp/x") == 2
    assert run("--base", "main", "cats") == 2
    assert 'expected one of pets; got "cats"' in capsys.readouterr().err


def test_no_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "specs").mkdir()
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert run("--base", "main", "--root", str(tmp_path)) == 2
    assert "expected a git repository" in capsys.readouterr().err


def test_a_broken_document(pair: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "new.yaml").write_text("openapi: 3.1.0\npaths: {/a: {$ref: '#/nowhere'}}\n", encoding="utf-8")
    assert run(*pair) == 2
    error = capsys.readouterr().err
    assert "new.yaml: error: a path cannot be read" in error
    (tmp_path / "new.yaml").write_text("swagger: '2.0'\n", encoding="utf-8")
    assert run(*pair) == 2
    assert "expected `openapi: 3.0.x`" in capsys.readouterr().err


# --- forms ---------------------------------------------------------------------------------------------------------


def test_json_keeps_its_schema(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.edit("name: {type: string,", "name: {type: integer,")
    assert run("--base", "main", "--format", "json") == 1
    data = json.loads(capsys.readouterr().out)
    schema = Path(output.__file__).with_name("report.schema.json").read_text(encoding="utf-8")
    jsonschema_rs.validate(json.loads(schema), data)
    assert data["breaking"] is True
    (comparison,) = data["comparisons"]
    assert comparison["bump"] == "major"
    assert comparison["verdicts"] == {"wire": "breaking", "python": "breaking", "behaviour": "unchanged"}
    change = comparison["changes"][0]
    assert (change["new"]["line"], change["new"]["pointer"]) == (30, "/components/schemas/Pet/properties/name/type")


def test_markdown_escapes(pair: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    new = tmp_path / "new.yaml"
    new.write_text(new.read_text().replace("kind", '"k|<b>\\e[31m"'), encoding="utf-8")
    assert run(*pair, "--format", "markdown") == 1
    text = capsys.readouterr().out
    assert "\x1b" not in text
    assert "k\\|\\<b\\>" in text
    assert "| wire | breaking |" in text


def test_github_annotations(pair: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(*pair, "--format", "github") == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("::error file=new.yaml,line=31,col=9,title=required-property-added::Pet.kind is new and")
    assert lines[-1] == "1 comparison: 1 breaking, 0 risky, 1 compatible"


def test_output_goes_to_a_file(pair: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(*pair, "--format", "json", "--output", "report.json") == 1
    assert not capsys.readouterr().out
    assert json.loads((tmp_path / "report.json").read_text())["version"] == 1


def test_terminals_are_left_alone(pair: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    new = tmp_path / "new.yaml"
    new.write_text(new.read_text().replace("kind", '"\\e]0;owned\\a\\u202e"'), encoding="utf-8")
    run(*pair)
    text = capsys.readouterr().out
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_credentials_are_not_repeated(
    pair: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key = "ghp_" + "a1B2" * 10
    new = tmp_path / "new.yaml"
    new.write_text(
        new.read_text().replace("kind: {type: string}", f"kind: {{type: string, default: {key}}}"), encoding="utf-8"
    )
    old = tmp_path / "old.yaml"
    old.write_text(new.read_text().replace(key, "x"), encoding="utf-8")
    run(*pair)
    text = capsys.readouterr().out
    assert key not in text
    assert 'Pet.kind is "***" by default' in text


def test_fail_on(pair: tuple[str, str]) -> None:
    assert run(*pair, "--fail-on", "never") == 0
    assert run(pair[0], pair[0], "--fail-on", "risky") == 0


# --- accepted ------------------------------------------------------------------------------------------------------


def test_accepted_changes_pass_and_still_count(
    pair: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*pair, "--list-unaccepted") == 0
    entries = capsys.readouterr().out
    accepted = tmp_path / "accepted.toml"
    accepted.write_text(entries, encoding="utf-8")
    assert run(*pair, "--accepted", str(accepted)) == 2
    assert "expected a `reason` for change" in capsys.readouterr().err
    accepted.write_text(entries.replace('reason = ""', 'reason = "Agreed."'), encoding="utf-8")
    assert run(*pair, "--accepted", str(accepted)) == 0
    text = capsys.readouterr().out
    assert "accepted: Agreed." in text
    assert "version   major" in text


def test_an_accepted_change_does_not_cover_another(pair: tuple[str, str], tmp_path: Path) -> None:
    accepted = tmp_path / "accepted.toml"
    accepted.write_text('[[change]]\nfingerprint = "0123456789abcdef"\nreason = "No."\n', encoding="utf-8")
    assert run(*pair, "--accepted", str(accepted)) == 1


def test_what_is_accepted_in_vain_is_told(
    pair: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    accepted = tmp_path / "accepted.toml"
    accepted.write_text('[[change]]\nfingerprint = "0123456789abcdef"\nreason = "No."\n', encoding="utf-8")
    run(pair[0], pair[0], "--accepted", str(accepted))
    assert "accepted change 0123456789abcdef matches nothing any more" in capsys.readouterr().err


def test_fingerprints_survive_moves_of_lines_and_tell_changes_apart(
    pair: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def marks() -> list[str]:
        run(*pair, "--format", "json")
        report = json.loads(capsys.readouterr().out)["comparisons"][0]
        return [item["fingerprint"] for item in report["changes"]]

    before = marks()
    new = tmp_path / "new.yaml"
    new.write_text("# A line more.\n" + new.read_text(), encoding="utf-8")
    assert marks() == before
    assert len(set(before)) == len(before) == 2


# --- words ---------------------------------------------------------------------------------------------------------


def test_explain_and_list(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--explain", "enum-value-added") == 0
    text = capsys.readouterr().out
    assert text.startswith("enum-value-added (wire; in requests compatible, in answers breaking)\n")
    assert "Why: " in text
    assert "Before:\n\n    {type: string" in text
    assert run("--list") == 0
    assert "python-method-renamed" in capsys.readouterr().out
