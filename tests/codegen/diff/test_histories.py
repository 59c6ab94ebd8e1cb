"""How three APIs of the field really changed, in small: the verdicts, explained, and every change behind them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from credkit_codegen.diff.change import Change, Verdict
from credkit_codegen.diff.compare import Wanted, compare
from credkit_codegen.diff.inputs import Comparison, Source

HISTORIES = sorted(path for path in (Path(__file__).parent / "histories").iterdir() if path.is_dir())


def line(change: Change) -> str:
    return f"{change.severity} {change.rule} {change.message}"


@pytest.mark.parametrize("folder", HISTORIES, ids=lambda path: path.name)
def test_history(folder: Path) -> None:
    said: dict[str, Any] = yaml.safe_load((folder / "expected.yaml").read_text(encoding="utf-8"))
    old, new = (Source(spec=folder / f"{side}.yaml", file=f"{side}.yaml") for side in ("old", "new"))
    report = compare(Comparison(name=folder.name, old=old, new=new), Wanted(python=True), {})
    found = sorted(line(item) for item in report.changes if item.verdict is not Verdict.PYTHON)
    assert found == sorted(said["changes"])
    assert {str(verdict): report.verdict_word(verdict) for verdict in Verdict} == {
        str(verdict): said[verdict] for verdict in Verdict
    }
    assert len(said["says"].split()) > 30


def test_there_are_three() -> None:
    assert len(HISTORIES) >= 3
