"""One direction: no stage imports a later one, and only the pipeline knows the order."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import credkit_codegen

ROOT = Path(credkit_codegen.__file__).parent
STAGES = (
    {"load"},
    {"overlay"},
    {"resolve"},
    {"normalise"},
    {"builder", "build"},
    {"wording"},
    {"methods"},
    {"models"},
    {"views"},
    {"package"},
    {"pipeline"},
)
RANK = {module: rank for rank, stage in enumerate(STAGES) for module in stage}


def imported(path: Path) -> Iterator[str]:
    """Modules of the generator that a file imports, by their first name, wherever the import stands."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level:
            depth = len(path.relative_to(ROOT).parts) - node.level
            if depth <= 0:
                yield from [node.module.split(".")[0]] if node.module else [alias.name for alias in node.names]


def own_stage(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


STAGE_FILES = sorted(path for path in ROOT.rglob("*.py") if own_stage(path) in RANK)


@pytest.mark.parametrize("path", STAGE_FILES, ids=[path.relative_to(ROOT).as_posix() for path in STAGE_FILES])
def test_no_stage_imports_a_later_one(path: Path) -> None:
    own = RANK[own_stage(path)]
    assert [name for name in imported(path) if RANK.get(name, -1) > own] == []


def test_nothing_but_commands_knows_the_pipeline() -> None:
    users = {own_stage(path) for path in ROOT.rglob("*.py") if "pipeline" in set(imported(path))}
    assert users <= {"commands", "report", "diff", "release"}


def test_only_write_changes_the_disk() -> None:
    writing = ("write_text(", "write_bytes(", ".mkdir(", "os.replace(", ".unlink(", "rmtree(")
    found = {own_stage(path) for path in STAGE_FILES for word in writing if word in path.read_text(encoding="utf-8")}
    assert found == set()
