"""An independent tester against every simulator: no server error, no answer outside of the document, in all its phases."""

from __future__ import annotations

import copy
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from credkit.sandbox.faults import Fault, fail, wrong_type
from credkit.sandbox.server import Serving, serve

pytest.importorskip("schemathesis", reason="schemathesis is not installed: make setup")

pytestmark = pytest.mark.timeout(400)

ROOT = Path(__file__).parents[2]
EXAMPLES = os.environ.get("CREDKIT_SCHEMATHESIS_EXAMPLES", "3")
KEPT_FORMATS = ("date-time", "uuid", "binary")
"""Formats are annotations in the specs and refuse nothing, but for those that the models have types for."""

HEADERS = {
    "record": "Authorization: Bearer sk_test_sandbox",
    "beltic": "X-Api-Key: sk_staging_sandbox",
    "didx": "Authorization: Bearer didx_token_sandbox",
    "nchain": "X-API-KEY: nchain-sandbox-admin",
}
CONFIGURATION = """
[[operations]]
include-path = "/evidence"
checks.negative_data_rejection.enabled = false
"""
"""Parts of a multipart body are text: that one should not have been an object cannot be seen."""

EXCLUDED = (
    "positive_data_acceptance",  # vendors have rules beyond types, and refuse by them with documented statuses
    "status_code_conformance",  # by documented_or_marked instead
    "content_type_conformance",  # refusals whose form no vendor documents are JSON
)


@pytest.fixture(scope="module")
def serving() -> Iterator[Serving]:
    with serve() as one:
        yield one


def documents(vendor: str) -> list[dict[str, Any]]:
    """The vendor's document, once for each server that it names: the tester knows one."""
    whole = _without_formats(
        yaml.load((ROOT / "specs" / vendor / "openapi.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    )
    groups: dict[str, dict[str, Any]] = {}
    for path, item in whole["paths"].items():
        for method, operation in item.items():
            if isinstance(operation, dict) and "operationId" in operation:
                servers = operation.pop("servers", None) or item.get("servers") or whole["servers"]
                document = groups.setdefault(
                    json.dumps(servers), {**copy.deepcopy(whole), "servers": servers, "paths": {}}
                )
                shared = {"parameters": item["parameters"]} if "parameters" in item else {}
                document["paths"].setdefault(path, shared)[method] = operation
    return list(groups.values())


def _without_formats(node: Any) -> Any:
    if isinstance(node, list):
        return [_without_formats(one) for one in node]
    if not isinstance(node, dict):
        return node
    dropped = isinstance(node.get("format"), str) and node["format"] not in KEPT_FORMATS
    return {key: _without_formats(value) for key, value in node.items() if not (dropped and key == "format")}


@pytest.mark.parametrize("vendor", sorted(HEADERS))
def test_examples_fuzzing_and_stateful_runs_find_nothing(serving: Serving, vendor: str, tmp_path: Path) -> None:
    serving.hub.reset()
    _run(serving, vendor, tmp_path, "examples,fuzzing,stateful")


@pytest.mark.skipif("CREDKIT_SOAK" not in os.environ, reason="minutes long: make soak")
@pytest.mark.parametrize("vendor", sorted(HEADERS))
def test_the_systematic_run_finds_nothing(serving: Serving, vendor: str, tmp_path: Path) -> None:
    serving.hub.reset()
    _run(serving, vendor, tmp_path, "coverage")


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (wrong_type("listPrograms", "/data", times=99), "7 is not of type"),
        (fail("listPrograms", 418, times=99), "status 418 is not documented"),
    ],
)
def test_the_tester_would_find_something(serving: Serving, tmp_path: Path, fault: Fault, said: str) -> None:
    serving.hub.reset()
    serving.hub["record"].faults.add(fault)
    with pytest.raises(AssertionError, match=f"(?s) GET /programs .*{said}"):
        _run(serving, "record", tmp_path, "fuzzing", "--include-path=/programs")


def _run(serving: Serving, vendor: str, folder: Path, phases: str, *more: str) -> None:
    hub = serving.hub
    (folder / "schemathesis.toml").write_text(CONFIGURATION, encoding="utf-8")
    for number, document in enumerate(documents(vendor)):
        spec = folder / f"{vendor}-{number}.json"
        spec.write_text(json.dumps(document), encoding="utf-8")
        command = [sys.executable, "-m", "schemathesis.cli", "run", str(spec), "--origin", serving.origins[vendor]]
        command += ["--header", HEADERS[vendor], "--max-examples", EXAMPLES, "--phases", phases]
        command += ["--generation-deterministic", "--continue-on-failure", "--no-color", "--warnings", "off"]
        command += ["--exclude-checks", ",".join(EXCLUDED), *more]
        hooks = {"SCHEMATHESIS_HOOKS": "schemathesis_hooks", "PYTHONPATH": str(Path(__file__).parent)}
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=380, check=False, cwd=folder, env={**os.environ, **hooks}
        )
        assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
        assert f"Selected: {sum(map(_operations, document['paths'].values()))}/" in done.stdout
    assert len(hub[vendor].log) > len(documents(vendor)), "nothing was sent"
    assert not [entry for entry in hub[vendor].log if entry.status == 500]


def _operations(item: dict[str, Any]) -> int:
    return sum(isinstance(one, dict) and "operationId" in one for one in item.values())
