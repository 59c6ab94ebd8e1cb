"""The session of docs/releasing.md runs, and prints what the page says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.codegen.diff.repository import Project
from tests.codegen.release.session import PAGE, play


def test_the_page_shows_what_happens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = Project(tmp_path)
    monkeypatch.chdir(tmp_path)
    text = PAGE.read_text(encoding="utf-8")
    assert play(text, project) == text, "record it anew: python -m tests.codegen.release.session"
    assert "test_add_pet_goes_out" in text, "a test of the last release is shown to fail"
    assert 'Missing named argument "kind"' in text, "and so is typed code"
    assert project.git("tag", "--list").split() == ["credkit-pets-v0.3.1", "credkit-pets-v0.4.0"]
    assert not project.git("status", "--porcelain")
