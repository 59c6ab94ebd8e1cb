"""The table of `pairs.yaml`: for each pair of documents the three verdicts, and the rules that speak."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from credkit_codegen.diff.change import Verdict
from credkit_codegen.diff.compare import Wanted, compare
from credkit_codegen.diff.inputs import Comparison, Source
from tests.codegen.diff.kit import document

PAIRS: list[dict[str, Any]] = yaml.load(
    Path(__file__).with_name("pairs.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader
)
KEYS = {"w": Verdict.WIRE, "p": Verdict.PYTHON, "b": Verdict.BEHAVIOUR}


def source(part: dict[str, Any], folder: Path) -> Source:
    folder.mkdir()
    path = folder / "openapi.yaml"
    path.write_text(yaml.safe_dump(document(part), sort_keys=False), encoding="utf-8")
    return Source(spec=path, file=f"{folder.name}.yaml")


def test_there_are_enough_pairs_and_no_name_twice() -> None:
    assert len(PAIRS) >= 60
    assert len({pair["name"] for pair in PAIRS}) == len(PAIRS)


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair["name"])
def test_verdicts(pair: dict[str, Any], tmp_path: Path) -> None:
    sides = (source(pair[side], tmp_path / side) for side in ("old", "new"))
    report = compare(Comparison(name="pets", old=next(sides), new=next(sides)), Wanted(python="p" in pair), {})
    shown = "\n".join(f"{item.severity} {item.message} [{item.rule}]" for item in report.changes)
    assert {key: report.verdict_word(KEYS[key]) for key in KEYS if key in pair} == {
        key: pair[key] for key in KEYS if key in pair
    }, shown
    spoken = {item.rule for item in report.changes if item.verdict is not Verdict.PYTHON}
    assert spoken == set(pair.get("rules", ())), shown
