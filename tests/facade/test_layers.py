"""Each layer of the facade can be read without the next: no import leads upwards, and none names a vendor where any could stand."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2] / "src" / "credkit"
LAYERS: list[tuple[str, ...]] = [
    ("runtime",),
    ("secret", "ticket", "qr", "capabilities", "steps"),
    ("model",),
    ("results",),
    ("events",),
    ("adapters",),
    ("sending", "asking", "identity", "config", "driving"),
    ("ledger",),
    ("issuing",),
    ("issuer",),
    ("settings",),
    ("connecting",),
    ("cohort",),
    ("cli",),
]
LATE = {("issuing", "ledger"), ("connecting", "ledger")}
"""Imported inside of a function, when a ledger was asked for."""


def _level(name: str) -> int | None:
    return next((at for at, names in enumerate(LAYERS) if name in names), None)


def _imports(path: Path) -> Iterator[tuple[str, bool]]:
    """Modules of `credkit` that a module imports, and whether it does so when it is loaded."""
    tree = ast.parse(path.read_text("utf-8"))
    inside = {
        id(node)
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
    }
    package = path.relative_to(ROOT).parts[:-1]
    for node in ast.walk(tree):
        if not isinstance(node, ast.ImportFrom):
            continue
        if node.level == 0:
            parts = tuple((node.module or "").split("."))
            if parts[0] != "credkit":
                continue
            parts = parts[1:]
        else:
            parts = (*package[: len(package) + 1 - node.level], *(node.module or "").split("."))
        names = [parts[0]] if parts and parts[0] else [alias.name for alias in node.names]
        for name in names:
            yield name, id(node) not in inside


def _files() -> list[Path]:
    names = {name for layer in LAYERS[1:] for name in layer}
    return sorted(path for path in ROOT.rglob("*.py") if path.relative_to(ROOT).parts[0].removesuffix(".py") in names)


@pytest.mark.parametrize("path", _files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_lead_down(path: Path) -> None:
    own = path.relative_to(ROOT).parts[0].removesuffix(".py")
    here = _level(own)
    assert here is not None
    for name, at_load in _imports(path):
        there = _level(name)
        if there is None or name == own:
            continue
        if not at_load and (own, name) in LATE:
            continue
        assert there <= here, f"{own} imports {name}"


def test_no_vendor_is_named_above_the_adapters() -> None:
    for name in ("issuer", "sending", "identity", "config", "steps", "model", "results", "events"):
        tree = ast.parse((ROOT / f"{name}.py").read_text("utf-8"))
        compared = [
            node
            for comparison in ast.walk(tree)
            if isinstance(comparison, ast.Compare | ast.Match)
            for node in ast.walk(comparison)
            if isinstance(node, ast.Constant) and node.value in ("record", "beltic", "didx", "nchain")
        ]
        assert not compared, f"{name} has a special case for a vendor"
