"""Rules that hold for every tracked file."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
REGISTRY = re.compile(
    r"https?://[^\s\"'<>]*(?:\.whl|\.tar\.gz|/simple/?)(?:[\s\"']|$)|^\s*--?(?:extra-)?index-url", re.MULTILINE
)
MACHINE_PATH = re.compile(r"(?:^|[\s\"'`(=])/(?:root|home|Users|work)/[\w.]", re.MULTILINE)
TEXT = {".py", ".md", ".toml", ".yaml", ".yml", ".json", ".jinja", ".lock", ".txt", ""}


def tracked() -> list[Path]:
    """Files in git, or every file where the tree is not a checkout."""
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listing.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listing.stdout.split("\0") if name and (ROOT / name).is_file()]


def offending(pattern: re.Pattern[str]) -> list[str]:
    """Tracked text files in which the pattern occurs, with the line."""
    found = []
    for path in tracked():
        if path.suffix in TEXT and path != Path(__file__):
            text = path.read_text(encoding="utf-8", errors="replace")
            found += [f"{path.relative_to(ROOT)}: {match.group().strip()}" for match in pattern.finditer(text)]
    return found


def test_no_file_names_a_package_registry() -> None:
    assert offending(REGISTRY) == []


def test_no_file_names_a_path_of_one_machine() -> None:
    assert offending(MACHINE_PATH) == []


def test_requirements_are_pinned_with_hashes() -> None:
    entries = (ROOT / "requirements-dev.lock").read_text().replace("\\\n", " ").splitlines()
    assert entries
    assert [entry for entry in entries if "==" not in entry or "--hash=sha256:" not in entry] == []
