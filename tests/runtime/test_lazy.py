"""Packages load their members on first use."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

INIT = """
from credkit.runtime.lazy import lazy
__getattr__ = lazy(__name__, {"Thing": ".things", "things": ".things", "missing": ".absent"})
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    folder = tmp_path / "lazy_sample"
    folder.mkdir()
    (folder / "__init__.py").write_text(INIT)
    (folder / "things.py").write_text("class Thing: ...\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    for name in [name for name in sys.modules if name.startswith("lazy_sample")]:
        monkeypatch.delitem(sys.modules, name)
    return importlib.import_module("lazy_sample")


def test_nothing_is_loaded_before_it_is_used_and_everything_once(package: ModuleType) -> None:
    assert "lazy_sample.things" not in sys.modules
    thing = package.Thing
    assert thing is sys.modules["lazy_sample.things"].Thing
    assert package.__dict__["Thing"] is thing


def test_a_submodule_is_a_member_too(package: ModuleType) -> None:
    assert package.things is sys.modules["lazy_sample.things"]
    from lazy_sample import things  # type: ignore[import-not-found]

    assert things is package.things


def test_other_names_are_missing_as_in_any_module(package: ModuleType) -> None:
    with pytest.raises(AttributeError, match=r"module 'lazy_sample' has no attribute 'nothing'"):
        _ = package.nothing
    assert not hasattr(package, "__wrapped__")
    with pytest.raises(ModuleNotFoundError):
        _ = package.missing


def test_importing_the_runtime_loads_neither_pydantic_nor_httpx() -> None:
    code = "import sys, credkit.runtime; print([n for n in ('pydantic', 'httpx', 'httpx2', 'asyncio') if n in sys.modules])"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert result.stdout.strip() == "[]"


def test_every_public_name_of_the_runtime_can_be_loaded() -> None:
    runtime = importlib.import_module("credkit.runtime")
    for name in runtime.__all__:
        assert getattr(runtime, name) is not None
