"""Documents that do what real ones do: every operation is there, and the package passes type checks and imports whole."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from credkit_codegen.formatters import Formatter
from credkit_codegen.frontend import read_api
from credkit_codegen.pipeline import Target, generate

DOCUMENTS = Path(__file__).resolve().parent.parent / "documents"
SPECS = {path.stem: path for path in sorted(DOCUMENTS.glob("*.[yj]*"))} | {"many": DOCUMENTS / "many" / "openapi.yaml"}
OPERATIONS = {
    "chat": 4, "cluster": 12, "directory": 10, "forge": 13, "future32": 12, "loose30": 22, "many": 6, "maze": 5, "media": 24,
    "modern31": 11, "storage": 8,
}  # fmt: skip
IMPORT_ALL = """
import importlib, pkgutil, sys
for name in sys.argv[1:]:
    package = importlib.import_module(name)
    for module in pkgutil.walk_packages(package.__path__, f"{name}."):
        importlib.import_module(module.name)
    models = importlib.import_module(f"{name}.models")
    for model in vars(models).values():
        if isinstance(model, type) and hasattr(model, "model_rebuild") and model.__module__.startswith(name):
            model.model_rebuild()
"""


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The distribution of every document."""
    root = tmp_path_factory.mktemp("documents")
    found: dict[str, Path] = {}
    for name, spec in SPECS.items():
        found[name] = root / name
        result = generate(Target(spec=spec, out=found[name], package=f"of_{name}", formatter=Formatter.RUFF))
        assert result.operations == OPERATIONS[name]
    return found


@pytest.mark.parametrize("name", SPECS)
def test_every_operation_has_a_method(packages: dict[str, Path], name: str) -> None:
    lock = (packages[name] / "codegen.lock").read_text()
    api, _ = read_api(SPECS[name])
    assert len([item for item in api.operations if item.variant_of is None]) == OPERATIONS[name]
    assert all(
        json.dumps(f"{item.method} {item.path} ")[1:-2] in lock for item in api.operations if item.path.isascii()
    )


def test_everything_imports_and_every_model_can_be_built(packages: dict[str, Path]) -> None:
    folders = ":".join(map(str, packages.values()))
    command = [sys.executable, "-c", IMPORT_ALL, *(f"of_{name}" for name in packages)]
    done = subprocess.run(
        command,
        env={"PYTHONPATH": f"{':'.join(sys.path)}:{folders}"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]


def test_type_checkers_find_nothing(packages: dict[str, Path], mypy_cache: Path) -> None:
    options = [
        "--strict",
        "--config-file=",
        "--no-error-summary",
        "--cache-dir",
        str(mypy_cache),
        "--explicit-package-bases",
    ]
    folders = [str(folder / f"of_{name}") for name, folder in packages.items()]
    path = ":".join(map(str, packages.values()))
    done = subprocess.run(
        [sys.executable, "-m", "mypy", *options, *folders],
        env={"MYPYPATH": path},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:]
