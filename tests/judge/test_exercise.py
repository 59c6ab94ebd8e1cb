"""The judge itself is judged: an honest package passes whole, and every fault that is put into it is found."""

from __future__ import annotations

import copy
import importlib
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from scripts.judge.document import Document
from scripts.judge.exercise import BASE_PATH, Exercise, choose
from scripts.judge.package import Package
from scripts.judge.wire import serve

from .fake import DESCRIPTION, SPEC, write_package
from .support import document


@pytest.fixture(autouse=True)
def _forget_the_package(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every test imports another `fake_pets`."""
    monkeypatch.setattr(sys, "path", list(sys.path))
    yield
    sys.modules.pop("fake_pets", None)
    importlib.invalidate_caches()


def exercise(folder: Path, description: dict[str, Any] = DESCRIPTION) -> dict[str, Any]:
    """The outcome of the only operation."""
    made = Document(folder / "spec.json", SPEC)
    judge = Exercise(made, Package(folder, description), seed=0, drawing=False)
    with serve(BASE_PATH) as wire:
        (outcome,) = judge.run(list(made.operations()), wire)
    return asdict(outcome)


def test_an_honest_package_passes_whole(tmp_path: Path) -> None:
    outcome = exercise(write_package(tmp_path))
    assert outcome["failures"] == []
    assert (outcome["request"], outcome["response"], outcome["unread"]) == ("ok", "ok", None)
    assert (outcome["errors"], outcome["errors_ok"]) == (1, 1)


@pytest.mark.parametrize(
    ("fault", "stage", "reason"),
    [
        ("drops the query", "request", "'dry-run': missing"),
        ("adds a query", "request", "'more' was not asked for"),
        ("drops a member", "request", "/tag: lost"),
        ("writes integers", "request", "openapi-core: /name: 5 is not of type 'string'"),
        ("another path", "request", "the path"),
        ("sends nothing", "call", "RuntimeError: no"),
        ("narrow type", "arguments", "'tag'"),
        ("loses members", "response", "/tag: lost"),
        ("changes values", "response", "/id: expected"),
        ("cannot parse", "response", "ValueError: broken"),
        ("hides errors", "error", "expected a StatusError of 404"),
    ],
)
def test_a_fault_is_found(tmp_path: Path, fault: str, stage: str, reason: str) -> None:
    outcome = exercise(write_package(tmp_path, fault))
    assert any(one["stage"] == stage and reason in one["reason"] for one in outcome["failures"]), outcome["failures"]
    if stage != "error":
        assert "failed" in (outcome["request"], outcome["response"])
    assert outcome["errors_ok"] == 0 or stage != "error"


def test_an_operation_that_is_not_there_has_failed(tmp_path: Path) -> None:
    outcome = exercise(write_package(tmp_path), {**DESCRIPTION, "operations": []})
    assert (outcome["request"], outcome["response"]) == ("failed", "failed")


def test_a_required_member_without_an_argument_has_failed(tmp_path: Path) -> None:
    description = copy.deepcopy(DESCRIPTION)
    del description["operations"][0]["body"]["fields"][1]
    outcome = exercise(write_package(tmp_path), description)
    assert outcome["request"] == "failed"
    assert "no argument for the body's members ['tag']" in outcome["failures"][0]["reason"]


def test_a_sample_is_spread_over_the_document_and_the_same_every_time() -> None:
    paths: dict[str, Any] = {f"/p{number}": {"get": {"responses": {}}} for number in range(50)}
    operations = list(document(paths).operations())
    sample = choose(operations, 10, seed=3)
    assert len(sample) == 10
    assert sample == choose(operations, 10, seed=3)
    assert sample != operations[:10]
    assert choose(operations, 0, seed=3) == operations
