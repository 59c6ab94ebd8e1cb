"""The command: one clear line, the right exit code, never a traceback."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from credkit_codegen import cli, report
from credkit_codegen.diagnostics import Diagnostic, Severity, printable, render_text

GOOD = "openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths:\n  /pets: {get: {operationId: listPets, tags: [pets], responses: {'200': {description: ok}}}}\n"


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as caught:
        cli.main(list(arguments))
    assert isinstance(caught.value.code, int)
    return caught.value.code


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


USAGE = "\n  help: `credkit-codegen --help` lists commands and options\n"


@pytest.mark.parametrize(
    ("arguments", "stderr"),
    [
        (["frob"], "credkit-codegen: error: No such command 'frob'. [usage]" + USAGE),
        (["inspect", "--speck", "x"], "credkit-codegen: error: No such option: --speck"),
        (["inspect", "--spec"], "credkit-codegen: error: Option '--spec' requires an argument. [usage]" + USAGE),
        (
            ["inspect"],
            "credkit-codegen: error: expected a vendor or --spec FILE [usage]\n  help: for example: inspect record --json\n",
        ),
        (
            ["generate"],
            "credkit-codegen: error: expected a project (a folder with specs/ in it) here or above; found none [usage]\n  help: use --root, or --spec FILE\n",
        ),
        (
            ["generate", "--spec", "a.yaml"],
            "credkit-codegen: error: expected --package NAME and --out DIR beside --spec [usage]\n  help: say what the package is called and where it goes\n",
        ),
        (
            ["generate", "--out", "x"],
            "credkit-codegen: error: expected --spec FILE with --package, --out, --config, --overlay and --within [usage]\n  help: name the document\n",
        ),
        (
            ["inspect", "--spec", "none.yaml"],
            "none.yaml: error: expected a file; got nothing at this path [document-unreadable]\n  help: check the path\n",
        ),
        (
            ["inspect", "--spec", "."],
            ".: error: expected a file; got a folder [document-unreadable]\n  help: name the document in it\n",
        ),
    ],
)
def test_usage_errors(here: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], stderr: str) -> None:
    assert run(*arguments) == 2
    captured = capsys.readouterr()
    assert captured.err == stderr if stderr.endswith("\n") else captured.err.startswith(stderr)
    assert captured.out == ""


@pytest.mark.parametrize(
    ("text", "stderr"),
    [
        (
            "openapi: 3.1.0\npaths:\n  a: b: c\n",
            (
                "a.yaml:3:7: error: expected YAML; got a fault: mapping values are not allowed in this context [yaml-syntax]\n"
                "  3 |   a: b: c\n    |       ^\n  help: check indentation and quotes\n"
            ),
        ),
        (
            "swagger: '2.0'\n",
            (
                'a.yaml:1:1: error: expected `openapi: 3.0.x`, 3.1.x or 3.2.x; got Swagger "2.0" [openapi-version]\n'
                "  1 | swagger: '2.0'\n    | ^\n  help: convert the document to OpenAPI 3 first\n"
            ),
        ),
        (
            "openapi: 4.0.0\n",
            (
                'a.yaml:1:10: error: expected `openapi: 3.0.x`, 3.1.x or 3.2.x; got "4.0.0" [openapi-version]\n'
                "  1 | openapi: 4.0.0\n    |          ^\n  help: write the version at the top of the document\n"
            ),
        ),
        (
            "openapi: 3.1.0\npaths:\n  /a:\n    $ref: https://example.com/x.yaml\n",
            (
                'a.yaml:4:11: error: expected a reference inside the project; got "https://example.com/x.yaml" [ref-remote]\n'
                "  4 |     $ref: https://example.com/x.yaml\n    |           ^\n  help: copy the document beside this one\n"
            ),
        ),
    ],
)
def test_refused_documents(here: Path, capsys: pytest.CaptureFixture[str], text: str, stderr: str) -> None:
    (here / "a.yaml").write_text(text)
    assert run("inspect", "--spec", "a.yaml") == 2
    assert capsys.readouterr().err == stderr


def test_all_refused_references_in_one_run(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "a.yaml").write_text(
        "openapi: 3.1.0\npaths:\n  /a: {$ref: 'https://a'}\n  /b: {$ref: '../b'}\n  /c: {$ref: 'c\\u001b[31m.yaml'}\n"
    )
    assert run("inspect", "--spec", "a.yaml") == 2
    err = capsys.readouterr().err
    assert [line.rpartition("[")[2] for line in err.splitlines() if "error:" in line] == [
        "ref-remote]",
        "ref-outside-root]",
    ]


def test_references_may_be_given_a_wider_folder(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spec = here / "apis" / "v1" / "a.yaml"
    spec.parent.mkdir(parents=True)
    (here / "common").mkdir()
    spec.write_text(
        "openapi: 3.1.0\ninfo: {title: A, version: '1'}\npaths:\n  /a:\n    get:\n      operationId: getA\n"
        "      responses: {'200': {description: A., content: {application/json: {schema:\n"
        "        {$ref: '../../common/b.yaml#/B'}}}}}\n"
    )
    (here / "common" / "b.yaml").write_text("B: {type: object, properties: {b: {type: string}}}\n")
    given = ["generate", "--spec", str(spec), "--package", "a", "--out", "out"]
    assert run(*given) == 2
    assert "--within DIR" in capsys.readouterr().err
    assert run(*given, "--within", "common") == 2
    assert "holds" in capsys.readouterr().err
    for wrong in ("common", "nowhere", "common/b.yaml", str(spec)):
        for command in (given, ["inspect", "--spec", str(spec)], ["lint", str(spec)]):
            assert run(*command, "--within", wrong) == 2
            out, err = capsys.readouterr()
            assert "--within" in err
            assert ("holds" if wrong == "common" else "expected a folder for --within") in err
            assert "ref-" not in out + err
    assert run(*given, "--within", ".") == 0
    assert "class B(" in (here / "out" / "a" / "models.py").read_text()
    assert "../../common/b.yaml" in (here / "out" / "codegen.lock").read_text()
    assert run("inspect", "--spec", str(spec), "--within", ".") == 0
    capsys.readouterr()
    assert run("lint", str(spec)) == 1
    assert "--within DIR" in capsys.readouterr().out
    assert run("lint", str(spec), "--within", ".") == 0
    assert "--within DIR" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("place", "toml", "package"),
    [
        ("specs/zoo/openapi.yaml", None, "credkit_zoo"),
        ("specs/zoo/openapi.yaml", '[package]\nname = "zoo_park"\nclient = "Zoo"\n', "zoo_park"),
        ("elsewhere/zoo/openapi.yaml", None, "zoo_api"),
        ("specs/zoo/zoo.yaml", None, "zoo_api"),
    ],
)
def test_inspect_names_a_package_as_its_project_does(
    here: Path, capsys: pytest.CaptureFixture[str], place: str, toml: str | None, package: str
) -> None:
    spec = here / place
    spec.parent.mkdir(parents=True)
    spec.write_text(re.sub("title: [^,}\n]+", "title: Zoo API", GOOD))
    if toml is not None:
        (spec.parent / "client.toml").write_text(toml)
    assert run("inspect", "--spec", place, "--json") == 0
    assert json.loads(capsys.readouterr().out)["package"] == package


def test_inspect(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "a.yaml").write_text(GOOD)
    assert run("inspect", "--spec", "a.yaml", "--package", "credkit_zoo", "--json") == 0
    account = json.loads(capsys.readouterr().out)
    assert (account["package"], account["client"], account["operations"][0]["python"]) == (
        "credkit_zoo",
        "Zoo",
        "pets.list_pets",
    )
    assert run("inspect", "--spec", "a.yaml") == 0
    assert capsys.readouterr().out == "t: T, AsyncT; 1 operation\n  pets.list_pets  GET /pets  -> None\n"


def test_vendors_of_a_project(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "specs" / "zoo").mkdir(parents=True)
    (here / "specs" / "zoo" / "openapi.yaml").write_text(GOOD)
    (here / "specs" / "zoo" / "client.toml").write_text(
        '[package]\nname = "credkit_zoo"\n[operations.listPets]\nname = "pets.list"\n'
    )
    assert run("inspect", "zoo") == 0
    assert capsys.readouterr().out == "credkit_zoo: Zoo, AsyncZoo; 1 operation\n  pets.list  GET /pets  -> None\n"
    assert run("inspect", "nope") == 2
    assert 'expected one of zoo; got "nope"' in capsys.readouterr().err


def test_a_file_is_no_folder_for_a_package(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "a.yaml").write_text(GOOD)
    (here / "taken").write_text("mine")
    for out in ("taken", "taken/below"):
        assert run("generate", "--spec", "a.yaml", "--package", "zoo", "--out", out) == 2
        assert capsys.readouterr().err == (
            "credkit-codegen: error: expected a folder for --out; taken is a file [usage]\n"
            "  help: name a folder that is empty or not there\n"
        )


def test_a_package_name_is_never_changed_in_silence(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "a.yaml").write_text(GOOD)
    assert run("generate", "--spec", "a.yaml", "--package", "credkit-Zoo", "--out", "x") == 2
    assert capsys.readouterr().err == (
        'credkit-codegen: error: expected a Python import name in snake_case; got "credkit-Zoo" [usage]\n'
        "  help: write --package credkit_zoo\n"
    )
    assert not (here / "x").exists()


def test_generate_says_where_types_are_wider_than_the_document(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "a.yaml").write_text(
        "openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths: {}\n"
        "components:\n  schemas:\n    Pet:\n      type: object\n      properties:\n        name:\n          type: strng\n"
    )
    assert run("generate", "--spec", "a.yaml", "--package", "zoo", "--out", "x") == 0
    captured = capsys.readouterr()
    assert captured.out.startswith("zoo: 0 operations; ")
    assert captured.err == 'a.yaml:10:17: warning: "strng" is no type; read as any value [degraded]\n'


def project(here: Path) -> Path:
    (here / "specs" / "zoo").mkdir(parents=True)
    (here / "specs" / "zoo" / "openapi.yaml").write_text(GOOD)
    assert run("generate", "zoo") == 0
    return here / "generated" / "zoo"


def test_check_tells_stale_files_from_edits_by_hand_and_names_what_mends_them(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = project(here)
    assert run("check") == 0
    (here / "specs" / "zoo" / "openapi.yaml").write_text(GOOD.replace("listPets", "findPets"))
    init = out / "credkit_zoo" / "__init__.py"
    init.write_text(f"# mine\n{init.read_text()}")
    capsys.readouterr()
    assert run("check") == 1
    err = capsys.readouterr().err
    assert "generated/zoo/credkit_zoo/__init__.py: edited by hand\n  --- a/credkit_zoo/__init__.py\n" in err
    assert "  -# mine\n" in err
    assert "generated/zoo/credkit_zoo/pets.py: stale\n  --- a/credkit_zoo/pets.py\n" in err
    assert "\n  help: move what was edited by hand into the spec, client.toml or templates/;" in err
    assert err.endswith("\n  help: run `credkit-codegen generate zoo` and commit what it changes\n")
    (here / "Makefile").write_text("")
    assert run("check", "zoo") == 1
    assert "help: run `make generate VENDOR=zoo` and commit" in capsys.readouterr().err
    assert run("generate") == 2
    assert (
        "generated/zoo/credkit_zoo/__init__.py: error: expected the file as it was generated" in capsys.readouterr().err
    )
    assert run("generate", "--overwrite") == 0
    captured = capsys.readouterr()
    assert "generated/zoo/credkit_zoo/__init__.py: written over, although it was edited by hand" in captured.err
    assert run("check") == 0


def test_differences_are_bounded(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = project(here)
    for path in out.rglob("*.py"):
        path.write_text("# x\n" * 5000)
    capsys.readouterr()
    assert run("check") == 1
    err = capsys.readouterr().err
    assert err.count("\n") < 500
    assert all(f"{path.relative_to(here)}: edited by hand\n" in err for path in out.rglob("*.py"))


def test_check_finds_packages_without_a_spec(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project(here)
    (here / "specs" / "zoo" / "openapi.yaml").unlink()
    (here / "specs" / "zoo").rmdir()
    capsys.readouterr()
    assert run("check") == 1
    assert capsys.readouterr().err == "generated/zoo: no spec makes it any more\n  help: delete the folder\n"


def test_faults_of_ours_are_one_line_unless_debugging(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(arguments: list[str]) -> int:
        raise ValueError("oops\x1b[31m")

    monkeypatch.setattr("credkit_codegen.commands.run", broken)
    assert run("inspect", "x") == 2
    assert capsys.readouterr().err == (
        "credkit-codegen: error: ValueError: oops\\x1b[31m [internal]\n  help: this is a fault of ours; run again with --debug and report it\n"
    )
    with pytest.raises(ValueError, match="oops"):
        cli.main(["--debug", "inspect", "x"])


def test_nothing_of_a_document_steers_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    hostile = "a\x1b[31m\r\n\u2028\u202e\x07é日"
    assert printable(hostile) == "a\\x1b[31m\\r\\n\\u2028\\u202e\\x07é日"
    path = tmp_path / "x.yaml"
    path.write_text(f"key: {hostile[:5]}\x7f tail\n")
    item = Diagnostic(
        rule="r", severity=Severity.ERROR, message=hostile, help=hostile, file=str(path), line=1, column=10
    )
    report.diagnostics([item])
    err = capsys.readouterr().err
    assert all(char.isprintable() or char == "\n" for char in err)
    lines = err.splitlines()
    assert lines[2].index("^") - lines[1].index("key") == len(printable("key: a\x1b[31m"[:9]))


def test_long_lines_are_cut_around_the_fault() -> None:
    item = Diagnostic(rule="r", severity=Severity.WARNING, message="m", help="", file="f", line=7, column=5001)
    text = render_text(item, "x" * 5000 + "Y" + "x" * 5000)
    head, line, caret = text.splitlines()
    assert head == "f:7:5001: warning: m [r]"
    assert line[caret.index("^")] == "Y"
    assert len(line) < 130
