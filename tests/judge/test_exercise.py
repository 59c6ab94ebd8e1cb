"""The judge itself is judged: an honest package passes whole, and every fault that is put into it is found."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from scripts.judge.exercise import choose
from scripts.judge.measure import ROOT

from .fake import DESCRIPTION, SPEC, write_package
from .support import document


def exercise(folder: Path, description: dict[str, Any] = DESCRIPTION) -> dict[str, Any]:
    """The outcome of the only operation, judged in a process of its own."""
    (folder / "spec.json").write_text(json.dumps(SPEC))
    (folder / "inspect.json").write_text(json.dumps(description))
    paths = {"spec": folder / "spec.json", "folder": folder, "description": folder / "inspect.json"}
    job = {name: str(path) for name, path in paths.items()} | {"sample": 0, "seed": 0, "drawing": False}
    done = subprocess.run(
        [sys.executable, "-m", "scripts.judge.exercise"],
        input=json.dumps(job),
        capture_output=True,
        text=True,
        timeout=60,
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (outcome,) = json.loads(done.stdout)["outcomes"]
    assert isinstance(outcome, dict)
    return outcome


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
