"""The rules that the sandbox checks with are those of the specs."""

from __future__ import annotations

import importlib.util
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from credkit import sandbox
from credkit.runtime.operation import Operation

ROOT = Path(__file__).parents[2]


def test_the_documents_are_those_of_the_specs() -> None:
    script = ROOT / "scripts" / "sandbox_documents.py"
    spec = importlib.util.spec_from_file_location("sandbox_documents", script)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    stale = [path.name for path, text in module.texts().items() if path.read_text(encoding="utf-8") != text]
    assert not stale, "run: python scripts/sandbox_documents.py"


@pytest.mark.parametrize("name", sandbox.VENDORS)
def test_every_generated_operation_has_a_handler(name: str) -> None:
    folder = Path(import_module(f"credkit_{name}").__file__ or "").parent
    generated: set[Operation[Any]] = set()
    for file in folder.glob("*.py"):
        if file.stem not in ("__init__", "testing", "webhooks"):
            module = import_module(f"credkit_{name}.{file.stem}")
            generated |= {one for one in vars(module).values() if isinstance(one, Operation)}
    assert {one.id for one in sandbox.make(name).operations} == {one.id for one in generated}
