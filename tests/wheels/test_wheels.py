"""Built wheels hold what they should, and work in an environment that has never seen the repository."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
VENDORS = sorted(path.parent.name for path in ROOT.glob("generated/*/pyproject.toml"))
DISTRIBUTIONS = {
    "credkit": ".",
    "credkit_codegen": "codegen",
    **{f"credkit_{name}": f"generated/{name}" for name in VENDORS},
}
CALL_EVERY_CLIENT = """
import importlib
for name in {packages}:
    package = importlib.import_module(name)
    client = next(getattr(package, export) for export in package.__all__ if export[0].isupper() and not export.startswith("Async"))
    assert "site-packages" in package.__file__, package.__file__
    importlib.import_module(name + ".testing")
    print(name, client.__name__)
"""
PETSTORE = """
openapi: 3.1.0
info: {title: Wheel check, version: "1"}
servers: [{url: https://api.example.com}]
paths:
  /pets/{id}:
    get:
      operationId: getPet
      tags: [pets]
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses:
        "200":
          description: A pet.
          content: {application/json: {schema: {type: object, properties: {name: {type: string}}}}}
"""


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Every wheel of the project, by import name."""
    folder = tmp_path_factory.mktemp("wheels")
    built: dict[str, Path] = {}
    for name, source in DISTRIBUTIONS.items():
        build = [
            sys.executable,
            "-m",
            "build",
            "--wheel",
            "--no-isolation",
            "--outdir",
            str(folder / name),
            str(ROOT / source),
        ]
        subprocess.run(build, check=True, capture_output=True, text=True, timeout=120)
        (built[name],) = (folder / name).glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheels: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An interpreter with the wheels installed; third-party packages are lent, editable installs are not."""
    folder = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True, timeout=120)
    python = folder / "bin" / "python"
    install = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-deps", "--no-index"]
    subprocess.run([*install, *map(str, wheels.values())], check=True, timeout=120)
    return python


def run(python: Path, *arguments: str, cwd: Path) -> str:
    """Standard output of the installed interpreter, which sees neither the repository nor its editable installs."""
    environment = {**os.environ, "PYTHONPATH": sysconfig.get_path("purelib"), "PYTHONSAFEPATH": "1"}
    done = subprocess.run(
        [python, *arguments], cwd=cwd, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_wheel_holds_one_importable_name(wheels: dict[str, Path]) -> None:
    for name, wheel in wheels.items():
        with zipfile.ZipFile(wheel) as archive:
            top = {entry.split("/")[0] for entry in archive.namelist()}
        assert {entry for entry in top if not entry.endswith(".dist-info")} == {name}
        with zipfile.ZipFile(wheel) as archive:
            assert f"{name}/py.typed" in archive.namelist()
            (metadata,) = (entry for entry in archive.namelist() if entry.endswith(".dist-info/METADATA"))
            assert "License-Expression: Apache-2.0" in archive.read(metadata).decode()


def test_vendor_packages_import_without_the_repository(installed: Path, tmp_path: Path) -> None:
    packages = [f"credkit_{name}" for name in VENDORS]
    printed = run(installed, "-c", CALL_EVERY_CLIENT.format(packages=packages), cwd=tmp_path)
    assert [line.split()[0] for line in printed.splitlines()] == packages


def test_the_generator_brings_its_templates(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "pets.yaml").write_text(PETSTORE)
    command = str(installed.with_name("credkit-codegen"))
    run(installed, command, "generate", "--spec", "pets.yaml", "--package", "pets", "--out", "out", cwd=tmp_path)
    printed = run(
        installed, "-c", "import sys; sys.path.insert(0, 'out'); import pets; print(pets.__all__)", cwd=tmp_path
    )
    assert "AsyncPets" in printed
