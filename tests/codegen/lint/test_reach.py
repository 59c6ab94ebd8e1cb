"""The pre-commit hook and the GitHub action call the command as it is."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from credkit_codegen.lint.command import parser

ROOT = Path(__file__).resolve().parents[3]
SEEDED = Path(__file__).with_name("seeded.yaml")


def load(name: str) -> Any:
    return yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))


def test_the_hook_lints_openapi_files() -> None:
    (hook,) = load(".pre-commit-hooks.yaml")
    assert hook["entry"] == "credkit-codegen lint"
    assert re.search(hook["files"], "specs/record/openapi.yaml")
    assert not re.search(hook["files"], "specs/record/client.toml")


def test_the_hook_and_the_action_install_what_has_the_command() -> None:
    """pre-commit installs the root and `additional_dependencies` with the clone as working directory."""
    (hook,) = load(".pre-commit-hooks.yaml")
    (folder,) = hook["additional_dependencies"]
    assert any(folder.removeprefix(".") in step.get("run", "") for step in load("action.yml")["runs"]["steps"])
    for path in (ROOT, ROOT / folder):
        assert tomllib.loads((path / "pyproject.toml").read_text(encoding="utf-8"))["build-system"]["requires"]
    project = tomllib.loads((ROOT / folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert hook["entry"].split()[0] in project["scripts"]


@pytest.mark.skipif(shutil.which("bash") is None, reason="the action's steps are for bash")
@pytest.mark.timeout(120)
def test_the_action_annotates_summarises_and_fails(tmp_path: Path) -> None:
    action = load("action.yml")
    script = next(step["run"] for step in action["runs"]["steps"] if step.get("id") == "lint")
    summary, output, sarif = tmp_path / "summary.md", tmp_path / "output", tmp_path / "lint.sarif"
    values = {name: item["default"] for name, item in action["inputs"].items()}
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PATHS": f"{SEEDED}\n",
        "PROFILE": "strict",
        "FAIL_ON": values["fail-on"],
        "SARIF": str(sarif),
        "GITHUB_OUTPUT": str(output),
        "GITHUB_STEP_SUMMARY": str(summary),
    }
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=100)
    assert ran.returncode == 1, ran.stderr
    assert "::error file=" in ran.stdout
    assert summary.read_text(encoding="utf-8").startswith("## Lint")
    assert json.loads(sarif.read_text(encoding="utf-8"))["version"] == "2.1.0"
    assert output.read_text(encoding="utf-8") == f"sarif={sarif}\n"


def test_no_input_of_the_action_meets_a_shell_line() -> None:
    for step in load("action.yml")["runs"]["steps"]:
        assert "${{" not in step.get("run", "")


def test_the_readme_of_the_command_names_the_exits() -> None:
    assert "Exit: 0 clean" in parser().format_help()
