"""Exceptions, profiles, baselines, own rules, the command and its exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from credkit_codegen.lint import Finding, Kind, Node, Profile, Report, Settings, lint_document
from credkit_codegen.lint.baseline import findings_of
from credkit_codegen.lint.command import main
from credkit_codegen.lint.registry import RULES
from credkit_codegen.load import load_document

DOCUMENT = """\
openapi: 3.1.0
info: {title: Pets, version: "1", description: Pets.}
servers: [{url: https://pets.dev}]
security: []
paths:
  /pets:
    get:
      operationId: listPets
      summary: List pets
      responses:
        "200": {description: The pets.}
        default: {description: The call failed.}
components:
  schemas:
    Age: {type: integer, minimum: 9, maximum: 1}
"""


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    path = tmp_path / "openapi.yaml"
    path.write_text(DOCUMENT, encoding="utf-8")
    return path


def found(path: Path, settings: Settings | None = None) -> list[str]:
    return [item.rule for item in run(path, settings).diagnostics]


def run(path: Path, settings: Settings | None = None) -> Report:
    return lint_document(load_document(path), settings)


def test_the_document_has_two_faults(spec: Path) -> None:
    assert found(spec) == ["component-unused", "bounds-contradict"]


def test_a_warning_hides_no_error_at_the_same_place(spec: Path) -> None:
    schemes = "components:\n  securitySchemes:\n    key: {type: apiKey, in: query}\n"
    spec.write_text(DOCUMENT.replace("components:\n", schemes), encoding="utf-8")
    for profile in ("minimal", "recommended", "strict"):
        errors = [
            item for item in run(spec, Settings(profile=Profile(profile))).diagnostics if item.severity == "error"
        ]
        assert "document-structure" in {item.rule for item in errors}, profile
    assert "api-key-in-query" in found(spec)


def ignore(spec: Path, rule: str, reason: str) -> None:
    text = DOCUMENT.replace(
        "    Age: {type", f"    Age:\n      x-lint-ignore:\n        {rule}: {reason}\n      <<: {{type"
    ).replace("<<: {type: integer, minimum: 9, maximum: 1}", "type: integer\n      minimum: 9\n      maximum: 1")
    spec.write_text(text, encoding="utf-8")


def test_an_ignore_with_a_reason_holds_for_the_node_and_below(spec: Path) -> None:
    ignore(spec, "bounds-contradict", "The service really says so.")
    report = run(spec)
    assert [item.rule for item in report.diagnostics] == ["component-unused"]
    assert report.hidden == 1


def test_an_ignore_needs_a_reason(spec: Path) -> None:
    ignore(spec, "bounds-contradict", '""')
    assert found(spec) == ["component-unused", "ignore-without-reason", "bounds-contradict"]


def test_an_ignore_that_matches_nothing_is_found(spec: Path) -> None:
    ignore(spec, "enum-duplicate", "There are none.")
    report = run(spec)
    assert [item.rule for item in report.diagnostics] == ["component-unused", "ignore-unused", "bounds-contradict"]
    assert report.diagnostics[1].line == next(
        number for number, line in enumerate(spec.read_text(encoding="utf-8").splitlines(), 1) if "enum-dup" in line
    )


@pytest.mark.parametrize(
    ("lint", "expected", "code"),
    [
        ('disable = { "bounds-contradict" = "They mean it." }', ["component-unused"], 0),
        (
            'disable = { "bounds-contradict" = "" }',
            ["bounds-contradict", "component-unused", "ignore-without-reason"],
            1,
        ),
        ('disable = { "enum-duplicate" = "None." }', ["bounds-contradict", "component-unused", "ignore-unused"], 1),
        # a rule of a stricter profile: nobody has looked, so nobody can say that the exception is not needed
        ('disable = { "error-schema-missing" = "None." }', ["bounds-contradict", "component-unused"], 1),
        ('disable = { "no-such-rule" = "None." }', ["bounds-contradict", "component-unused", "ignore-unused"], 1),
        ('profile = "minimal"', ["bounds-contradict"], 1),
        ('severity = { "bounds-contradict" = "info" }', ["bounds-contradict", "component-unused"], 0),
    ],
)
def test_client_toml_switches(
    spec: Path, lint: str, expected: list[str], code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    spec.with_name("client.toml").write_text(f'[package]\nname = "pets"\n[lint]\n{lint}\n', encoding="utf-8")
    assert main([str(spec), "--format", "json"]) == code
    data = json.loads(capsys.readouterr().out)
    assert sorted(item["rule"] for item in data["documents"][0]["findings"]) == expected


def test_client_toml_faults_are_usage(spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spec.with_name("client.toml").write_text('[package]\nname = "pets"\n[lint]\nprofil = "minimal"\n', encoding="utf-8")
    assert main([str(spec)]) == 2
    assert "[config-invalid]" in capsys.readouterr().out


def test_a_baseline_only_shrinks(spec: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    baseline = tmp_path / "baseline.json"
    assert main([str(spec), "--write-baseline", str(baseline)]) == 0
    assert len(json.loads(baseline.read_text(encoding="utf-8"))["findings"]) == 2
    assert main([str(spec), "--write-baseline", str(baseline)]) == 2
    capsys.readouterr()
    assert main([str(spec), "--baseline", str(baseline), "--fail-on", "info"]) == 0
    spec.write_text(f"# moved\n{DOCUMENT}".replace("minimum: 9", "minimum: 0"), encoding="utf-8")
    capsys.readouterr()
    assert main([str(spec), "--baseline", str(baseline), "--fail-on", "warning"]) == 1
    assert "ignore-unused" in capsys.readouterr().out
    assert main([str(spec), "--baseline", str(baseline), "--update-baseline", "--fail-on", "info"]) == 0
    assert list(json.loads(baseline.read_text(encoding="utf-8"))["findings"].values()) == [
        "component-unused /components/schemas/Age"
    ]
    spec.write_text(
        DOCUMENT.replace("get:", "put:").replace("operationId: listPets", "operationId: a b"), encoding="utf-8"
    )
    assert main([str(spec), "--baseline", str(baseline), "--update-baseline", "--fail-on", "warning"]) == 1
    assert len(json.loads(baseline.read_text(encoding="utf-8"))["findings"]) == 1


def test_fingerprints_do_not_follow_lines(spec: Path) -> None:
    before = findings_of(run(spec))
    spec.write_text(f"# one\n# two\n{DOCUMENT}", encoding="utf-8")
    assert findings_of(run(spec)) == before


OWN = """
from credkit_codegen.diagnostics import Severity
from credkit_codegen.lint import Finding, Group, Kind, Rule
ON = (Kind.INFO,)
def check(node, context):
    {body}
RULES = (Rule("house-title", Group.NAMING, Severity.ERROR, Severity.ERROR, Severity.ERROR, module_name=__name__),)
import sys; sys.modules[__name__] = sys.modules.get(__name__) or type(sys)(__name__); sys.modules[__name__].__dict__.update(globals())
"""


def test_own_rules_run_beside_ours(spec: Path, tmp_path: Path) -> None:
    module = tmp_path / "house_rules.py"
    module.write_text(
        OWN.format(body='yield Finding(node, "expected a longer title", "write one", ("title",))'), encoding="utf-8"
    )
    assert found(spec, Settings(rules=module)) == ["house-title", "component-unused", "bounds-contradict"]


def test_a_rule_that_crashes_is_a_finding_and_hides_nothing(spec: Path, tmp_path: Path) -> None:
    module = tmp_path / "crashing_rules.py"
    module.write_text(OWN.format(body="yield from node.value[0]"), encoding="utf-8")
    report = run(spec, Settings(rules=module))
    assert sorted(item.rule for item in report.diagnostics) == ["bounds-contradict", "component-unused", "rule-crashed"]
    crash = next(item for item in report.diagnostics if item.rule == "rule-crashed")
    assert "house-title" in crash.message
    assert "KeyError" in crash.message


def test_one_of_our_rules_that_crashes_hides_nothing(spec: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(node: Node, context: object) -> list[Finding]:
        raise RecursionError

    rule = next(rule for rule in RULES if rule.id == "component-unused")
    assert rule.on == (Kind.END,)
    monkeypatch.setattr(rule.module, "check", crash)
    assert found(spec) == ["rule-crashed", "bounds-contradict"]


def test_one_broken_reference_and_regex_hide_nothing(spec: Path) -> None:
    broken = (
        DOCUMENT
        + '    Code: {type: string, pattern: "[", example: 7}\n    Lost: {$ref: "#/nowhere"}\n    Far: {$ref: "https://a.example/b.yaml"}\n'
    )
    spec.write_text(broken, encoding="utf-8")
    rules = set(found(spec))
    assert {"pattern-invalid", "schema-example-mismatch", "ref-unresolved", "bounds-contradict"} <= rules


def test_findings_stand_in_the_file_that_has_them(spec: Path) -> None:
    spec.with_name("parts.yaml").write_text("Age:\n  type: integer\n  minimum: 5\n  maximum: 1\n", encoding="utf-8")
    spec.write_text(
        DOCUMENT.replace("{type: integer, minimum: 9, maximum: 1}", "{$ref: 'parts.yaml#/Age'}"), encoding="utf-8"
    )
    item = next(item for item in run(spec).diagnostics if item.rule == "bounds-contradict")
    assert (Path(item.file).name, item.line, item.pointer) == ("parts.yaml", 3, "/Age/minimum")


def test_exit_codes(spec: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(spec)]) == 1
    assert main([str(spec), "--fail-on", "never"]) == 0
    assert main([str(spec), "--rule", "enum-duplicate", "--fail-on", "info"]) == 0
    assert main([str(tmp_path / "nothing.yaml")]) == 2
    assert main([]) == 2
    assert main([str(spec), "--rule", "no-such-rule"]) == 2
    assert main([str(spec), "--no-such-flag"]) == 2
    assert main(["--explain", "no-such-rule"]) == 2
    (tmp_path / "broken.yaml").write_text("a: [", encoding="utf-8")
    assert main([str(tmp_path / "broken.yaml")]) == 2
    (tmp_path / "swagger.yaml").write_text('swagger: "2.0"\n', encoding="utf-8")
    assert main([str(tmp_path / "swagger.yaml")]) == 1
    captured = capsys.readouterr()
    assert "Traceback" not in captured.out + captured.err


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_can_be_explained(rule: object, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--explain", str(getattr(rule, "id", ""))]) == 0
    text = capsys.readouterr().out
    assert "Why: " in text
    assert "Bad:" in text


def test_list_names_every_rule(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert {rule.id for rule in RULES} <= {line.split()[0] for line in lines}
