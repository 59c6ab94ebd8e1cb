"""The page on adding a vendor, done as it says: its commands in a shell, its diffs with git, in a copy of the project."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "adding-a-vendor.md"
BLOCK = re.compile(r"^```(sh|diff)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks() -> Iterator[tuple[int, str, str]]:
    """Line, language and text of what a reader does."""
    text = PAGE.read_text(encoding="utf-8")
    for match in BLOCK.finditer(text):
        yield text[: match.start()].count("\n") + 1, match[1], match[2]


def edit(project: Path, diff: str) -> None:
    """Make the edits of a diff as a reader may, and see that they were made."""
    (project / "required.diff").write_text(diff, encoding="utf-8")
    environment = {**os.environ, "GIT_CEILING_DIRECTORIES": str(project.parent)}
    done = subprocess.run(
        ["git", "apply", "required.diff"],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    text = (project / diff.splitlines()[1].removeprefix("+++ b/")).read_text(encoding="utf-8")
    added = [line[1:] for line in diff.splitlines()[2:] if line.startswith("+")]
    assert added
    assert [line for line in added if line not in text] == []


def copy_of_the_project(project: Path) -> None:
    """As much of the project as the page touches, with no vendor in it."""
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "src" / "credkit", project / "src" / "credkit", ignore=ignored)
    (project / "scripts").mkdir()
    for path in (ROOT / "scripts").glob("*.py"):
        shutil.copy(path, project / "scripts")
    shutil.copy(ROOT / "pyproject.toml", project)
    (project / "specs").mkdir()


def test_the_commands_of_the_page_work(tmp_path: Path) -> None:
    project = tmp_path / "credkit"
    project.mkdir()
    copy_of_the_project(project)
    tools = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": tools, "PYTHONDONTWRITEBYTECODE": "1"}
    said = ""
    found = list(blocks())
    assert [language for _, language, _ in found].count("sh") >= 5
    for line, language, text in found:
        if language == "diff":
            edit(project, text)
            continue
        done = subprocess.run(
            ["sh", "-eu", "-c", text],
            cwd=project,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, f"{PAGE.name}:{line}\n{done.stdout}\n{done.stderr}"
        said += done.stdout
    assert "acme: 2 operations; 7 files written" in said
    assert "sent https://acme.example/b/badge_77ab01c2e9\nPOST /badges\n" in said
    assert re.search(r"\d passed, 2 xfailed", said)
    assert "0 errors, 0 warnings, 0 infos" in said
    client = (project / "generated" / "acme" / "credkit_acme" / "badges.py").read_text(encoding="utf-8")
    assert re.search(r"holder: (models\.)?Holder,", client), "what the page says is required is"
