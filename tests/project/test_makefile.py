"""The Makefile finds what the generator finds."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.skipif(shutil.which("make") is None, reason="needs make")
def test_lint_takes_every_spec_whatever_its_form(tmp_path: Path) -> None:
    for name in ("requirements-dev.lock", "pyproject.toml", "codegen/pyproject.toml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    specs = ["specs/a/openapi.json", "specs/b/openapi.yml", "specs/c/openapi.yaml"]
    for name in (*specs, "specs/c/openapi.json", "specs/d/overlay.yaml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    shutil.copy(ROOT / "Makefile", tmp_path)
    done = subprocess.run(["make", "-n", "lint"], cwd=tmp_path, capture_output=True, text=True, check=True)
    (lint,) = [line for line in done.stdout.splitlines() if "credkit-codegen lint" in line]
    assert [word for word in lint.split() if word.startswith("specs/")] == specs
